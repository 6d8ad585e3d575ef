/**
 * What orders/ refuses, and in which literal words: faults of a request at the edge, the engine's reasons, the world's.
 */
import { beforeEach, expect, test } from "vitest";
import { OperationalError } from "../../engine/bus/engine-client.ts";
import { NO_LIMITS } from "../../engine/domain/instrument.ts";
import { REJECTS, type Reject } from "../../engine/domain/rejects.ts";
import { type FakeEdge, fakeEdge, send, shown } from "../_shared/testing/fake-edge.ts";
import { handleOrders } from "./handler.ts";

let edge: FakeEdge;
beforeEach(() => {
  edge = fakeEdge();
});

async function ask(method: string, path: string, query = ""): Promise<{ status: number; body: unknown }> {
  return shown(await send(handleOrders, edge, edge.alice, method, `/api/v3/${path}`, query));
}

const LIMIT = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.5&price=20000";
const MARKET = "symbol=BTCUSDT&side=BUY&type=MARKET";
const STOP = "symbol=BTCUSDT&side=SELL&type=STOP_LOSS&quantity=0.5&stopPrice=19000";
const MALFORMED_TRAILING = "-1102 Mandatory parameter 'trailingDelta' was not sent, was empty/null, or malformed.";
const BASE = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC";

test.each([
  ["", "-1102 Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."],
  ["symbol=BTCUSDT&side=BUY", "-1102 Mandatory parameter 'type' was not sent, was empty/null, or malformed."],
  [LIMIT.replace("BTCUSDT", "XXXUSDT"), "-1121 Invalid symbol."],
  [LIMIT.replace("BUY", "HOLD"), "-1117 Invalid side."],
  [LIMIT.replace("BUY", "buy"), "-1117 Invalid side."],
  [LIMIT.replace("LIMIT", "LIMITED"), "-1116 Invalid orderType."],
  [LIMIT.replace("GTC", "GTD"), "-1115 Invalid timeInForce."],
  [`${LIMIT}&pegPriceType=PRIMARY_PEG`, "-1020 This operation is not supported."],
  [`${LIMIT}&newOrderRespType=ALL`, "-1130 Data sent for parameter 'newOrderRespType' is not valid."],
  [`${LIMIT}&strategyType=5`, "-1134 `strategyType` was less than 1000000."],
  [
    LIMIT.replace("&timeInForce=GTC", ""),
    "-1102 Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed.",
  ],
  [`${BASE}&price=20000`, "-1102 Mandatory parameter 'quantity' was not sent, was empty/null, or malformed."],
  [`${BASE}&quantity=1`, "-1102 Mandatory parameter 'price' was not sent, was empty/null, or malformed."],
  [`${LIMIT}&quoteOrderQty=5`, "-1106 Parameter 'quoteOrderQty' sent when not required."],
  [`${LIMIT}&stopPrice=5`, "-1106 Parameter 'stopPrice' sent when not required."],
  [MARKET, "-1102 Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"],
  [`${MARKET}&quantity=1&price=2`, "-1106 Parameter 'price' sent when not required."],
  [`${MARKET}&quantity=1&timeInForce=GTC`, "-1114 TimeInForce parameter sent when not required."],
  [
    LIMIT.replace("LIMIT", "STOP_LOSS_LIMIT"),
    "-1102 Param 'stopPrice' or 'trailingDelta' must be sent, but both were empty/null!",
  ],
  [`${STOP}&price=5`, "-1106 Parameter 'price' sent when not required."],
  [`${STOP}&timeInForce=GTC`, "-1114 TimeInForce parameter sent when not required."],
  [`${STOP}&icebergQty=0.1`, "-1106 Parameter 'icebergQty' sent when not required."],
  [`${STOP}&quoteOrderQty=1`, "-1106 Parameter 'quoteOrderQty' sent when not required."],
  [STOP.replace("19000", "19000.001"), "-1013 Filter failure: PRICE_FILTER"],
  [STOP.replace("19000", "19000.000000001"), "-1111 Parameter 'stopPrice' has too much precision."],
  [`${STOP}&trailingDelta=9`, "-1013 Filter failure: TRAILING_DELTA"],
  [`${STOP}&trailingDelta=2001`, "-1013 Filter failure: TRAILING_DELTA"],
  [`${STOP}&trailingDelta=99999999999999999999`, MALFORMED_TRAILING],
  [`${LIMIT}&trailingDelta=50`, "-1106 Parameter 'trailingDelta' sent when not required."],
  [`${LIMIT.replace("GTC", "IOC")}&icebergQty=0.1`, "-1014 Unsupported order combination."],
  [`${LIMIT}&icebergQty=0.6`, "-2010 IcebergQty exceeds QTY."],
  [`${LIMIT}&icebergQty=0`, "-1013 Filter failure: LOT_SIZE"],
  [`${LIMIT}&icebergQty=0.00499`, "-1013 Filter failure: ICEBERG_PARTS"],
  [LIMIT.replace("0.5", "0.000000001"), "-1111 Parameter 'quantity' has too much precision."],
  [LIMIT.replace("20000", "20000.123456789"), "-1111 Parameter 'price' has too much precision."],
  [LIMIT.replace("20000", "20000.001"), "-1013 Filter failure: PRICE_FILTER"],
  [LIMIT.replace("20000", "99999999999999999999"), "-1013 Filter failure: PRICE_FILTER"],
  [LIMIT.replace("20000", "0"), "-1013 Filter failure: PRICE_FILTER"],
  [LIMIT.replace("0.5", "0.500001"), "-1013 Filter failure: LOT_SIZE"],
  [LIMIT.replace("0.5", "0"), "-1013 Filter failure: LOT_SIZE"],
  [LIMIT.replace("0.5", "0.0002"), "-1013 Filter failure: NOTIONAL"],
  [`${MARKET}&quantity=101`, "-1013 Filter failure: MARKET_LOT_SIZE"],
  [`${MARKET}&quoteOrderQty=4.99`, "-1013 Filter failure: NOTIONAL"],
  [
    `${LIMIT}&selfTradePreventionMode=DECREMENT`,
    "-1013 This symbol does not allow the specified self-trade prevention mode.",
  ],
  [
    `${LIMIT}&newClientOrderId=not%20legal`,
    "-1100 Illegal characters found in parameter 'newClientOrderId'; legal range is '^[.A-Z:/a-z0-9_-]{1,36}$'.",
  ],
  [`${LIMIT}&symbol=BTCUSDT`, "-1101 Duplicate values for a parameter detected."],
  [`${LIMIT}&recvWindow=60001`, "-1131 recvWindow must be less than 60000"],
])("POST order?%s is refused: %s", async (query, refusal) => {
  const { status, body } = await ask("POST", "order", query);
  const { code, msg } = body as { code: number; msg: string };
  expect([status, `${code} ${msg}`]).toEqual([400, refusal]);
  expect(edge.engine.received).toEqual([]);
});

