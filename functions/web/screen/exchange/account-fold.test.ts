/** Events are as the exchange tells them (docs/api.md, executionReport and its neighbours). */
import { expect, test } from "vitest";
import { AccountFold, type AccountSnapshot } from "./account-fold.ts";
import type { AccountNews } from "./contract.ts";
import { type ExecutionReport, fillOfReport, type OrderShape, orderOf } from "./order-shapes.ts";

const ACCEPTED: ExecutionReport & Readonly<Record<string, unknown>> = {
  ...{ e: "executionReport", E: 1_000, s: "BTCUSDT", c: "mine-1", S: "BUY", o: "LIMIT", f: "GTC", q: "0.50000000" },
  ...{ p: "20000.00000000", P: "0.00000000", F: "0.00000000", g: -1, C: "", x: "NEW", X: "NEW", r: "NONE", i: 2 },
  ...{ l: "0.00000000", z: "0.00000000", L: "0.00000000", n: "0", N: null, T: 1_000, t: -1, I: 63, w: true, m: false },
  ...{ M: false, O: 1_000, Z: "0.00000000", Y: "0.00000000", Q: "0.00000000", W: 1_000, V: "EXPIRE_MAKER" },
};
const TRADED: ExecutionReport = {
  ...ACCEPTED,
  ...{ x: "TRADE", X: "PARTIALLY_FILLED", l: "0.30000000", z: "0.30000000", L: "20000.00000000", n: "0.00030000" },
  ...{ N: "BTC", t: 1, I: 65, Z: "6000.00000000", Y: "6000.00000000", T: 1_005, E: 1_005 },
};
const FILLED: ExecutionReport = {
  ...TRADED,
  ...{ X: "FILLED", l: "0.20000000", z: "0.50000000", t: 2, I: 70, Z: "10000.00000000", Y: "4000.00000000", w: false },
  ...{ T: 1_010, E: 1_010 },
};
const CANCELED: ExecutionReport = {
  ...ACCEPTED,
  x: "CANCELED",
  X: "CANCELED",
  c: "the-cancel",
  C: "mine-1",
  I: 80,
  T: 1_020,
  w: false,
};
const position = (u: number, free: string) => ({
  e: "outboundAccountPosition" as const,
  u,
  B: [{ a: "USDT", f: free, l: "0.00000000" }],
});

const EMPTY: AccountSnapshot = { updateTime: 0, balances: [], openOrders: [] };

function following(snapshot: AccountSnapshot = EMPTY): AccountFold {
  const fold = new AccountFold();
  fold.begin();
  fold.take(snapshot);
  return fold;
}
const told = (news: readonly AccountNews[] | "too_many"): unknown =>
  news === "too_many"
    ? news
    : news.map((each) => (each.kind === "balance_changed" ? each : [each.kind, each.order.clientOrderId]));
const open = (fold: AccountFold): unknown =>
  fold.openOrders.map(({ clientOrderId, status, executedQty, origQty }) => [
    clientOrderId,
    status,
    executedQty,
    origQty,
  ]);

test("an order is open from its acceptance until it is filled, and each fill is kept with its fee", () => {
  const fold = following();
  const seen = [ACCEPTED, TRADED, FILLED].map((event) => [told(fold.event(event)), open(fold)]);
  expect(seen).toEqual([
    [[["order_accepted", "mine-1"]], [["mine-1", "NEW", "0.00000000", "0.50000000"]]],
    [[["order_partly_filled", "mine-1"]], [["mine-1", "PARTIALLY_FILLED", "0.30000000", "0.50000000"]]],
    [[["order_filled", "mine-1"]], []],
  ]);
  expect(fold.fills).toEqual([
    {
      ...{ symbol: "BTCUSDT", tradeId: 2, orderId: 2, price: "20000.00000000", quantity: "0.20000000" },
      ...{ quoteQuantity: "4000.00000000", commission: "0.00030000", commissionAsset: "BTC", time: 1_010 },
      ...{ side: "BUY", isMaker: false },
    },
    {
      ...{ symbol: "BTCUSDT", tradeId: 1, orderId: 2, price: "20000.00000000", quantity: "0.30000000" },
      ...{ quoteQuantity: "6000.00000000", commission: "0.00030000", commissionAsset: "BTC", time: 1_005 },
      ...{ side: "BUY", isMaker: false },
    },
  ]);
});

test("a cancel is told under its own id; the order that ended keeps its own", () => {
  const fold = following();
  fold.event(ACCEPTED);
  expect([told(fold.event(CANCELED)), open(fold)]).toEqual([[["order_canceled", "mine-1"]], []]);
});

test("a stop that is set off, now or later than it was taken in, is triggered; taken in it is accepted", () => {
  const stop = { ...ACCEPTED, o: "STOP_LOSS_LIMIT", w: false };
  const [later, atOnce] = [following(), following()];
  expect([
    told(later.event(stop)),
    told(later.event({ ...stop, w: true, T: 2_000, I: 90 })),
    told(atOnce.event(stop)),
    told(atOnce.event({ ...stop, w: true, I: 90 })),
  ]).toEqual([
    [["order_accepted", "mine-1"]],
    [["order_triggered", "mine-1"]],
    [["order_accepted", "mine-1"]],
    [["order_triggered", "mine-1"]],
  ]);
});

