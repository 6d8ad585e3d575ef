/**
 * Every parameter of the dialect, once: its legal characters, what it means, an example. A name means the same everywhere.
 *
 * Requests are checked by it (parameters.ts) and the reference is made of it, so that the two cannot differ. Which words a
 * parameter takes is told by parameter-words.ts; what a route adds to a meaning by the endpoints' own entries.
 */

/** What a value is, whatever its characters: a decimal, a whole number, a time … */
export type ParameterKind = "decimal" | "integer" | "time" | "boolean" | "word" | "text" | "list";

export interface ParameterEntry {
  readonly kind: ParameterKind;
  /** A regular expression, as the error message prints it (-1100). */
  readonly legal: string;
  readonly says: string;
  readonly example: string;
}

const DECIMAL = "^([0-9]{1,20})(\\.[0-9]{1,20})?$";
const INTEGER = "^[0-9]{1,20}$";
const CLIENT_ORDER_ID = "^[.A-Z:/a-z0-9_-]{1,36}$";
/** Any case: a word that is none of the list has a code of its own (-1115, -1116, -1117 …). */
const WORD = "^[a-zA-Z0-9_]{1,40}$";
const NAME = "^[A-Z0-9-_.]{1,20}$";
const BOOLEAN = "^(true|false|TRUE|FALSE)$";

type Maker = (says: string, example: string) => ParameterEntry;

function maker(kind: ParameterKind, legal: string): Maker {
  return (says, example) => ({ kind, legal, says, example });
}

const decimal = maker("decimal", DECIMAL);
const integer = maker("integer", INTEGER);
const time = maker("time", INTEGER);
const word = maker("word", WORD);
const flag = maker("boolean", BOOLEAN);
const clientId = maker("text", CLIENT_ORDER_ID);
const name = maker("text", NAME);

function text(legal: string, says: string, example: string): ParameterEntry {
  return { kind: "text", legal, says, example };
}

function list(legal: string, says: string, example: string): ParameterEntry {
  return { kind: "list", legal, says, example };
}

/** How the parameters of one order of a list begin, and which order that is. */
export const LEG_NAMES = {
  above: "of the order above the market",
  below: "of the order below the market",
  working: "of the order that works at once",
  pending: "of the order that waits for the working one",
  pendingAbove: "of the waiting order above the market",
  pendingBelow: "of the waiting order below the market",
} as const;
export type LegPrefix = keyof typeof LEG_NAMES;

/** What follows. */
const LEG_CATALOG = {
  Type: word("Type", "LIMIT_MAKER"),
  Side: word("Side", "SELL"),
  Quantity: decimal("Quantity", "0.5"),
  ClientOrderId: clientId("Id", "leg-1"),
  Price: decimal("Price", "21000"),
  StopPrice: decimal("Price of the last trade that sets it off", "19000"),
  TrailingDelta: integer("How far the price must come back, in 1/10,000", "100"),
  TimeInForce: word("How long it stays", "GTC"),
  IcebergQty: decimal("How much of it shows", "0.1"),
  StrategyId: integer("A number of yours", "7"),
  StrategyType: integer("A number of yours, from 1000000", "1000000"),
} as const;
export type LegParameter = keyof typeof LEG_CATALOG;
export const LEG_PARAMETERS = Object.keys(LEG_CATALOG) as readonly LegParameter[];

function legCatalog(): Readonly<Record<string, ParameterEntry>> {
  const entries: Record<string, ParameterEntry> = {};
  for (const [prefix, whose] of Object.entries(LEG_NAMES)) {
    for (const [parameter, entry] of Object.entries(LEG_CATALOG)) {
      entries[`${prefix}${parameter}`] = { ...entry, says: `${entry.says} ${whose}` };
    }
  }
  return entries;
}