/** What a trader reads for each reason of the engine's: [place, cancel]. */
const MARKET_CLOSED = "400 -2010 Market is closed.";
const KEY = "401 -2015 Invalid API-key, IP, or permissions for action.";
const READ: Partial<Record<Reject, readonly [string, string]>> = {
  deadline_passed: [
    "504 -1007 Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
    "504 -1007 Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
  ],
  deadline_too_far: [
    "503 -1008 Server is currently overloaded with other requests. Please try again in a few minutes.",
    "503 -1008 Server is currently overloaded with other requests. Please try again in a few minutes.",
  ],
  account_not_found: [KEY, KEY],
  key_not_valid: [KEY, KEY],
  account_disabled: [
    "400 -2010 This action is disabled on this account.",
    "400 -2010 This account may not place or cancel orders.",
  ],
  instrument_not_found: ["400 -1121 Invalid symbol.", "400 -1121 Invalid symbol."],
  instrument_halted: [MARKET_CLOSED, MARKET_CLOSED],
  instrument_cancel_only: [MARKET_CLOSED, MARKET_CLOSED],
  open_orders_limit: ["400 -1013 Filter failure: MAX_NUM_ORDERS", "400 -1013 Filter failure: MAX_NUM_ORDERS"],
  client_order_id_open: ["400 -2010 Duplicate order sent.", "400 -2010 Duplicate order sent."],
};
const PLACE_READS: Partial<Record<Reject, string>> = {
  post_only_would_take: "400 -2010 Order would immediately match and take.",
  no_liquidity: "400 -1112 No orders on book for symbol.",
  liquidity_below_lot: "400 -2010 Order book liquidity is less than `LOT_SIZE` filter minimum quantity.",
  balance_too_low: "400 -2010 Account has insufficient balance for requested action.",
  notional_outside_filter: "400 -1013 Filter failure: NOTIONAL",
  order_type_not_supported: "400 -2010 Unsupported order combination",
  conditions_invalid: "400 -2010 Unsupported order combination",
  stop_price_outside_filter: "400 -1013 Filter failure: PRICE_FILTER",
  iceberg_quantity_outside_filter: "400 -1013 Filter failure: LOT_SIZE",
  iceberg_parts_exceeded: "400 -1013 Filter failure: ICEBERG_PARTS",
  trailing_delta_outside_filter: "400 -1013 Filter failure: TRAILING_DELTA",
  percent_price_outside_filter: "400 -1013 Filter failure: PERCENT_PRICE_BY_SIDE",
  position_limit: "400 -1013 Filter failure: MAX_POSITION",
  algo_orders_limit: "400 -1013 Filter failure: MAX_NUM_ALGO_ORDERS",
  iceberg_orders_limit: "400 -1013 Filter failure: MAX_NUM_ICEBERG_ORDERS",
  order_lists_limit: "400 -1013 Filter failure: MAX_NUM_ORDER_LISTS",
  exchange_orders_limit: "400 -1013 Filter failure: EXCHANGE_MAX_NUM_ORDERS",
  exchange_algo_orders_limit: "400 -1013 Filter failure: EXCHANGE_MAX_NUM_ALGO_ORDERS",
  exchange_iceberg_orders_limit: "400 -1013 Filter failure: EXCHANGE_MAX_NUM_ICEBERG_ORDERS",
  exchange_order_lists_limit: "400 -1013 Filter failure: EXCHANGE_MAX_NUM_ORDER_LISTS",
  orders_per_10s_limit: "429 -1015 Too many new orders; current limit is 100 orders per 10 SECOND.",
  orders_per_day_limit: "429 -1015 Too many new orders; current limit is 200000 orders per 1 DAY.",
  stop_would_trigger: "400 -2010 Order would trigger immediately.",
  list_invalid: "400 -2010 Unsupported order combination",
  list_prices_wrong: "400 -2010 The relationship of the prices for the orders is not correct.",
  list_client_order_id_open: "400 -2010 Duplicate order sent.",
};
const CANCEL_READS: Partial<Record<Reject, string>> = {
  order_not_found: "400 -2011 Unknown order sent.",
  client_order_id_mismatch: "400 -2011 Cancel order is invalid. Check origClOrdId and orderId.",
  cancel_restricted: "400 -2011 Order was not canceled due to cancel restrictions.",
  list_not_found: "400 -2011 Unknown order sent.",
};

