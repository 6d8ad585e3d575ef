/**
 * One request of the WebSocket API (trading-api.md §1.15): text in, a method with its parameters or a refusal out. Pure.
 *
 * Parameters become texts, as those of a query are: a number or a boolean is what was written, a list is its JSON. So one
 * reader serves both transports, and a signature covers what was sent.
 */
import { PARAMETERS_MAX } from "../../api/parameters.ts";
import { charactersIllegal, parameterMissing, type Refusal } from "../../api/refusal.ts";
import { jsonInvalid } from "../../api/session-refusals.ts";
import { type IdText, idText, parseKeepingNumbers, WrittenNumber } from "../request-json.ts";

export interface ApiRequest {
  readonly outcome: "request";
  readonly id: IdText;
  /** Without the prefix `v3/`. */
  readonly method: string;
  /** Null counts as not sent. */
  readonly params: ReadonlyMap<string, string>;
}

export interface RequestRefused {
  readonly outcome: "refused";
  readonly id: IdText;
  readonly refusal: Refusal;
}

const VERSION_PREFIX = "v3/";

export function parseApiRequest(text: string): ApiRequest | RequestRefused {
  const parsed = parseKeepingNumbers(text);
  if ("fault" in parsed || !isObject(parsed.value)) return refused("null", jsonInvalid());
  const fields = parsed.value;
  const id = idText(fields.id);
  if (id === null) return refused("null", charactersIllegal("id", "^[a-zA-Z0-9-_]{1,36}$"));
  const { method } = fields;
  if (typeof method !== "string" || method === "") return refused(id, parameterMissing("method"));
  const named = method.startsWith(VERSION_PREFIX) ? method.slice(VERSION_PREFIX.length) : method;
  const given = fields.params ?? {};
  if (!isObject(given)) return refused(id, parameterMissing("params"));
  const entries = Object.entries(given);
  if (entries.length > PARAMETERS_MAX) {
    return refused(id, charactersIllegal("params", `^at most ${PARAMETERS_MAX} parameters$`));
  }
  const params = new Map<string, string>();
  for (const [name, value] of entries) {
    if (value === null) continue;
    const written = writtenText(value);
    if (written === null) return refused(id, parameterMissing(/^[A-Za-z]{1,40}$/.test(name) ? name : "params"));
    params.set(name, written);
  }
  return { outcome: "request", id, method: named, params };
}

function refused(id: IdText, refusal: Refusal): RequestRefused {
  return { outcome: "refused", id, refusal };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof WrittenNumber);
}

/** null: an object, or a list of anything but texts, which no parameter is. */
function writtenText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (value instanceof WrittenNumber) return value.source;
  if (Array.isArray(value) && value.every((entry) => typeof entry === "string")) return JSON.stringify(value);
  return null;
}

/** What may have been signed: `raw`, as the dialect says; `encoded`, as some clients do. One character per byte. */
export interface SignedForms {
  readonly raw: string;
  readonly encoded: string;
}

/** All parameters but the signature, by name. @throws Refusal -1100 for half a surrogate pair, which is no text. */
export function signedForms(params: ReadonlyMap<string, string>): SignedForms {
  const names = [...params.keys()].filter((name) => name !== "signature").sort();
  const pairs = names.map((name) => [name, params.get(name) ?? ""] as const);
  const raw = pairs.map(([name, value]) => `${name}=${value}`).join("&");
  if (!raw.isWellFormed()) throw charactersIllegal("params", "UTF-8");
  const encoded = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return { raw: Buffer.from(raw, "utf8").toString("latin1"), encoded };
}
