/**
 * Control frames of the market streams (trading-api.md §1.13): text in, a request or a fault out. Pure.
 *
 * The id is echoed exactly as it was written, so that an int64 beyond 2^53 comes back whole and a string stays one.
 */
import { type IdText, idText, parseKeepingNumbers, WrittenNumber } from "./request-json.ts";

const METHODS = ["SUBSCRIBE", "UNSUBSCRIBE", "LIST_SUBSCRIPTIONS", "SET_PROPERTY", "GET_PROPERTY"] as const;
type Method = (typeof METHODS)[number];
const METHODS_TOLD = METHODS.map((method) => `\`${method}\``).join(", ");
/** The dialect's own words, older than the ids it takes by now: any int64, a string of at most 36 alphanumerics, null. */
const BAD_ID = "request ID must be an unsigned integer";

export type ControlRequest =
  | { readonly method: "SUBSCRIBE" | "UNSUBSCRIBE"; readonly id: IdText; readonly names: readonly string[] }
  | { readonly method: "LIST_SUBSCRIPTIONS"; readonly id: IdText }
  | { readonly method: "SET_PROPERTY"; readonly id: IdText; readonly combined: boolean }
  | { readonly method: "GET_PROPERTY"; readonly id: IdText };

const FAULT_UNKNOWN_PROPERTY = 0;
const FAULT_VALUE_TYPE = 1;
const FAULT_INVALID_REQUEST = 2;
const FAULT_INVALID_JSON = 3;

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
  // A null is an id, nothing is none.
  const id = fields.id === undefined ? null : idText(fields.id);
  if (id === null) return invalidRequest("null", BAD_ID);
  if (fields.method === undefined) return invalidRequest(id, "missing field `method`");
  const method = METHODS.find((known) => known === fields.method);
  if (method === undefined) {
    const variant = typeof fields.method === "string" ? fields.method.slice(0, 40) : typeof fields.method;
    return invalidRequest(id, `unknown variant \`${variant}\`, expected one of ${METHODS_TOLD}`);
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
