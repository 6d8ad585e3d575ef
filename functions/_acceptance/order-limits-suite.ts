/** Filters that an operator sets, and counts of orders, over HTTP, on any origin: part of the trading suite. */
import { expect, test } from "vitest";
import { tradeAt } from "./special-orders-suite.ts";
import { eventually, type Target } from "./target.ts";
import { type Answer, freshMarket, type Market, type Parameters } from "./trader.ts";

const refusal = ({ status, body }: Answer): unknown => (status === 200 ? 200 : `${status} ${body.code} ${body.msg}`);
/** The engine's next beat tells the edges. To ask longer would use up the weight of a minute. */
const HEARD_WITHIN_MS = 2_000;
const REPLACE = "/api/v3/order/cancelReplace";

/** Declares the suite's tests. */
export function orderLimitsSuite(target: () => Target): void {
  const ruled = async (rules: object): Promise<Market> => {
    const it = await freshMarket(target().operator);
    await target().operator.must("POST", "/rules", { symbol: it.symbol, ...rules });
    await tradeAt(it, "100.00");
    return it;
  };
  /** Runs under other limits of the whole exchange, of which every edge has heard. */
  const limited = async (limits: object, it: Market, run: () => Promise<void>): Promise<void> => {
    const before = await target().operator.must("GET", "/limits");
    const shown = (): Promise<Answer> => it.alice.call("GET", "/api/v3/myFilters", { symbol: it.symbol });
    await target().operator.must("POST", "/limits", { ...limits, algoOrdersMax: 77 });
    try {
      await eventually(
        shown,
        ({ body }) => JSON.stringify(body).includes("EXCHANGE_MAX_NUM_ALGO_ORDERS"),
        HEARD_WITHIN_MS,
      );
      await run();
    } finally {
      await target().operator.must("POST", "/limits", before);
    }
  };

  test("filters that an operator sets are named: percent price, position, trailing delta, iceberg parts, numbers", async () => {
    const { symbol, alice } = await ruled({
      percentPrice: { bidUp: "1.5", bidDown: "0.5", askUp: "1.5", askDown: "0.5" },
      maxPosition: "110",
      maxNumAlgoOrders: 1,
      maxNumIcebergOrders: 1,
      icebergParts: 2,
      maxNumOrderLists: 1,
      maxNumOrderAmends: 1,
      trailingDelta: { aboveMin: 100, aboveMax: 200, belowMin: 300, belowMax: 400 },
    });
    const stop = { symbol, side: "SELL", type: "STOP_LOSS", quantity: "1.000" };
    const oco = { symbol, side: "SELL", quantity: "1.000", aboveType: "LIMIT_MAKER", abovePrice: "120.00" };
    const list = (): Promise<Answer> =>
      alice.call("POST", "/api/v3/orderList/oco", { ...oco, belowType: "STOP_LOSS", belowStopPrice: "80.00" });
    const iceberg = (icebergQty: string): Promise<Answer> =>
      alice.limit(symbol, "SELL", "2.000", "130.00", { icebergQty });
    const answers = [
      await alice.limit(symbol, "BUY", "1.000", "49.99"),
      await alice.limit(symbol, "SELL", "1.000", "150.01"),
      await alice.limit(symbol, "SELL", "1.000", "150.00"),
      await alice.limit(symbol, "BUY", "50.000", "90.00"),
      await alice.order({ ...stop, trailingDelta: 200 }),
      await alice.order({ ...stop, type: "TAKE_PROFIT", trailingDelta: 300 }),
      await iceberg("0.900"),
      await iceberg("1.000"),
      await iceberg("1.000"),
      await list(),
      await list(),
      await alice.order({ ...stop, stopPrice: "90.00" }),
    ];
    expect(answers.map(refusal)).toEqual([
      "400 -1013 Filter failure: PERCENT_PRICE_BY_SIDE",
      "400 -1013 Filter failure: PERCENT_PRICE_BY_SIDE",
      200,
      "400 -1013 Filter failure: MAX_POSITION",
      "400 -1013 Filter failure: TRAILING_DELTA",
      "400 -1013 Filter failure: TRAILING_DELTA",
      "400 -1013 Filter failure: ICEBERG_PARTS",
      200,
      "400 -1013 Filter failure: MAX_NUM_ICEBERG_ORDERS",
      200,
      "400 -1013 Filter failure: MAX_NUM_ALGO_ORDERS",
      "400 -1013 Filter failure: MAX_NUM_ALGO_ORDERS",
    ]);
    const amend = (newQty: string): Promise<Answer> =>
      alice.call("PUT", "/api/v3/order/amend/keepPriority", {
        symbol,
        orderId: (answers[2] as Answer).body.orderId,
        newQty,
      });
    expect([await amend("0.900"), await amend("0.800")].map(refusal)).toEqual([
      200,
      "400 -1013 Filter failure: MAX_NUM_ORDER_AMENDS",
    ]);
  });

  test("the count of orders is kept by day: used up it refuses and says its limit, a first fill gives some back", async () => {
    const it = await freshMarket(target().operator);
    const { symbol, alice, bob } = it;
    await limited({ ordersPerDay: 2 }, it, async () => {
      const { body: first } = await alice.limit(symbol, "SELL", "1.000", "100.00");
      await alice.limit(symbol, "SELL", "1.000", "101.00");
      const used = (): Promise<Answer> => alice.call("GET", "/api/v3/rateLimit/order");
      const full = await used();
      const refused = await alice.limit(symbol, "SELL", "1.000", "102.00");
      const replace: Parameters = {
        symbol,
        side: "SELL",
        type: "LIMIT",
        timeInForce: "GTC",
        quantity: "1.000",
        price: "103.00",
        cancelReplaceMode: "STOP_ON_FAILURE",
        cancelOrderId: first.orderId,
      };
      const whole = await alice.call("POST", REPLACE, replace);
      const cancelOnly = await alice.call("POST", REPLACE, { ...replace, orderRateLimitExceededMode: "CANCEL_ONLY" });
      const sentence = "Too many new orders; current limit is 2 orders per 1 DAY.";
      expect([full.body, refusal(refused), refusal(whole), refusal(cancelOnly)]).toEqual([
        [{ rateLimitType: "ORDERS", interval: "DAY", intervalNum: 1, limit: 2, count: 2 }],
        `429 -1015 ${sentence}`,
        `429 -1015 ${sentence}`,
        "409 -2021 Order cancel-replace partially failed.",
      ]);
      expect(cancelOnly.body.data).toMatchObject({
        cancelResult: "SUCCESS",
        cancelResponse: { orderId: first.orderId, status: "CANCELED" },
      });
      await bob.limit(symbol, "BUY", "0.500", "101.00");
      expect([(await used()).body[0].count, refusal(await alice.limit(symbol, "SELL", "1.000", "104.00"))]).toEqual([
        0, 200,
      ]);
    });
  });

  test("limits of the whole exchange are counted over all symbols, and named", async () => {
    const it = await freshMarket(target().operator);
    const other = await freshMarket(target().operator);
    const { symbol, base, quote, alice } = it;
    await target().operator.must("POST", "/deposits", {
      account: alice.account,
      asset: other.base,
      amount: "10",
      reference: `${symbol}-other`,
    });
    await limited({ ordersMax: 2, orderListsMax: 1 }, it, async () => {
      const answers = [
        await alice.limit(symbol, "SELL", "1.000", "100.00"),
        await alice.limit(other.symbol, "SELL", "1.000", "100.00"),
        await alice.limit(symbol, "SELL", "1.000", "101.00"),
        await alice.limit(other.symbol, "SELL", "1.000", "101.00"),
      ];
      const no = "400 -1013 Filter failure: EXCHANGE_MAX_NUM_ORDERS";
      expect([answers.map(refusal), await alice.balance(base), await alice.balance(quote)]).toEqual([
        [200, 200, no, no],
        ["99.00000000", "1.00000000"],
        ["100000.00000000", "0.00000000"],
      ]);
    });
  });
}
