/** Events as JSON: each comes back as it went in, and what is missing, wrong or out of range is refused. */
import { expect, test } from "vitest";
import { DEFAULT_RULES } from "../domain/instrument.ts";
import { SELF_TRADE_MODES } from "../domain/order.ts";
import { eventToJson, MalformedEvent, type PublishedEvent, readEvent } from "./event-json.ts";
import { cutBatches, readJournalBatch } from "./journal-batch.ts";

const happened = { seq: 7, timeUs: 1_767_225_600_000_000 };
const ATOMS = 2n ** 63n - 1n;

/** One of each type, with the largest values it may carry. */
const EXAMPLES: readonly PublishedEvent[] = [
  {
    ...happened,
    type: "order_accepted",
    instrument: 0,
    orderId: 2 ** 53 - 1,
    account: 1,
    side: "buy",
    orderType: "limit",
    timeInForce: "gtc",
    selfTradeMode: "expire_maker",
    priceTicks: 2 ** 31 - 1,
    quantityLots: 2 ** 53 - 1,
    quoteAtoms: 0n,
    clientOrderId: "my:order/1",
  },
  {
    ...happened,
    type: "trade_executed",
    instrument: 0,
    tradeId: 1,
    takerSide: "sell",
    priceTicks: 1_024,
    quantityLots: 2 ** 53 - 1,
    takerOrderId: 2,
    makerOrderId: 1,
    takerAccount: 1,
    makerAccount: 2,
    takerFeeAtoms: ATOMS,
    makerFeeAtoms: 0n,
    takerRemainingLots: 0,
    makerRemainingLots: 5,
  },
  {
    ...happened,
    type: "order_canceled",
    instrument: 1,
    orderId: 1,
    account: 1,
    remainingLots: 3,
    cause: "cancel_replace",
    cancelClientOrderId: "c",
  },
  {
    ...happened,
    type: "order_expired",
    instrument: 1,
    orderId: 1,
    account: 1,
    remainingLots: 3,
    reason: "self_trade",
    counterOrderId: 2,
    preventedLots: 3,
  },
  {
    ...happened,
    type: "order_amended",
    instrument: 1,
    orderId: 1,
    account: 1,
    quantityLots: 9,
    remainingLots: 4,
    clientOrderId: "d",
  },
  { ...happened, type: "balance_changed", account: 1, asset: 2, freeAtoms: ATOMS, lockedAtoms: 0n },
  { ...happened, type: "command_rejected", account: 1, instrument: -1, reason: "balance_too_low" },
  { ...happened, type: "funds_moved", account: 1, asset: 2, kind: "deposited", atoms: 5n, reference: 'a "b" \\ ü' },
  { ...happened, type: "asset_added", asset: { id: 0, name: "BTC", decimals: 8 } },
  {
    ...happened,
    type: "instrument_changed",
    instrument: {
      id: 0,
      symbol: "BTCUSDT",
      base: "BTC",
      quote: "USDT",
      tickE8: 1_000_000,
      lotE8: 1_000,
      priceTicksMin: 1,
      priceTicksMax: 100,
      quantityLotsMin: 1,
      quantityLotsMax: 100,
      marketLotsMin: 1,
      marketLotsMax: 100,
      notionalMinE8: "500000000",
      notionalMaxE8: "0",
      notionalMinAppliesToMarket: true,
      notionalMaxAppliesToMarket: false,
      ordersMax: 200,
      makerFeeE8: 1,
      takerFeeE8: 2,
      selfTradeDefault: "expire_maker",
      selfTradeAllowed: ["none", "expire_maker"],
      status: "trading",
      baseAsset: 0,
      quoteAsset: 1,
      baseAtomsPerLot: 1_000,
      quoteAtomsPerTickLot: 10,
    },
  },
  { ...happened, type: "account_changed", account: { id: 1, name: "demo", canTrade: true, canWithdraw: false } },
  {
    ...happened,
    type: "key_changed",
    key: {
      id: 1,
      account: 1,
      apiKey: "k",
      kind: "ed25519",
      material: "-----BEGIN PUBLIC KEY-----\n",
      permissions: ["read", "trade"],
      ipAllowList: ["10.0.0.0/8"],
      expiresUs: 0,
      label: "",
      revoked: false,
    },
  },
];

/** What may be missing, by type: left out it stays out, and what is there is checked. */
const OPTIONAL: Readonly<Record<string, string>> = { order_accepted: "special", instrument_changed: "rules" };

