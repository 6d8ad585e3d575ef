/**
 * A request's parameters: split once by hand, decoded, checked for duplicates and for legal characters.
 *
 * Owns: the names and legal ranges of all parameters, and the payload that a signature covers. Query and body come as
 * one character per byte, so nothing is lost before the signature is verified.
 */
import { charactersIllegal, parameterDuplicated, parameterMissing } from "./refusal.ts";

/** More pairs than any endpoint has; beyond it a request is noise. */
export const PARAMETERS_MAX = 64;

interface Legal {
  readonly pattern: RegExp;
  /** As the error message prints it. */
  readonly shown: string;
}

function legal(shown: string): Legal {
  return { pattern: new RegExp(shown), shown };
}

const DECIMAL = legal("^([0-9]{1,20})(\\.[0-9]{1,20})?$");
const INTEGER = legal("^[0-9]{1,20}$");
const CLIENT_ORDER_ID = legal("^[.A-Z:/a-z0-9_-]{1,36}$");
/** Any case: a word that is none of the list has a code of its own (-1115, -1116, -1117 …). */
const WORD = legal("^[a-zA-Z0-9_]{1,40}$");
const ASSET = legal("^[A-Z0-9-_.]{1,20}$");
const BOOLEAN = legal("^(true|false|TRUE|FALSE)$");

/** How the parameters of one order of a list begin. */
export const LEG_PREFIXES = ["above", "below", "working", "pending", "pendingAbove", "pendingBelow"] as const;
export type LegPrefix = (typeof LEG_PREFIXES)[number];

/** What follows. */
const LEG_LEGAL = {
  Type: WORD,
  Side: WORD,
  Quantity: DECIMAL,
  ClientOrderId: CLIENT_ORDER_ID,
  Price: DECIMAL,
  StopPrice: DECIMAL,
  TrailingDelta: INTEGER,
  TimeInForce: WORD,
  IcebergQty: DECIMAL,
  StrategyId: INTEGER,
  StrategyType: INTEGER,
} as const;
export type LegParameter = keyof typeof LEG_LEGAL;

/** @param without what this leg shares with others, or cannot have. */
export function legParameters(prefix: LegPrefix, without: readonly LegParameter[] = []): readonly string[] {
  return (Object.keys(LEG_LEGAL) as LegParameter[])
    .filter((name) => !without.includes(name))
    .map((name) => `${prefix}${name}`);
}

function legalOfLegs(): Readonly<Record<string, Legal>> {
  const legal: Record<string, Legal> = {};
  for (const prefix of LEG_PREFIXES) {
    for (const [name, range] of Object.entries(LEG_LEGAL)) legal[`${prefix}${name}`] = range;
  }
  return legal;
}