export const PARAMETER_CATALOG: Readonly<Record<string, ParameterEntry>> = {
  ...legCatalog(),

  symbol: name("Instrument", "BTCUSDT"),
  symbols: list('^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}\\]$', "Instruments, a JSON array", '["BTCUSDT"]'),
  symbolStatus: word("Only instruments of this status", "TRADING"),
  permissions: list(
    '^(\\["[A-Z0-9_]{1,20}"(,"[A-Z0-9_]{1,20}"){0,}\\]|[A-Z0-9_]{1,20})$',
    "Only instruments that these permit, one word or a JSON array",
    "SPOT",
  ),
  showPermissionSets: flag("Whether `permissionSets` is filled; true where it is not sent", "false"),
  limit: integer("How many rows at most", "100"),
  interval: text("^[0-9]{1,2}[a-zA-Z]$", "How long a candle is; m is a minute, M a month", "1m"),
  startTime: time("From when on, inclusive", "1767225600000"),
  endTime: time("Up to when, inclusive", "1767229200000"),
  windowSize: text("^[0-9]{1,2}[mhd]$", "1m … 59m, 1h … 23h, 1d … 7d; 1d where it is not sent", "4h"),
  timeZone: text("^[+ -]?[0-9]{1,2}(:[0-9]{2})?$", "East of UTC, -12:00 … +14:00; 0 where it is not sent", "+08:00"),
  fromId: integer("From this id on", "1"),
  before: integer("Only what is older than this", "42"),
  state: word("Only what is in this state", "waiting"),

  side: word("Side", "BUY"),
  type: word("Type of the order", "LIMIT"),
  timeInForce: word("How long the order stays", "GTC"),
  quantity: decimal("Quantity in the base asset", "0.5"),
  quoteOrderQty: decimal("What a MARKET order spends, or takes in, in the quote asset", "100"),
  price: decimal("Price", "20000"),
  newQty: decimal("New quantity, below the old one and above what is executed", "0.3"),
  stopPrice: decimal("Price of the last trade that sets the order off", "19000"),
  icebergQty: decimal("How much of the order shows in the book", "0.1"),
  trailingDelta: integer("How far the price must come back from its best, in 1/10,000", "100"),
  strategyId: integer("A number of yours, shown again", "7"),
  strategyType: integer("A number of yours, from 1000000, shown again", "1000000"),
  newOrderRespType: word("How much the answer tells", "FULL"),
  selfTradePreventionMode: word("What becomes of orders that meet others of their own account", "EXPIRE_MAKER"),
  computeCommissionRates: flag("Answer with the rates that the order would pay", "true"),
  omitZeroBalances: flag("Leave out assets of which there is nothing", "true"),
  orderId: integer("The order, by its id", "1"),
  origClientOrderId: clientId("The order, by the id that its sender gave it", "mine-1"),
  newClientOrderId: clientId("An id of yours, 22 random characters where it is not sent", "mine-1"),
  cancelOrderId: integer("The order to cancel, by its id", "1"),
  cancelOrigClientOrderId: clientId("The order to cancel, by the id that its sender gave it", "mine-1"),
  cancelNewClientOrderId: clientId("An id of yours for the cancel", "cancel-1"),
  cancelRestrictions: word("Cancel only an order of this status", "ONLY_NEW"),
  cancelReplaceMode: word("What to do when the cancel fails", "STOP_ON_FAILURE"),
  orderRateLimitExceededMode: word("What to do when the count of orders is used up", "CANCEL_ONLY"),
  fromExecutionId: integer("From this amendment on", "1"),
  preventedMatchId: integer("The one with this id", "1"),
  fromPreventedMatchId: integer("From this one on", "1"),

  orderListId: integer("The list, by its id", "1"),
  listClientOrderId: clientId("An id of yours for the list", "list-1"),
  limitClientOrderId: clientId("Id of the LIMIT_MAKER order", "limit-1"),
  limitIcebergQty: decimal("How much of the LIMIT_MAKER order shows", "0.1"),
  limitStrategyId: integer("A number of yours, of the LIMIT_MAKER order", "7"),
  limitStrategyType: integer("A number of yours, from 1000000, of the LIMIT_MAKER order", "1000000"),
  stopClientOrderId: clientId("Id of the stop order", "stop-1"),
  stopLimitPrice: decimal("Limit of the stop order; a STOP_LOSS where it is not sent", "18990"),
  stopLimitTimeInForce: word("How long the stop order stays; with stopLimitPrice", "GTC"),
  stopIcebergQty: decimal("How much of the stop order shows", "0.1"),
  stopStrategyId: integer("A number of yours, of the stop order", "7"),
  stopStrategyType: integer("A number of yours, from 1000000, of the stop order", "1000000"),

  coin: name("Asset", "USDT"),
  asset: name("Asset", "USDT"),
  amount: decimal("How much", "25"),
  address: text("^[\\x21-\\x7e]{1,256}$", "Where it is to go", "bank-4711"),
  addressTag: text("^[\\x20-\\x7e]{1,128}$", "What the receiver needs beside the address", "memo 9"),
  network: text("^[A-Za-z0-9_-]{1,32}$", "By which network", "USDT"),
  withdrawOrderId: text("^[.A-Z:/a-z0-9_-]{1,64}$", "An id of yours for the withdrawal", "out-1"),
  idList: list("^[A-Za-z0-9]{1,64}(,[A-Za-z0-9]{1,64}){0,44}$", "Withdrawals by their ids", "a1b2c3"),
  txId: text("^[\\x20-\\x7e]{1,128}$", "The one with this reference", "deposit-1"),
  status: integer("Only those of this status", "6"),
  offset: integer("How many rows to leave out first, at most 4000", "0"),

  keyPermissions: list(
    '^[a-z,"\\[\\]]{1,64}$',
    "What the key may do: read, trade, withdraw; a JSON array, or words with commas",
    '["read","trade"]',
  ),
  kind: word("How the key signs; hmac_sha256 where it is not sent", "ed25519"),
  publicKey: text(
    "^[A-Za-z0-9+/=\\r\\n -]{1,4096}$",
    "Public half of an ed25519 or rsa_sha256 key, PEM",
    "MCowBQYDK2VwAyEA…",
  ),
  label: text("^[ -~]{1,64}$", "What you call the key", "laptop"),
  ipAllowList: list(
    '^[0-9A-Fa-f.:/,"\\[\\]]{1,4096}$',
    "Addresses and ranges that may use the key, a JSON array; all where it is not sent",
    '["203.0.113.7","10.0.0.0/8"]',
  ),
  expires: time("When the key ends, ms; never where it is not sent", "1798761600000"),
  apiKey: text(
    "^[A-Za-z0-9_-]{1,128}$",
    "The key that is meant",
    "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
  ),
  listenKey: text(
    "^[A-Za-z0-9]{1,128}$",
    "The listen key that is meant",
    "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1",
  ),

  timestamp: time("When the request was made", "1767225600000"),
  recvWindow: decimal("For how many ms it is good, up to 3 decimals, at most 60000; 5000 where it is not sent", "5000"),
};
