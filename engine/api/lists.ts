/**
 * The rules of lists (trading-api.md §1.2), and the merge of what the engine still holds with what Postgres has.
 *
 * No time: the newest `limit`; only start: oldest from there; only end: newest up to there; both: from start, cut at
 * end. Bounds are inclusive, answers oldest first.
 */
import { requestTimeUs } from "./authenticate.ts";
import type { Parameters } from "./parameters.ts";
import { combinationInvalid, moreThanADay, parameterInvalid } from "./refusal.ts";

const DAY_US = 86_400_000_000;

export interface Limits {
  readonly default: number;
  /** A larger one is lowered to this. */
  readonly max: number;
}
export const LIST_LIMITS: Limits = { default: 500, max: 1_000 };
export const DEPTH_LIMITS: Limits = { default: 100, max: 5_000 };

/** @throws Refusal -1130 for zero. */
export function readLimit(parameters: Parameters, limits: Limits): number {
  const text = parameters.text("limit");
  if (text === "") return limits.default;
  // The characters are checked: digits. Whatever is beyond the doubles is beyond the maximum too.
  const limit = Math.min(Number(text), limits.max);
  if (limit < 1) throw parameterInvalid("limit");
  return limit;
}

export interface Window {
  /** Inclusive; null: not given. */
  readonly startUs: number | null;
  readonly endUs: number | null;
}

/** A time in ms means the whole millisecond, so an end covers it to its last microsecond. @throws Refusal -1128 */
export function readWindow(parameters: Parameters): Window {
  const start = parameters.text("startTime");
  const end = parameters.text("endTime");
  const startUs = start === "" ? null : requestTimeUs(start, "startTime");
  const endGivenUs = end === "" ? null : requestTimeUs(end, "endTime");
  // A time in µs comes back as it was sent.
  const endUs = endGivenUs === null || endGivenUs === Number(end) ? endGivenUs : endGivenUs + 999;
  if (startUs !== null && endUs !== null && startUs > endUs) throw combinationInvalid();
  return { startUs, endUs };
}

/** @throws Refusal -1127 */
export function checkWithinADay(window: Window): void {
  if (window.startUs === null || window.endUs === null) return;
  if (window.endUs - window.startUs > DAY_US + 999) throw moreThanADay();
}

/** The window in whole ms, as History takes it: rows at its edges that are outside in µs are cut by `isWithin`. */
export function rangeMs(window: Window, limit: number): { startMs?: number; endMs?: number; limit: number } {
  return {
    ...(window.startUs === null ? {} : { startMs: Math.floor(window.startUs / 1_000) }),
    ...(window.endUs === null ? {} : { endMs: Math.floor(window.endUs / 1_000) }),
    limit,
  };
}

export function isWithin(window: Window, us: number): boolean {
  return (window.startUs === null || us >= window.startUs) && (window.endUs === null || us <= window.endUs);
}

/** Oldest first in; the rows that the rule names out. */
export function cut<Row>(rows: readonly Row[], limit: number, fromTheOldest: boolean): readonly Row[] {
  if (rows.length <= limit) return rows;
  return fromTheOldest ? rows.slice(0, limit) : rows.slice(rows.length - limit);
}

/**
 * Rows of both, by id, oldest first. The engine wins, but never with an older version than the table's: between the two
 * reads an order may have changed and been persisted.
 */
export function merged<Row>(
  live: readonly Row[],
  stored: readonly Row[],
  idOf: (row: Row) => number,
  seqOf: (row: Row) => number,
): readonly Row[] {
  if (stored.length === 0) return live;
  const byId = new Map<number, Row>();
  for (const row of stored) byId.set(idOf(row), row);
  for (const row of live) {
    const other = byId.get(idOf(row));
    if (other === undefined || seqOf(row) >= seqOf(other)) byId.set(idOf(row), row);
  }
  return [...byId.values()].sort((a, b) => idOf(a) - idOf(b));
}