/** Every parameter of the dialect: a name means the same everywhere. */
const LEGAL: Readonly<Record<string, Legal>> = {
  ...legalOfLegs(),
  symbol: legal("^[A-Z0-9-_.]{1,20}$"),
  symbols: legal('^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}\\]$'),
  symbolStatus: WORD,
  permissions: legal('^(\\["[A-Z0-9_]{1,20}"(,"[A-Z0-9_]{1,20}"){0,}\\]|[A-Z0-9_]{1,20})$'),
  showPermissionSets: BOOLEAN,
  apiKey: legal("^[A-Za-z0-9_-]{1,128}$"),
  keyPermissions: legal('^[a-z,"\\[\\]]{1,64}$'),
  kind: WORD,
  publicKey: legal("^[A-Za-z0-9+/= \\r\\n-]{1,4096}$"),
  label: legal("^[ -~]{1,64}$"),
  ipAllowList: legal('^[0-9a-fA-F.:/,"\\[\\]]{1,4096}$'),
  expires: INTEGER,
  limit: INTEGER,
  interval: legal("^[0-9]{1,2}[a-zA-Z]$"),
  startTime: INTEGER,
  endTime: INTEGER,
  windowSize: legal("^[0-9]{1,2}[mhd]$"),
  timeZone: legal("^[+ -]?[0-9]{1,2}(:[0-9]{2})?$"),
  fromId: INTEGER,
  before: INTEGER,
  state: WORD,
  side: WORD,
  type: WORD,
  timeInForce: WORD,
  quantity: DECIMAL,
  quoteOrderQty: DECIMAL,
  price: DECIMAL,
  newQty: DECIMAL,
  stopPrice: DECIMAL,
  icebergQty: DECIMAL,
  trailingDelta: INTEGER,
  strategyId: INTEGER,
  strategyType: INTEGER,
  newOrderRespType: WORD,
  selfTradePreventionMode: WORD,
  computeCommissionRates: BOOLEAN,
  omitZeroBalances: BOOLEAN,
  orderId: INTEGER,
  origClientOrderId: CLIENT_ORDER_ID,
  newClientOrderId: CLIENT_ORDER_ID,
  cancelOrderId: INTEGER,
  cancelOrigClientOrderId: CLIENT_ORDER_ID,
  cancelNewClientOrderId: CLIENT_ORDER_ID,
  cancelRestrictions: WORD,
  cancelReplaceMode: WORD,
  orderRateLimitExceededMode: WORD,
  orderListId: INTEGER,
  listClientOrderId: CLIENT_ORDER_ID,
  limitClientOrderId: CLIENT_ORDER_ID,
  limitIcebergQty: DECIMAL,
  limitStrategyId: INTEGER,
  limitStrategyType: INTEGER,
  stopClientOrderId: CLIENT_ORDER_ID,
  stopLimitPrice: DECIMAL,
  stopLimitTimeInForce: WORD,
  stopIcebergQty: DECIMAL,
  stopStrategyId: INTEGER,
  stopStrategyType: INTEGER,
  coin: ASSET,
  asset: ASSET,
  amount: DECIMAL,
  address: legal("^[\\x21-\\x7e]{1,256}$"),
  addressTag: legal("^[\\x20-\\x7e]{1,128}$"),
  network: legal("^[A-Za-z0-9_-]{1,32}$"),
  withdrawOrderId: legal("^[.A-Z:/a-z0-9_-]{1,64}$"),
  idList: legal("^[A-Za-z0-9]{1,64}(,[A-Za-z0-9]{1,64}){0,44}$"),
  txId: legal("^[\\x20-\\x7e]{1,128}$"),
  status: INTEGER,
  offset: INTEGER,
  fromExecutionId: INTEGER,
  preventedMatchId: INTEGER,
  fromPreventedMatchId: INTEGER,
  listenKey: legal("^[A-Za-z0-9]{1,128}$"),
  timestamp: INTEGER,
  recvWindow: DECIMAL,
};

export interface ReceivedParameters {
  /** Decoded values by name; a value that was sent empty counts as not sent. */
  readonly values: ReadonlyMap<string, string>;
  /** Query and body with nothing between, without the pair named `signature`, exactly as received. */
  readonly signedPayload: string;
  /** Decoded; "" when not sent. */
  readonly signature: string;
}

/**
 * @param query what followed the `?`, one character per byte.
 * @param body a form-encoded body, one character per byte; its parameters count only where `bodyCounts`, its bytes are
 *   signed in any case.
 * @throws Refusal -1101 for a name twice in one part; -1100 for what does not decode to UTF-8.
 */
export function receiveParameters(query: string, body: string, bodyCounts: boolean): ReceivedParameters {
  const fromQuery = split(query, true);
  if (body === "") return joined(fromQuery, null);
  const fromBody = split(body, bodyCounts);
  for (const [name, value] of fromBody.values) {
    // The same name in both: the query wins.
    if (!fromQuery.values.has(name)) fromQuery.values.set(name, value);
  }
  return joined(fromQuery, fromBody);
}

interface Part {
  readonly values: Map<string, string>;
  readonly unsigned: string;
  readonly signature: string;
}

function joined(query: Part, body: Part | null): ReceivedParameters {
  return {
    values: query.values,
    signedPayload: body === null ? query.unsigned : query.unsigned + body.unsigned,
    signature: query.signature !== "" || body === null ? query.signature : body.signature,
  };
}

