/** The payload of each stream, field by field. */
import { expect, test } from "vitest";
import type { Candle, TickerView } from "../bus/stream-client.ts";
import { fakeInstrument } from "./fake-engine.ts";
import {
  averagePriceRoundedDown,
  klinePayload,
  miniTickerPayload,
  percentHalfAwayFromZero,
  tickerPayload,
} from "./payloads.ts";
import { textFrame } from "./text-frame.ts";

const FORMAT = { ...fakeInstrument(0, "BTCUSDT"), quoteDecimals: 8 };
const CANDLE: Candle = {
  openTimeMs: 60_000,
  closeTimeMs: 119_999,
  openTicks: 9_500_000,
  highTicks: 9_500_100,
  lowTicks: 9_499_900,
  closeTicks: 9_500_050,
  volumeLots: 123_456n,
  quoteAtoms: 11_728_320_000_000n,
  takerBuyLots: 23_456n,
  takerBuyQuoteAtoms: 2_228_320_000_000n,
  firstTradeId: 7,
  lastTradeId: 9,
  trades: 3,
};
const TICKER: TickerView = {
  instrument: 0,
  openTimeMs: 1,
  closeTimeMs: 2,
  openTicks: 10_000,
  highTicks: 10_000,
  lowTicks: 404,
  lastTicks: 404,
  lastLots: 5,
  prevCloseTicks: 9_999,
  volumeLots: 3n,
  quoteAtoms: 208_080n,
  firstTradeId: 11,
  lastTradeId: 12,
  trades: 2,
  bestBid: [400, 1],
  bestAsk: null,
};

test("a kline says it all in the dialect's fields", () => {
  expect(klinePayload(FORMAT, "1m", CANDLE, "closed", 120_300_000, "ms")).toBe(
    '{"e":"kline","E":120300,"s":"BTCUSDT","k":{"t":60000,"T":119999,"s":"BTCUSDT","i":"1m","f":7,"L":9,' +
      '"o":"95000.00000000","c":"95000.50000000","h":"95001.00000000","l":"94999.00000000","v":"1.23456000","n":3,' +
      '"x":true,"q":"117283.20000000","V":"0.23456000","Q":"22283.20000000","B":"0"}}',
  );
});

test("a ticker says it all in the dialect's fields, an empty side as zeros", () => {
  expect(tickerPayload(FORMAT, TICKER, 3_000, "ms")).toBe(
    '{"e":"24hrTicker","E":3,"s":"BTCUSDT","p":"-95.96000000","P":"-95.960","w":"69.36000000","x":"99.99000000",' +
      '"c":"4.04000000","Q":"0.00005000","b":"4.00000000","B":"0.00001000","a":"0.00000000","A":"0.00000000",' +
      '"o":"100.00000000","h":"100.00000000","l":"4.04000000","v":"0.00003000","q":"0.00208080","O":1,"C":2,"F":11,"L":12,"n":2}',
  );
  expect(miniTickerPayload(FORMAT, TICKER, 3_000, "ms")).toBe(
    '{"e":"24hrMiniTicker","E":3,"s":"BTCUSDT","c":"4.04000000","o":"100.00000000","h":"100.00000000","l":"4.04000000","v":"0.00003000","q":"0.00208080"}',
  );
});

test.each([
  [0, 100, "0.000"],
  [100, 100, "100.000"],
  [-1, 3, "-33.333"],
  [2, 3, "66.667"],
  [-1, 2_147_483_647, "0.000"],
  [1, 200_000, "0.001"],
  [-1, 200_000, "-0.001"],
  [5, 0, "0.000"],
])("a change of %i from %i is %s percent", (change, open, text) => {
  expect(percentHalfAwayFromZero(change, open)).toBe(text);
});

test("the average price is rounded down to eight places, and 0 where nothing traded", () => {
  const of = { tickE8: 1, quoteAtomsPerTickLot: 1 };
  expect(averagePriceRoundedDown(of, { quoteAtoms: 2n, volumeLots: 3n })).toBe("0.00000000");
  expect(averagePriceRoundedDown(of, { quoteAtoms: 5n, volumeLots: 3n })).toBe("0.00000001");
  expect(averagePriceRoundedDown(of, { quoteAtoms: 0n, volumeLots: 0n })).toBe("0.00000000");
});

test.each([
  [0, [0x81, 0]],
  [125, [0x81, 125]],
  [126, [0x81, 126, 0, 126]],
  [65_535, [0x81, 126, 255, 255]],
  [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
])("a text of %i bytes is framed as RFC 6455 section 5.2 says", (length, header) => {
  const frame = textFrame("x".repeat(length));
  expect([...frame.subarray(0, header.length)]).toEqual(header);
  expect(frame.subarray(header.length).toString()).toBe("x".repeat(length));
});

test("a text's length is counted in bytes, not in characters", () => {
  expect([...textFrame("é")]).toEqual([0x81, 2, 0xc3, 0xa9]);
});