test("every reason of the engine's has its literal code and message", async () => {
  edge.engine.limits = { ...NO_LIMITS, ordersPer10s: 100, ordersPerDay: 200_000 };
  const read = async (reason: Reject, method: string, query: string): Promise<string> => {
    edge.engine.answers.push(edge.engine.rejected(reason));
    const { status, body } = await ask(method, "order", query);
    const { code, msg } = body as { code: number; msg: string };
    return `${status} ${code} ${msg}`;
  };
  const seen: Record<string, string> = {};
  const wanted: Record<string, string> = {};
  for (const reason of REJECTS) {
    const place = READ[reason]?.[0] ?? PLACE_READS[reason];
    const cancel = READ[reason]?.[1] ?? CANCEL_READS[reason];
    if (place !== undefined) seen[`place ${reason}`] = await read(reason, "POST", LIMIT);
    if (cancel !== undefined) seen[`cancel ${reason}`] = await read(reason, "DELETE", "symbol=BTCUSDT&orderId=1");
    if (place !== undefined) wanted[`place ${reason}`] = place;
    if (cancel !== undefined) wanted[`cancel ${reason}`] = cancel;
  }
  expect(seen).toEqual(wanted);
});

test("no answer in time is unknown, nothing sent is a clear no, and a fault of ours is reported and says nothing", async () => {
  const reads: unknown[] = [];
  for (const error of [
    new OperationalError("outcome_unknown", "late"),
    new OperationalError("not_sent", "down"),
    new Error("secret detail"),
  ]) {
    edge.engine.answers.push(error);
    const { status, body } = await ask("POST", "order", LIMIT);
    reads.push([status, body]);
  }
  expect(reads).toEqual([
    [
      504,
      {
        code: -1007,
        msg: "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
      },
    ],
    [
      503,
      { code: -1008, msg: "Server is currently overloaded with other requests. Please try again in a few minutes." },
    ],
    [500, { code: -1000, msg: "An unknown error occurred while processing the request." }],
  ]);
  expect(edge.faults).toHaveLength(1);
});
