/**
 * Refusals of the public dialect: status, code and literal message (trading-api.md §1.5 and §1.6).
 *
 * Parsing code throws a Refusal; whoever owns the transport catches it once and turns it into `{code, msg}`. Clients
 * compare codes and messages, so both are literal and live here alone.
 */

export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  /** cancelReplace adds what became of its halves. */
  readonly data: object | null;

  constructor(status: number, code: number, message: string, data: object | null = null) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.data = data;
  }
}

/** What a client reads. */
export interface RefusalBody {
  readonly code: number;
  readonly msg: string;
  readonly data?: object;
}

export function refusalBody(refusal: Refusal): RefusalBody {
  const body = { code: refusal.code, msg: refusal.message };
  return refusal.data === null ? body : { ...body, data: refusal.data };
}

function fixed(status: number, code: number, message: string): () => Refusal {
  return () => new Refusal(status, code, message);
}

export const unknownError = fixed(500, -1000, "An unknown error occurred while processing the request.");
export const notAuthorized = fixed(401, -1002, "You are not authorized to execute this request.");
export const outcomeUnknown = fixed(
  504,
  -1007,
  "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
);
export const overloaded = fixed(
  503,
  -1008,
  "Server is currently overloaded with other requests. Please try again in a few minutes.",
);
export const unknownPath = fixed(404, -1020, "This operation is not supported.");
export const methodNotAllowed = fixed(405, -1020, "This operation is not supported.");
/** What the venue has switched off for good. */
export const retired = fixed(410, -1020, "This operation is not supported.");
export const bodyTooLarge = fixed(413, -1100, "The request body is larger than 16 KiB.");
export const timestampTooOld = fixed(400, -1021, "Timestamp for this request is outside of the recvWindow.");
export const timestampAhead = fixed(400, -1021, "Timestamp for this request was 1000ms ahead of the server's time.");
export const signatureInvalid = fixed(400, -1022, "Signature for this request is not valid.");
export const notSupported = fixed(400, -1020, "This operation is not supported.");
export const orderCombinationUnsupported = fixed(400, -1014, "Unsupported order combination.");
export const parameterDuplicated = fixed(400, -1101, "Duplicate values for a parameter detected.");
export const noOrdersOnBook = fixed(400, -1112, "No orders on book for symbol.");
export const timeInForceNotRequired = fixed(400, -1114, "TimeInForce parameter sent when not required.");
export const timeInForceInvalid = fixed(400, -1115, "Invalid timeInForce.");
export const orderTypeInvalid = fixed(400, -1116, "Invalid orderType.");
export const sideInvalid = fixed(400, -1117, "Invalid side.");
export const intervalInvalid = fixed(400, -1120, "Invalid interval.");
export const symbolInvalid = fixed(400, -1121, "Invalid symbol.");
export const symbolStatusInvalid = fixed(400, -1122, "Invalid symbolStatus.");
export const listenKeyUnknown = fixed(400, -1125, "This listenKey does not exist.");
export const moreThanADay = fixed(400, -1127, "More than 24 hours between startTime and endTime.");
export const combinationInvalid = fixed(400, -1128, "Combination of optional parameters invalid.");
export const recvWindowTooLarge = fixed(400, -1131, "recvWindow must be less than 60000");
export const strategyTypeTooSmall = fixed(400, -1134, "`strategyType` was less than 1000000.");
export const cancelRestrictionsInvalid = fixed(400, -1145, "Invalid cancelRestrictions");
export const symbolRepeated = fixed(400, -1151, "Symbol is present multiple times in the list.");
export const timeUnitInvalid = fixed(
  400,
  -1194,
  "Invalid value for time unit; expected either MICROSECOND or MILLISECOND.",
);
export const symbolStatusMismatch = fixed(400, -1220, "The symbol's status does not match the requested symbolStatus.");
export const orderDoesNotExist = fixed(400, -2013, "Order does not exist.");
export const apiKeyMalformed = fixed(401, -2014, "API-key format invalid.");
export const apiKeyInvalid = fixed(401, -2015, "Invalid API-key, IP, or permissions for action.");
export const clientOrderIdMismatch = fixed(400, -2039, "Client order ID is not correct for this order ID.");

export function charactersIllegal(parameter: string, legalRange: string): Refusal {
  return new Refusal(
    400,
    -1100,
    `Illegal characters found in parameter '${parameter}'; legal range is '${legalRange}'.`,
  );
}

export function parameterMissing(parameter: string): Refusal {
  return new Refusal(400, -1102, `Mandatory parameter '${parameter}' was not sent, was empty/null, or malformed.`);
}

export function bothMissing(one: string, other: string): Refusal {
  return new Refusal(400, -1102, `Param '${one}' or '${other}' must be sent, but both were empty/null!`);
}

export function parameterNotRequired(parameter: string): Refusal {
  return new Refusal(400, -1106, `Parameter '${parameter}' sent when not required.`);
}

export function tooPrecise(parameter: string): Refusal {
  return new Refusal(400, -1111, `Parameter '${parameter}' has too much precision.`);
}

export function parameterInvalid(parameter: string): Refusal {
  return new Refusal(400, -1130, `Data sent for parameter '${parameter}' is not valid.`);
}

export type FilterName =
  | "PRICE_FILTER"
  | "PERCENT_PRICE_BY_SIDE"
  | "LOT_SIZE"
  | "MARKET_LOT_SIZE"
  | "NOTIONAL"
  | "MAX_POSITION"
  | "ICEBERG_PARTS"
  | "TRAILING_DELTA"
  | "MAX_NUM_ORDERS"
  | "MAX_NUM_ALGO_ORDERS"
  | "MAX_NUM_ICEBERG_ORDERS"
  | "MAX_NUM_ORDER_LISTS"
  | "MAX_NUM_ORDER_AMENDS"
  | "EXCHANGE_MAX_NUM_ORDERS"
  | "EXCHANGE_MAX_NUM_ALGO_ORDERS"
  | "EXCHANGE_MAX_NUM_ICEBERG_ORDERS"
  | "EXCHANGE_MAX_NUM_ORDER_LISTS";

export function filterFailure(filter: FilterName): Refusal {
  return new Refusal(400, -1013, `Filter failure: ${filter}`);
}

export function selfTradeModeNotAllowed(): Refusal {
  return new Refusal(400, -1013, "This symbol does not allow the specified self-trade prevention mode.");
}

/** As the dialect names a window. */
export type OrdersWindow = "10 SECOND" | "1 DAY";

/** The window tells when the account may come again (Retry-After). */
export class TooManyOrders extends Refusal {
  readonly window: OrdersWindow;

  constructor(limit: number, window: OrdersWindow) {
    super(429, -1015, `Too many new orders; current limit is ${limit} orders per ${window}.`);
    this.window = window;
  }
}

export function tooManyOrders(limit: number, window: OrdersWindow): Refusal {
  return new TooManyOrders(limit, window);
}

/** The engine said no to a new order. */
export function orderRefused(message: string): Refusal {
  return new Refusal(400, -2010, message);
}

/** The engine said no to a cancel. */
export function cancelRefused(message: string): Refusal {
  return new Refusal(400, -2011, message);
}

export function amendRefused(message: string): Refusal {
  return new Refusal(400, -2038, message);
}
