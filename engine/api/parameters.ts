/**
 * A request's parameters: split once by hand, decoded, checked for duplicates and for legal characters.
 *
 * Owns: the payload that a signature covers. Names and legal ranges of all parameters are reference/parameter-catalog.ts.
 * Query and body come as one character per byte, so nothing is lost before the signature is verified.
 */
import { LEG_PARAMETERS, type LegParameter, type LegPrefix, PARAMETER_CATALOG } from "./reference/parameter-catalog.ts";
import { charactersIllegal, parameterDuplicated, parameterMissing } from "./refusal.ts";

/** More pairs than any endpoint has; beyond it a request is noise. */
export const PARAMETERS_MAX = 64;

interface Legal {
  readonly pattern: RegExp;
  /** As the error message prints it. */
  readonly shown: string;
}

/** @param without what this leg shares with others, or cannot have. */
export function legParameters(prefix: LegPrefix, without: readonly LegParameter[] = []): readonly string[] {
  return LEG_PARAMETERS.filter((name) => !without.includes(name)).map((name) => `${prefix}${name}`);
}

const LEGAL: ReadonlyMap<string, Legal> = new Map(
  Object.entries(PARAMETER_CATALOG).map(([name, { legal }]) => [name, { pattern: new RegExp(legal), shown: legal }]),
);

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

/** As the venue names them, alone and behind a leg's prefix. */
const PEG = /^(above|below|working|pending|pendingAbove|pendingBelow)?peg[A-Z]/i;
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
      const range = LEGAL.get(name);
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

  /** Whether the order, or one of a list, was to follow the market's best price: what would change its price is never ignored. */
  asksForPeg(): boolean {
    for (const [name, value] of this.#values) if (value !== "" && PEG.test(name)) return true;
    return false;
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
  return LEGAL.has(name);
}
