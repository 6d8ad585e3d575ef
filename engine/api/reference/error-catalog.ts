/**
 * Every refusal of the dialect and when it is met: made by the makers themselves, so that status, code and message are those
 * that are sent. `%` stands for what a message names. What the engine refuses is told by its own tables (rejects.ts).
 */
import * as refusals from "../refusal.ts";
import * as sessions from "../session-refusals.ts";

export interface ErrorEntry {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly when: string;
}

const ANY = "%";

function of(refusal: refusals.Refusal, when: string): ErrorEntry {
  const { status, code, message } = refusal;
  return { status, code, message, when };
}

/** Messages whose numbers depend on limits; `LimitRefusal` makes them. */
const WEIGHT = `Too much request weight used; current limit is ${ANY} request weight per ${ANY}. Please use WebSocket Streams for live updates to avoid polling the API.`;
const BANNED = `Way too much request weight used; IP banned until ${ANY}. Please use WebSocket Streams for live updates to avoid bans.`;

/** By maker: a test finds makers without an entry. */
export const ERRORS_BY_MAKER: Readonly<Record<string, ErrorEntry>> = {
  unknownError: of(refusals.unknownError(), "a fault of ours"),
  notAuthorized: of(refusals.notAuthorized(), "without the operator's token; a key that may not end another; no logon"),
  outcomeUnknown: of(
    refusals.outcomeUnknown(),
    "no answer in time: **ask again by client order id**, it may have been executed",
  ),
  overloaded: of(refusals.overloaded(), "not sent, or history is away: try again"),
  unknownPath: of(refusals.unknownPath(), "no such path"),
  methodNotAllowed: of(refusals.methodNotAllowed(), "the path has other methods: see the header `Allow`"),
  retired: of(refusals.retired(), "`/api/v1` and `/wapi`"),
  notSupported: of(refusals.notSupported(), "not offered here"),
  methodUnknown: of(sessions.methodUnknown(), "WebSocket API: no such method"),
  timestampTooOld: of(refusals.timestampTooOld(), "too late: see Time"),
  timestampAhead: of(refusals.timestampAhead(), "your clock is ahead"),
  signatureInvalid: of(refusals.signatureInvalid(), "see Signatures"),
  bodyTooLarge: of(refusals.bodyTooLarge(), "it is not parsed"),
  charactersIllegal: of(refusals.charactersIllegal(ANY, ANY), "a value outside its range"),
  parameterDuplicated: of(refusals.parameterDuplicated(), "a name twice in the query, or twice in the body"),
  parameterMissing: of(refusals.parameterMissing(ANY), "missing, empty, or too large a number"),
  bothMissing: of(refusals.bothMissing(ANY, ANY), "one of two is needed"),
  parameterNotRequired: of(refusals.parameterNotRequired(ANY), "a parameter that the type forbids"),
  tooPrecise: of(refusals.tooPrecise(ANY), "more than 8 decimals, or than the asset has"),
  noOrdersOnBook: of(refusals.noOrdersOnBook(), "a MARKET order, and nothing on the other side"),
  timeInForceNotRequired: of(refusals.timeInForceNotRequired(), "timeInForce with a type that has none"),
  timeInForceInvalid: of(refusals.timeInForceInvalid(), "no such word"),
  orderTypeInvalid: of(refusals.orderTypeInvalid(), "no such word"),
  sideInvalid: of(refusals.sideInvalid(), "no such word"),
  intervalInvalid: of(refusals.intervalInvalid(), "no such word"),
  symbolInvalid: of(refusals.symbolInvalid(), "no such instrument"),
  symbolStatusInvalid: of(refusals.symbolStatusInvalid(), "no such word"),
  listenKeyUnknown: of(refusals.listenKeyUnknown(), "no listen key of yours"),
  moreThanADay: of(refusals.moreThanADay(), "allOrders, myTrades, allOrderList"),
  combinationInvalid: of(refusals.combinationInvalid(), "parameters that do not go together; startTime after endTime"),
  parameterInvalid: of(refusals.parameterInvalid(ANY), "no such word, a limit of 0"),
  recvWindowTooLarge: of(refusals.recvWindowTooLarge(), "see Time"),
  strategyTypeTooSmall: of(refusals.strategyTypeTooSmall(), "smaller numbers are reserved"),
  jsonInvalid: of(sessions.jsonInvalid(), "WebSocket API: no JSON object"),
  cancelRestrictionsInvalid: of(refusals.cancelRestrictionsInvalid(), "no such word"),
  symbolRepeated: of(refusals.symbolRepeated(), "`symbols`"),
  timeUnitInvalid: of(refusals.timeUnitInvalid(), "see Time"),
  symbolStatusMismatch: of(refusals.symbolStatusMismatch(), "the symbol that is named has another status"),
  filterFailure: of(refusals.filterFailure(ANY as refusals.FilterName), "the first filter that fails: see Filters"),
  selfTradeModeNotAllowed: of(refusals.selfTradeModeNotAllowed(), "see exchangeInfo"),
  orderCombinationUnsupported: of(refusals.orderCombinationUnsupported(), "an iceberg that is not GTC"),
  tooManyOrders: of(refusals.tooManyOrders(0, ANY as refusals.OrdersWindow), "the count of orders is used up"),
  orderRefused: of(refusals.orderRefused(ANY), "the engine refused the order: see below"),
  cancelRefused: of(refusals.cancelRefused(ANY), "the engine refused the cancel: see below"),
  orderDoesNotExist: of(refusals.orderDoesNotExist(), "a query of an order, or a list, that is not there"),
  apiKeyMalformed: of(refusals.apiKeyMalformed(), "a key has 8 to 128 letters, digits, `_` or `-`"),
  apiKeyInvalid: of(
    refusals.apiKeyInvalid(),
    "unknown, ended, switched off, from elsewhere, or without the permission",
  ),
  subscriptionActive: of(sessions.subscriptionActive(), "WebSocket API: the account is heard already"),
  subscriptionNotActive: of(sessions.subscriptionNotActive(), "WebSocket API: it is not heard"),
  amendRefused: of(refusals.amendRefused(ANY), "the engine refused the amendment: see below"),
  clientOrderIdMismatch: of(refusals.clientOrderIdMismatch(), "both ids were sent and name different orders"),
  subscriptionIdsUsedUp: of(sessions.subscriptionIdsUsedUp(), "WebSocket API: 65,535 in a connection's life"),
  subscriptionsUsedUp: of(sessions.subscriptionsUsedUp(), "WebSocket API: 1,000 at a time (ours)"),
  keyKindUnsupported: of(sessions.keyKindUnsupported("hmac_sha256"), "session.logon takes Ed25519 keys"),
};

export const ERRORS: readonly ErrorEntry[] = [
  { status: 429, code: -1003, message: WEIGHT, when: "wait as long as `Retry-After` says" },
  { status: 418, code: -1003, message: BANNED, when: "who goes on after 429: the address is banned" },
  { status: 409, code: -2021, message: "Order cancel-replace partially failed.", when: "one half failed: see `data`" },
  { status: 400, code: -2022, message: "Order cancel-replace failed.", when: "nothing was done: see `data`" },
  ...Object.values(ERRORS_BY_MAKER).map((entry) => ({
    ...entry,
    message: entry.message.replace("limit is 0", `limit is ${ANY}`),
  })),
].sort((a, b) => b.code - a.code);
