/** From a tour to examples: one answer per call, times as of one day, throwaway keys replaced by those of the documentation. */
import type { Example, Examples } from "./examples.ts";
import type { Tour } from "./tour.ts";

/** Documented ones, so that nobody takes an example for a secret that leaked. */
const API_KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A";
const API_SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
const LISTEN_KEY = "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1";
const SIGN_IN_LINK = /^https?:\/\/[^/]+\/sign-in#/;
const SHOWN_LINK = `https://exchange.example.org/sign-in#${LISTEN_KEY.slice(0, 43)}`;
const RANDOM_64 = /^[A-Za-z0-9]{64}$/;

const DAY_MS = 86_400_000;
/** 2026-01-01. */
const SHOWN_DAY_MS = 1_767_225_600_000;
/** Numbers between them are times in ms: 2026-06 to 2028. */
const TIMES_MS = [1_780_272_000_000, 1_830_297_600_000] as const;
const DATE_TIME = /^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}$/;
/** Rows of a list that are shown. */
const ROWS_MAX = 2;

/** Of each call the first answer that succeeded and says something; of one that never does, its refusal. */
export function examplesOf({ visits, events }: Tour): Examples {
  const examples: Record<string, Example> = {};
  const dayMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const shown = (value: unknown): unknown => scrubbed(value, "", SHOWN_DAY_MS - dayMs);
  for (const { call, path, query, body, status, answer } of visits) {
    if (path.endsWith(".json")) continue;
    const known = examples[call];
    if (known !== undefined && (status !== 200 || worthOf(answer) <= worthOf(known.answer))) continue;
    const sent = body === undefined ? {} : { body: shown(body) };
    examples[call] = { path: String(shownText(path)), query: shownText(query), ...sent, answer: shown(cut(answer)) };
  }
  for (const event of events) {
    if (event.e in examples && event.e !== "executionReport") continue;
    if (event.e === "executionReport" && (event.e in examples || event.x !== "TRADE")) continue;
    examples[event.e] = { path: "", query: "", answer: shown(event) };
  }
  return examples;
}

/** An order that traded tells more than one that did not, and anything more than nothing. */
function worthOf(answer: unknown): number {
  const { fills } = answer as { readonly fills?: readonly unknown[] };
  if (fills !== undefined && fills.length > 0) return 2;
  return Object.keys(answer as object).length === 0 ? 0 : 1;
}

function cut(answer: unknown): unknown {
  return Array.isArray(answer) ? answer.slice(0, ROWS_MAX) : answer;
}

function shownText(text: string): string {
  return text
    .split(/([/=&])/)
    .map((part) => (RANDOM_64.test(part) ? API_KEY : part))
    .join("");
}

function scrubbed(value: unknown, name: string, shiftMs: number): unknown {
  if (Array.isArray(value)) return value.map((each) => scrubbed(each, name, shiftMs));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([field, of]) => [field, scrubbed(of, field, shiftMs)]));
  }
  if (typeof value === "number" && value > TIMES_MS[0] && value < TIMES_MS[1]) return value + shiftMs;
  if (typeof value !== "string") return value;
  if (DATE_TIME.test(value))
    return new Date(Date.parse(`${value}Z`) + shiftMs).toISOString().slice(0, 19).replace("T", " ");
  if (SIGN_IN_LINK.test(value)) return SHOWN_LINK;
  if (!RANDOM_64.test(value)) return value;
  return name === "apiSecret" ? API_SECRET : name === "listenKey" ? LISTEN_KEY : API_KEY;
}

/** Names and kinds without values: of a list, those of its first element. */
export function formOf(value: unknown): unknown {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? [] : [formOf(value[0])];
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.entries(value as object).map(([name, of]) => [name, formOf(of)]));
}
