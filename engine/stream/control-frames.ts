/**
 * Control frames of the market streams (trading-api.md §1.13): text in, a request or a fault out. Pure.
 *
 * The id is echoed exactly as it was written, so that an int64 beyond 2^53 comes back whole and a string stays one.
 */
const METHODS = ["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY"] as const;
type Method = (typeof METHODS)[number];

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
/** 36 characters are a UUID, whose dashes clients count as alphanumeric. */
const ID_PATTERN = /^[A-Za-z0-9_-]{0,36}$/;

/** Already JSON: `1`, `"a1"` or `null`. */
export type IdText = string;

export type ControlRequest =
  | { readonly method: "SUBSCRIBE" | "UNSUBSCRIBE"; readonly id: IdText; readonly names: readonly string[] }
  | { readonly method: "LIST_SUBSCRIPTIONS"; readonly id: IdText }
  | { readonly method: "SET_PROPERTY"; readonly id: IdText; readonly combined: boolean }
  | { readonly method: "GET_PROPERTY"; readonly id: IdText };

export const FAULT_UNKNOWN_PROPERTY = 0;
export const FAULT_VALUE_TYPE = 1;
export const FAULT_INVALID_REQUEST = 2;
export const FAULT_INVALID_JSON = 3;

export interface ControlFault {
  readonly method: "fault";
  readonly id: IdText;
  readonly code: 0 | 1 | 2 | 3;
  readonly message: string;
}

export function resultText(resultJson: string, id: IdText): string {
  return `{"result":${resultJson},"id":${id}}`;
}

export function faultText(fault: Omit<ControlFault, "method">): string {
  return `{"code":${fault.code},"msg":${JSON.stringify(fault.message)},"id":${fault.id}}`;
}

export function invalidRequest(id: IdText, what: string): ControlFault {
  return { method: "fault", id, code: FAULT_INVALID_REQUEST, message: `Invalid request: ${what}` };
}

export function parseControlFrame(text: string): ControlRequest | ControlFault {
  const parsed = parseKeepingNumbers(text);
  if ("fault" in parsed) {
    return { method: "fault", id: "null", code: FAULT_INVALID_JSON, message: `Invalid JSON: ${parsed.fault}` };
  }
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof WrittenNumber) {
    return invalidRequest("null", "expected an object");
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const id = idText(fields.id);
  if (id === null) {
    return invalidRequest("null", "request ID must be an integer, a string of at most 36 alphanumerics, or null");
  }
  if (fields.method === undefined) return invalidRequest(id, "missing field `method`");
  const method = METHODS.find((known) => known === fields.method);
  if (method === undefined) {
    const variant = typeof fields.method === "string" ? fields.method.slice(0, 40) : typeof fields.method;
    return invalidRequest(id, `unknown variant \`${variant}\`, expected one of ${METHODS.join(", ")}`);
  }
  return parseParams(method, fields.params, id);
}

function parseParams(method: Method, params: unknown, id: IdText): ControlRequest | ControlFault {
  if (method === "LIST_SUBSCRIPTIONS") {
    const some = Array.isArray(params) ? params.length > 0 : params !== undefined && params !== null;
    return some ? invalidRequest(id, "too many parameters") : { method, id };
  }
  if (params === undefined) return invalidRequest(id, "missing field `params`");
  if (!Array.isArray(params)) return invalidRequest(id, "params must be an array");
  if (method === "SUBSCRIBE" || method === "UNSUBSCRIBE") {
    const names = params.filter((name) => typeof name === "string");
    if (names.length !== params.length) return invalidRequest(id, "a stream name must be a string");
    return { method, id, names };
  }
  const [property, setTo] = params as readonly unknown[];
  if (typeof property !== "string") return invalidRequest(id, "property name must be a string");
  if (params.length > (method === "SET_PROPERTY" ? 2 : 1)) return invalidRequest(id, "too many parameters");
  if (property !== "combined") {
    return { method: "fault", id, code: FAULT_UNKNOWN_PROPERTY, message: "Unknown property" };
  }
  if (method === "GET_PROPERTY") return { method, id };
  if (typeof setTo !== "boolean") {
    return { method: "fault", id, code: FAULT_VALUE_TYPE, message: "Invalid value type: expected Boolean" };
  }
  return { method, id, combined: setTo };
}

/** A number as it was written. */
class WrittenNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** null: not an id. A missing one is answered like null. */
function idText(id: unknown): IdText | null {
  if (id === undefined || id === null) return "null";
  if (typeof id === "string") return ID_PATTERN.test(id) ? JSON.stringify(id) : null;
  if (!(id instanceof WrittenNumber) || !/^-?[0-9]{1,19}$/.test(id.source)) return null;
  const value = BigInt(id.source);
  return value >= INT64_MIN && value <= INT64_MAX ? id.source : null;
}

/** JSON.parse, with numbers kept as text: the reviver's third argument (ECMAScript 2026) has their source. */
function parseKeepingNumbers(text: string): { readonly value: unknown } | { readonly fault: string } {
  const keep = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" && context?.source !== undefined ? new WrittenNumber(context.source) : value;
  try {
    return { value: JSON.parse(text, keep as (key: string, value: unknown) => unknown) };
  } catch (error) {
    // The client's mistake: it is told, and keeps its connection.
    return { fault: error instanceof Error ? error.message : "expected value" };
  }
}
