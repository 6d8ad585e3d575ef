/** Public events: what is in them, what never is, and how a run is cut. */
import { expect, test } from "vitest";
import { DEFAULT_RULES, NO_LIMITS } from "../domain/instrument.ts";
import { newExchange, place } from "../sim/small-exchange.ts";
import type { EngineEvent, TradeExecuted } from "./events.ts";
import { cutPublicEvents, type PublicRange, TRADES_MAX } from "./public-events.ts";

/** A small exchange in which two traders have traded twice, and the instrument was halted in between. */
async function traded() {
  const { engine, send, operate } = await newExchange();
  const order = (side: "buy" | "sell", quantityLots: number, clientOrderId: string) =>
    send(place(side === "buy" ? 2 : 1, { side, quantityLots, priceTicks: 10, clientOrderId }));
  await order("sell", 10, "secret-name-1");
  await order("buy", 4, "secret-name-2");
  await operate({ type: "set_instrument_status", symbol: "A0A1", status: "cancel_only" });
  await operate({ type: "set_instrument_status", symbol: "A0A1", status: "trading" });
  await order("buy", 5, "secret-name-3");
  const { events, nextSeq } = await engine.eventsSince(1, 10_000);
  return { catalog: engine.catalog(), events, lastSeq: nextSeq - 1 };
}

function said({ firstSeq, lastSeq, message }: PublicRange): unknown {
  if (message === null) return [firstSeq, lastSeq];
  return { headers: message.headers, data: JSON.parse(message.body) };
}

test("trades and instruments leave in the order in which they happened, with decimals and symbols", async () => {
  const { catalog, events, lastSeq } = await traded();
  const ranges = [...cutPublicEvents({ engine: "e1", firstSeq: 1, lastSeq, events }, catalog)];
  const seqsOf = (type: EngineEvent["type"]) => events.filter((event) => event.type === type).map(({ seq }) => seq);
  const trades = seqsOf("trade_executed");
  const [added, halted, resumed] = seqsOf("instrument_changed");
  const headers = (type: string, id: string) => ({
    "content-type": "application/json",
    "ce-specversion": "1.0",
    "ce-type": `tidebook.${type}.v1`,
    "ce-source": "/tidebook/engines/e1",
    "ce-id": id,
    "ce-partitionkey": "e1",
  });
  const trade = (index: number, quantity: string) => ({
    headers: headers("trades.executed", `e1:trades:${trades[index]}-${trades[index]}`),
    data: {
      engine: "e1",
      trades: [
        {
          seq: trades[index],
          timeUs: 1_700_000_000_000_000,
          symbol: "A0A1",
          tradeId: index + 1,
          price: "10.00000000",
          quantity,
          takerSide: "buy",
        },
      ],
    },
  });
  const instrument = (seq: number | undefined, status: string) => ({
    headers: headers("instrument.changed", `e1:instrument:${seq}`),
    data: {
      engine: "e1",
      seq,
      timeUs: 1_700_000_000_000_000,
      instrument: {
        symbol: "A0A1",
        base: "A0",
        quote: "A1",
        status,
        tickSize: "1.00000000",
        lotSize: "1.00000000",
        makerFee: "0.00100000",
        takerFee: "0.00100000",
      },
    },
  });
  expect(ranges.map(said)).toEqual([
    instrument(added, "trading"),
    trade(0, "4.00000000"),
    instrument(halted, "cancel_only"),
    instrument(resumed, "trading"),
    trade(1, "5.00000000"),
  ]);
  const borders = ranges.flatMap((range) => [range.firstSeq, range.lastSeq + 1]);
  expect([borders[0], ...borders.filter((_, index) => index % 2 === 1)]).toEqual([
    ...borders.filter((_, index) => index % 2 === 0),
    lastSeq + 1,
  ]);
});

test("no account, order id, client id, fee of a fill or balance is in them", async () => {
  const { catalog, events, lastSeq } = await traded();
  const ranges = [...cutPublicEvents({ engine: "e1", firstSeq: 1, lastSeq, events }, catalog)];
  const text = ranges.map(({ message }) => message?.body ?? "").join("\n");
  expect(text).not.toMatch(/account|orderId|clientOrderId|secret-name|feeAtoms|freeAtoms|lockedAtoms/i);
});

