/**
 * What market-data/ refuses, and in which literal words.
 */
import { expect, test } from "vitest";
import { splitTarget } from "../_shared/http.ts";
import { fakeEdge, request, shown } from "../_shared/testing/fake-edge.ts";
import { handleMarketData } from "./handler.ts";

async function ask(target: string): Promise<{ status: number; body: unknown }> {
  return shown(await handleMarketData(request(splitTarget(`/api/v3/${target}`)), fakeEdge().deps));
}

test.each([
  ["depth", "-1102 Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."],
  [
    "depth?symbol=btcusdt",
    "-1100 Illegal characters found in parameter 'symbol'; legal range is '^[A-Z0-9-_.]{1,20}$'.",
  ],
  ["depth?symbol=NONE", "-1121 Invalid symbol."],
  ["depth?symbol=BTCUSDT&limit=0", "-1130 Data sent for parameter 'limit' is not valid."],
  [
    "depth?symbol=BTCUSDT&limit=-5",
    "-1100 Illegal characters found in parameter 'limit'; legal range is '^[0-9]{1,20}$'.",
  ],
  ["depth?symbol=BTCUSDT&symbolStatus=HALT", "-1220 The symbol's status does not match the requested symbolStatus."],
  ["depth?symbol=BTCUSDT&symbolStatus=CANCEL_ONLY", "-1122 Invalid symbolStatus."],
  ["depth?symbol=BTCUSDT&symbol=BTCUSDT", "-1101 Duplicate values for a parameter detected."],
  ["klines?symbol=BTCUSDT&interval=1y", "-1120 Invalid interval."],
  ["klines?symbol=BTCUSDT&interval=1m&timeZone=15", "-1130 Data sent for parameter 'timeZone' is not valid."],
  ["klines?symbol=BTCUSDT&interval=1m&startTime=2&endTime=1", "-1128 Combination of optional parameters invalid."],
  ["ticker/24hr?symbol=BTCUSDT&type=HUGE", "-1130 Data sent for parameter 'type' is not valid."],
  ['ticker/price?symbols=["BTCUSDT","BTCUSDT"]', "-1151 Symbol is present multiple times in the list."],
  ['ticker/price?symbols=["BTCUSDT","NONE"]', "-1121 Invalid symbol."],
  ['ticker/price?symbol=BTCUSDT&symbols=["BTCUSDT"]', "-1128 Combination of optional parameters invalid."],
  ["aggTrades?symbol=BTCUSDT&fromId=1&startTime=1", "-1128 Combination of optional parameters invalid."],
  ["aggTrades?symbol=BTCUSDT&startTime=2&endTime=1", "-1128 Combination of optional parameters invalid."],
  ["ticker", "-1102 Param 'symbol' or 'symbols' must be sent, but both were empty/null!"],
  ["ticker/tradingDay", "-1102 Param 'symbol' or 'symbols' must be sent, but both were empty/null!"],
  [
    "ticker?symbol=BTCUSDT&windowSize=1w",
    "-1100 Illegal characters found in parameter 'windowSize'; legal range is '^[0-9]{1,2}[mhd]$'.",
  ],
  ["ticker?symbol=BTCUSDT&windowSize=60m", "-1130 Data sent for parameter 'windowSize' is not valid."],
  ["ticker?symbol=BTCUSDT&windowSize=24h", "-1130 Data sent for parameter 'windowSize' is not valid."],
  ["ticker?symbol=BTCUSDT&windowSize=8d", "-1130 Data sent for parameter 'windowSize' is not valid."],
  ["ticker/tradingDay?symbol=BTCUSDT&timeZone=14:30", "-1130 Data sent for parameter 'timeZone' is not valid."],
  ["historicalBlockTrades?symbol=NONE", "-1121 Invalid symbol."],
  ["executionRules", "-1020 This operation is not supported."],
  ["referencePrice?symbol=BTCUSDT", "-1020 This operation is not supported."],
  ["exchangeInfo?symbol=BTCUSDT&permissions=SPOT", "-1128 Combination of optional parameters invalid."],
  ["exchangeInfo?symbol=BTCUSDT&symbolStatus=HALT", "-1128 Combination of optional parameters invalid."],
])("%s is refused: %s", async (target, refusal) => {
  const { status, body } = await ask(target);
  const { code, msg } = body as { code: number; msg: string };
  expect([status, `${code} ${msg}`]).toEqual([400, refusal]);
});

test("what the venue has retired is gone, what never was is not found, both as JSON", async () => {
  const answers = ["/api/v1/ticker/allPrices", "/wapi/v3/systemStatus.html", "/api/v3/nothing", "/fapi/v1/time"].map(
    async (path) => shown(await handleMarketData(request({ path }), fakeEdge().deps)),
  );
  const body = { code: -1020, msg: "This operation is not supported." };
  expect(await Promise.all(answers)).toEqual([410, 410, 404, 404].map((status) => ({ status, body })));
});

test("a method that a path does not have is refused with those that it has", async () => {
  const reply = await handleMarketData(request({ method: "POST", path: "/api/v3/time" }), fakeEdge().deps);
  expect([reply.status, reply.headers.allow]).toEqual([405, "GET"]);
});