const INSTRUMENT = EXAMPLES.find((event) => event.type === "instrument_changed")!.instrument;
/** What there is since special orders, optional fields filled. */
const SPECIAL_EXAMPLES: readonly PublishedEvent[] = [
  {
    ...(EXAMPLES[0] as Extract<PublishedEvent, { type: "order_accepted" }>),
    orderType: "take_profit_limit",
    special: {
      conditions: {
        stopTicks: 2 ** 31 - 1,
        trailingDeltaBips: 2 ** 31 - 1,
        icebergLots: 2 ** 53 - 1,
        strategyId: 2 ** 53 - 1,
        strategyType: 1_000_000,
      },
      orderListId: 7,
      phase: "tracking",
    },
  },
  { ...happened, type: "order_activated", instrument: 0, orderId: 3, account: 1, phase: "working" },
  {
    ...happened,
    type: "trade_prevented",
    instrument: 0,
    account: 1,
    takerOrderId: 2,
    makerOrderId: 1,
    selfTradeMode: "transfer",
    priceTicks: 5,
    preventedLots: 1,
    takerRemainingLots: 0,
    makerRemainingLots: 2 ** 53 - 1,
  },
  {
    ...happened,
    type: "order_list_changed",
    instrument: 0,
    orderListId: 1,
    account: 1,
    contingency: "otoco",
    status: "all_done",
    listClientOrderId: "my:list",
    orderIds: [4, 5, 6],
  },
  {
    ...happened,
    type: "exchange_limits_changed",
    limits: {
      ordersPer10s: 50,
      ordersPerDay: 160_000,
      ordersMax: 0,
      algoOrdersMax: 1,
      icebergOrdersMax: 2,
      orderListsMax: 3,
    },
  },
  { ...happened, type: "withdrawals_frozen", frozen: true, reason: "the audit does not add up" },
  {
    ...happened,
    type: "instrument_changed",
    instrument: {
      ...INSTRUMENT,
      selfTradeDefault: "decrement",
      selfTradeAllowed: [...SELF_TRADE_MODES],
      rules: {
        ...DEFAULT_RULES,
        percentPrice: { bidUpE4: 50_000, bidDownE4: 2_000, askUpE4: 50_000, askDownE4: 2_000 },
        positionMaxAtoms: String(ATOMS),
      },
    },
  },
  {
    ...happened,
    type: "instrument_changed",
    instrument: { ...INSTRUMENT, rules: { ...DEFAULT_RULES, trailing: null } },
  },
];

for (const [index, event] of [...EXAMPLES, ...SPECIAL_EXAMPLES].entries()) {
  test(`${event.type} ${index} comes back from JSON as it went in, and a field that was added is ignored`, () => {
    const json = JSON.parse(eventToJson(event)) as object;
    expect(readEvent(json)).toEqual(event);
    expect(readEvent({ ...json, addedLater: { any: 1 } })).toEqual(event);
  });

  test(`${event.type} ${index} is refused without any one of its fields, and with any one of another type`, () => {
    const json = JSON.parse(eventToJson(event)) as Record<string, unknown>;
    for (const field of Object.keys(json)) {
      const { [field]: _left, ...rest } = json;
      if (field === OPTIONAL[event.type]) expect(readEvent(rest)).not.toHaveProperty(field);
      else expect(() => readEvent(rest), `without ${field}`).toThrow(MalformedEvent);
      for (const wrong of [null, {}, -2, 1.5, 2 ** 53, "\0", Number.NaN]) {
        expect(() => readEvent({ ...json, [field]: wrong }), `${field} ${String(wrong)}`).toThrow(MalformedEvent);
      }
    }
  });
}

test("what stands inside special terms, rules, limits and lists is checked as strictly", () => {
  const [accepted, , , list, limits, , changed] = SPECIAL_EXAMPLES.map(
    (event) => JSON.parse(eventToJson(event)) as Record<string, Record<string, object>>,
  );
  const special = accepted!.special!;
  const rules = changed!.instrument!.rules!;
  const wrong: readonly object[] = [
    { ...accepted, special: { ...special, phase: "resting" } },
    { ...accepted, special: { ...special, conditions: { ...special.conditions, stopTicks: -1 } } },
    { ...accepted, special: { ...special, conditions: { stopTicks: 1 } } },
    { ...accepted, special: [special] },
    { ...list, orderIds: [4] },
    { ...list, orderIds: [4, 5, 6, 7] },
    { ...list, orderIds: [4, 0] },
    { ...list, orderIds: "45" },
    { ...limits, limits: { ...limits!.limits, ordersMax: 0.5 } },
    { ...changed, instrument: { ...changed!.instrument, rules: { ...rules, positionMaxAtoms: 5 } } },
    { ...changed, instrument: { ...changed!.instrument, rules: { ...rules, trailing: {} } } },
    { ...changed, instrument: { ...changed!.instrument, rules: null } },
  ];
  for (const value of wrong) expect(() => readEvent(value), JSON.stringify(value)).toThrow(MalformedEvent);
});

test("a batch of plain orders has the very text that it had before there were special ones", () => {
  const plain = JSON.stringify({ ...EXAMPLES[0], quoteAtoms: "0" });
  expect(eventToJson(EXAMPLES[0] as PublishedEvent)).toBe(plain);
  expect(plain).not.toMatch(/special|rules|conditions/);
  const [batch] = [
    ...cutBatches({
      engine: "e1",
      epoch: 1,
      firstSeq: 7,
      lastSeq: 7,
      headSeq: 7,
      events: SPECIAL_EXAMPLES.slice(0, 1),
    }),
  ];
  expect(readJournalBatch(JSON.parse(batch!.json)).events).toEqual(SPECIAL_EXAMPLES.slice(0, 1));
});

test("amounts above 2^63−1, signed or padded ones, and unknown words are refused", () => {
  const balance = JSON.parse(eventToJson(EXAMPLES[5] as PublishedEvent)) as object;
  for (const freeAtoms of [(ATOMS + 1n).toString(), "-1", "01", "1e3", "", 5, " 1"]) {
    expect(() => readEvent({ ...balance, freeAtoms })).toThrow(MalformedEvent);
  }
  expect(() => readEvent({ ...balance, type: "balance_vanished" })).toThrow(MalformedEvent);
  expect(() => readEvent({ ...happened, type: "level_changed" })).toThrow(MalformedEvent);
  const accepted = JSON.parse(eventToJson(EXAMPLES[0] as PublishedEvent)) as object;
  expect(() => readEvent({ ...accepted, side: "BUY" })).toThrow(MalformedEvent);
  const trade = JSON.parse(eventToJson(EXAMPLES[1] as PublishedEvent)) as object;
  expect(() => readEvent({ ...trade, priceTicks: 1_025 })).toThrow(MalformedEvent);
});