function split(text: string, keep: boolean): Part {
  const values = new Map<string, string>();
  let unsigned = text;
  let signature: string | null = null;
  let pairs = 0;
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf("&", start);
    if (end < 0) end = text.length;
    if (end > start) {
      if (++pairs > PARAMETERS_MAX) throw charactersIllegal("parameters", `^at most ${PARAMETERS_MAX} pairs$`);
      let equals = text.indexOf("=", start);
      if (equals < 0 || equals > end) equals = end;
      const rawName = text.slice(start, equals);
      if (rawName === "signature") {
        if (signature !== null) throw parameterDuplicated();
        signature = decoded(text.slice(equals + 1, end), "signature", false);
        unsigned = withoutPair(text, start, end);
      } else if (keep) {
        const name = decoded(rawName, "parameters", true);
        if (values.has(name)) throw parameterDuplicated();
        values.set(name, decoded(text.slice(equals + 1, end), name, true));
      }
    }
    start = end + 1;
  }
  return { values, unsigned, signature: signature ?? "" };
}

/** Takes the pair away together with the separator that joined it to the rest. */
function withoutPair(text: string, start: number, end: number): string {
  return start > 0 ? text.slice(0, start - 1) + text.slice(end) : text.slice(end + 1);
}

const NEEDS_DECODING = /[%+\u0080-\u00ff]/;
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** @param plusIsSpace false for base64, whose `+` some clients send as it is. */
function decoded(raw: string, name: string, plusIsSpace: boolean): string {
  if (!NEEDS_DECODING.test(raw)) return raw;
  try {
    const text = UTF8.decode(Buffer.from(plusIsSpace ? raw.replaceAll("+", " ") : raw, "latin1"));
    return decodeURIComponent(text);
  } catch {
    // TextDecoder and decodeURIComponent throw on what is not UTF-8: the sender's mistake, answered as such.
    throw charactersIllegal(printable(name), "percent-encoded UTF-8");
  }
}

/** A parameter's name as an error message may carry it: names come from outside. */
function printable(name: string): string {
  return /^[A-Za-z0-9_.-]{1,40}$/.test(name) ? name : "parameters";
}

/** The parameters that one route takes, their characters checked and its mandatory ones present. */
export class Parameters {
  readonly #values: ReadonlyMap<string, string>;

  /** @throws Refusal -1100 (any of its parameters), then -1102 (in the order of `mandatory`). */
  constructor(
    values: ReadonlyMap<string, string>,
    mandatory: readonly string[],
    optional: readonly string[],
    /** What every signed request carries: presence is the matter of authenticate. */
    ofSigned: readonly string[],
  ) {
    this.#values = values;
    this.#checkCharacters(mandatory);
    this.#checkCharacters(optional);
    this.#checkCharacters(ofSigned);
    for (const name of mandatory) if (this.text(name) === "") throw parameterMissing(name);
  }

  #checkCharacters(names: readonly string[]): void {
    for (const name of names) {
      const value = this.#values.get(name);
      if (value === undefined || value === "") continue;
      const range = LEGAL[name];
      if (range !== undefined && !range.pattern.test(value)) throw charactersIllegal(name, range.shown);
    }
  }

  /** "" when it was not sent. */
  text(name: string): string {
    return this.#values.get(name) ?? "";
  }

  has(name: string): boolean {
    return this.text(name) !== "";
  }

  /** Whole number, null when not sent. @throws Refusal -1102 above 2^53 − 1. */
  integer(name: string): number | null {
    const text = this.text(name);
    if (text === "") return null;
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw parameterMissing(name);
    return value;
  }

  flag(name: string, otherwise: boolean): boolean {
    const text = this.text(name);
    return text === "" ? otherwise : text.toLowerCase() === "true";
  }
}

/** Whether a parameter has a legal range: the route table's test asks. */
export function isKnownParameter(name: string): boolean {
  return name in LEGAL;
}
