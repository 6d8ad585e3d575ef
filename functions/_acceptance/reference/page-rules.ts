/** The part of the page that has rules: signatures, limits, types of orders, errors, life of a connection. */
import { DEFAULT_LIMITS } from "../../../engine/api/limits/limiter.ts";
import { PLAIN_NAMES, TYPE_RULES } from "../../../engine/api/order-words.ts";
import { ERRORS } from "../../../engine/api/reference/error-catalog.ts";
import { hmacSha256 } from "../../../engine/api/signature.ts";
import { ORDER_TYPE_WORD } from "../../../engine/api/words.ts";
import { ORDER_TYPES, type OrderType } from "../../../engine/domain/order.ts";
import { STREAM_LIMITS } from "../../../engine/stream/stream-limits.ts";
import { API_LIMITS } from "../../../engine/stream/ws-api/api-limits.ts";
import { tableOf } from "./page-schemas.ts";

/** Published by the dialect's own documentation. */
const SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
const REST = "side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559";
const PAYLOADS = [
  `symbol=LTCBTC&${REST}`,
  `symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&${REST}`,
  "apiKey=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A&price=52000.00&quantity=0.01000000&recvWindow=100&side=SELL&symbol=BTCUSDT&timeInForce=GTC&timestamp=1645423376532&type=LIMIT",
];

export function vectorsTable(): string {
  const rows = PAYLOADS.map((payload) => [
    `\`${payload}\``,
    `\`${hmacSha256(Buffer.from(SECRET), payload).toString("hex")}\``,
  ]);
  return `Three to check yours by, with the secret \`${SECRET}\`:\n\n${tableOf(["what is signed", "HMAC-SHA256"], rows)}`;
}

export function limitsTable(): string {
  const { weightPerMinute, requestsPer5Minutes, connectionsPer5Minutes } = DEFAULT_LIMITS;
  return tableOf(
    ["limit", "of", "usual"],
    [
      ["REQUEST_WEIGHT", "an address, per minute; what each request weighs stands beside it", String(weightPerMinute)],
      ["RAW_REQUESTS", "an address, per 5 minutes", String(requestsPer5Minutes)],
      ["ORDERS", "an account, per 10 seconds and per day", "none"],
      ["attempts to open a socket", "an address, per 5 minutes", String(connectionsPer5Minutes)],
    ],
  );
}

/** What the type of an order needs and may have; default answers are said in the prose of POST order. */
export function orderTypesTable(): string {
  const row = (type: OrderType): readonly string[] => {
    const rule = TYPE_RULES[type];
    const isMarket = type === "market";
    const needs = [
      ...(rule.hasTimeInForce ? [PLAIN_NAMES.timeInForce] : []),
      isMarket ? `${PLAIN_NAMES.quantity} or ${PLAIN_NAMES.quoteOrderQty}, not both` : PLAIN_NAMES.quantity,
      ...(rule.hasPrice ? [PLAIN_NAMES.price] : []),
      ...(rule.hasTrigger ? [`${PLAIN_NAMES.stopPrice} or ${PLAIN_NAMES.trailingDelta}, or both`] : []),
    ];
    const may = rule.mayBeIceberg ? [PLAIN_NAMES.icebergQty] : [];
    return [`\`${ORDER_TYPE_WORD[type]}\``, needs.join(", "), may.join(", ")];
  };
  const table = tableOf(["type", "needs", "may have"], ORDER_TYPES.map(row));
  const all =
    "All need symbol, side and type, and may have newClientOrderId, newOrderRespType, selfTradePreventionMode, strategyId and strategyType. What a type neither needs nor may have is refused: -1106, timeInForce -1114.";
  return `${table}\n\n${all}`;
}

export function errorsTable(): string {
  return tableOf(
    ["code", "HTTP", "message", "when"],
    ERRORS.map(({ code, status, message, when }) => [
      String(code),
      String(status),
      message === "%" ? "see when" : message,
      when,
    ]),
  );
}

export function connectionsTable(): string {
  const seconds = (ms: number): string => `${ms / 1_000} s`;
  const { subscriptionsPerConnectionMax, incomingPerSecondMax, incomingBytesMax, pingIntervalMs, pongTimeoutMs } =
    STREAM_LIMITS;
  return tableOf(
    ["of one connection", ""],
    [
      ["ping of ours", `every ${seconds(pingIntervalMs)}; unanswered for ${seconds(pongTimeoutMs)} it is closed`],
      ["pings of yours", "answered at once"],
      [
        "messages of yours on the streams",
        `${incomingPerSecondMax} a second, pings and pongs included; one more and it is cut`,
      ],
      ["one message", `${incomingBytesMax} bytes`],
      ["streams", String(subscriptionsPerConnectionMax)],
      ["life", `${STREAM_LIMITS.connectionLifeMs / 3_600_000} h`],
      ["what waits for a slow reader", `${STREAM_LIMITS.bufferedBytesMax / 1_048_576} MiB, then 1013: connect again`],
      ["requests of the WebSocket API at once", String(API_LIMITS.requestsRunningMax)],
      ["accounts heard", `${API_LIMITS.subscriptionsMax} at a time, ${API_LIMITS.subscriptionIdsMax} in its life`],
    ],
  );
}