function trade(seq: number): TradeExecuted {
  const ids = { takerOrderId: 1, makerOrderId: 2, takerAccount: 1, makerAccount: 2 };
  const rest = { takerFeeAtoms: 0n, makerFeeAtoms: 0n, takerRemainingLots: 0, makerRemainingLots: 0 };
  const terms = { instrument: 0, tradeId: seq, takerSide: "sell", priceTicks: 3, quantityLots: 7 } as const;
  return { type: "trade_executed", seq, timeUs: 1, ...terms, ...ids, ...rest };
}

test("a run is covered without gap or overlap, its trades at most 500 together, and a copy is the same to the byte", async () => {
  const { catalog } = await traded();
  const events = Array.from({ length: TRADES_MAX * 2 + 1 }, (_, index) => trade(2 * index + 5));
  const run = { engine: "e1", firstSeq: 2, lastSeq: 4_000, events };
  const ranges = [...cutPublicEvents(run, catalog)];
  const borders = ranges.map(({ firstSeq, lastSeq }) => [firstSeq, lastSeq]);
  expect(borders).toEqual([
    [2, 1_004],
    [1_005, 2_004],
    [2_005, 4_000],
  ]);
  expect(ranges.map(({ message }) => message?.headers["ce-id"])).toEqual([
    "e1:trades:5-1003",
    "e1:trades:1005-2003",
    "e1:trades:2005-2005",
  ]);
  expect([...cutPublicEvents(run, catalog)]).toEqual(ranges);
});

test("sequences without anything public are passed over, and still covered", async () => {
  const { catalog } = await traded();
  const ranges = [...cutPublicEvents({ engine: "e1", firstSeq: 7, lastSeq: 9, events: [] }, catalog)];
  expect(ranges).toEqual([{ firstSeq: 7, lastSeq: 9, message: null }]);
});

test("rules leave with their instrument, as decimals; what is told of orders, lists and the whole exchange does not", async () => {
  const { catalog } = await traded();
  const rules = {
    ...DEFAULT_RULES,
    percentPrice: { bidUpE4: 50_000, bidDownE4: 2_000, askUpE4: 50_000, askDownE4: 2_000 },
    positionMaxAtoms: "25",
    amendsMax: 10,
  };
  const happened = { timeUs: 1, instrument: 0, account: 1 };
  const events: readonly EngineEvent[] = [
    { ...happened, seq: 1, type: "order_activated", orderId: 1, phase: "waiting" },
    // Ten atoms of the base asset are a lot of 0.00001.
    {
      seq: 2,
      timeUs: 1,
      type: "instrument_changed",
      instrument: { ...catalog.instruments[0]!, lotE8: 1_000, baseAtomsPerLot: 10, rules },
    },
    { seq: 3, timeUs: 1, type: "withdrawals_frozen", frozen: true, reason: "secret" },
    { seq: 4, timeUs: 1, type: "exchange_limits_changed", limits: NO_LIMITS },
  ];
  const [changed, ...others] = [...cutPublicEvents({ engine: "e1", firstSeq: 1, lastSeq: 4, events }, catalog)];
  expect(others).toEqual([{ firstSeq: 3, lastSeq: 4, message: null }]);
  expect(JSON.parse(changed?.message?.body ?? "").instrument.rules).toEqual({
    averageMinutes: 5,
    percentPrice: { bidUp: "5.00000000", bidDown: "0.20000000", askUp: "5.00000000", askDown: "0.20000000" },
    positionMax: "0.00002500",
    algoOrdersMax: 100,
    icebergOrdersMax: 10,
    icebergPartsMax: 100,
    orderListsMax: 100,
    amendsMax: 10,
    trailing: { aboveMin: "0.00100000", aboveMax: "0.20000000", belowMin: "0.00100000", belowMax: "0.20000000" },
  });
});