test("an amendment is shown and is no news, an expiry and an end by self-trade are", () => {
  const fold = following();
  fold.event(ACCEPTED);
  const amended = fold.event({
    ...ACCEPTED,
    x: "REPLACED",
    c: "mine-2",
    C: "mine-1",
    q: "0.40000000",
    I: 64,
    T: 1_001,
  });
  const after = open(fold);
  const prevented = fold.event({
    ...ACCEPTED,
    c: "mine-2",
    x: "TRADE_PREVENTION",
    X: "EXPIRED_IN_MATCH",
    w: false,
    I: 66,
    T: 1_002,
  });
  const expired = following().event({ ...ACCEPTED, x: "EXPIRED", X: "EXPIRED", w: false });
  expect([told(amended), after, told(prevented), open(fold), told(expired)]).toEqual([
    [],
    [["mine-2", "NEW", "0.00000000", "0.40000000"]],
    [["order_expired", "mine-2"]],
    [],
    [["order_expired", "mine-1"]],
  ]);
});

const PARTLY: OrderShape = {
  ...{ symbol: "BTCUSDT", orderId: 2, orderListId: -1, clientOrderId: "mine-1", price: "20000.00000000" },
  ...{
    origQty: "0.50000000",
    executedQty: "0.30000000",
    cummulativeQuoteQty: "6000.00000000",
    status: "PARTIALLY_FILLED",
  },
  ...{ timeInForce: "GTC", type: "LIMIT", side: "BUY", isWorking: true, time: 1_000, updateTime: 1_005 },
};

test("what was told while the snapshot was read is folded after it: nothing goes back, nothing is lost, all of it is news", () => {
  const fold = new AccountFold();
  fold.begin();
  const early = [ACCEPTED, position(1_000, "90.00000000"), TRADED].map((event) => fold.event(event));
  const { news } = fold.take({
    updateTime: 1_005,
    balances: [{ asset: "USDT", free: "80.00000000", locked: "0.00000000" }],
    openOrders: [PARTLY],
  });
  expect([early, told(news), open(fold), fold.balances.get("USDT")?.free]).toEqual([
    [[], [], []],
    [
      ["order_accepted", "mine-1"],
      ["order_partly_filled", "mine-1"],
    ],
    [["mine-1", "PARTIALLY_FILLED", "0.30000000", "0.50000000"]],
    "80.00000000",
  ]);
  fold.event(FILLED);
  fold.event(position(1_010, "70.00000000"));
  expect([open(fold), fold.balances.get("USDT")?.free]).toEqual([[], "70.00000000"]);
});

test("within one millisecond a state with less executed does not replace one with more", () => {
  const fold = following({ ...EMPTY, openOrders: [{ ...PARTLY, updateTime: 1_000 }] });
  fold.event(ACCEPTED);
  expect(open(fold)).toEqual([["mine-1", "PARTIALLY_FILLED", "0.30000000", "0.50000000"]]);
});

test("another snapshot replaces the account; what is told twice over two connections is news once", () => {
  const fold = following();
  fold.event(ACCEPTED);
  fold.begin();
  fold.event(TRADED);
  const first = told(fold.take(EMPTY).news);
  const again = told(fold.event(TRADED));
  expect([first, again, fold.fills.length]).toEqual([[["order_partly_filled", "mine-1"]], [], 1]);
});

test("what a snapshot shows to have changed, and no event told, is missed; learned, it is news and a fill once", () => {
  const quiet = { ...PARTLY, orderId: 3, clientOrderId: "quiet" };
  const gone = { ...PARTLY, orderId: 4, clientOrderId: "gone" };
  const fold = following({ ...EMPTY, openOrders: [PARTLY, quiet, gone] });
  fold.begin();
  fold.event({ ...CANCELED, i: 4, C: "gone" });
  const { news, missed } = fold.take({ ...EMPTY, openOrders: [quiet] });
  const filled = { ...orderOf(PARTLY), status: "FILLED", executedQty: "0.50000000" };
  const fills = [fillOfReport(TRADED), fillOfReport(FILLED)];
  expect([
    told(news),
    missed.map(({ clientOrderId }) => clientOrderId),
    told(fold.learned(filled, fills)),
    fold.fills.map(({ tradeId }) => tradeId),
    told(fold.learned(filled, fills)),
    told(fold.learned({ ...filled, status: "CANCELED" }, [])),
    told(fold.learned({ ...filled, status: "EXPIRED" }, [])),
  ]).toEqual([
    [["order_canceled", "gone"]],
    ["mine-1"],
    [["order_filled", "mine-1"]],
    [2, 1],
    [],
    [["order_canceled", "mine-1"]],
    [["order_expired", "mine-1"]],
  ]);
});

test("money that comes is news, a list's event is none, and what nobody reads in time is too many", () => {
  const fold = following();
  const deposit = fold.event({ e: "balanceUpdate", a: "BTC", d: "1.00000000" });
  const list = fold.event({ e: "listStatus" });
  fold.begin();
  for (let count = 0; count < 10_000; count++) fold.event({ e: "listStatus" });
  expect([deposit, list, fold.event({ e: "listStatus" })]).toEqual([
    [{ kind: "balance_changed", asset: "BTC", delta: "1.00000000" }],
    [],
    "too_many",
  ]);
});
