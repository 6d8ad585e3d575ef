/**
 * What a replay says at its end: every row of the source matched, contradicted or excluded, and the bounds.
 *
 * Owns: the tally, its one law (the three sums equal the rows read) and the final JSON object.
 */
import { assert } from "../domain/assert.ts";

export const REPLAY_KINDS = ["matching-reports", "lobster", "bitstamp", "binance"] as const;
export type ReplayKind = (typeof REPLAY_KINDS)[number];

/** A share of a count of this very file. `atLeast` and `of` state the published bound as a ratio. */
export interface Bound {
  readonly name: string;
  readonly value: number;
  /** Out of how many. */
  readonly of: number;
  /** The least `value` for this `of`, rounded up. */
  readonly atLeast: number;
  readonly holds: boolean;
}

export interface Outcome {
  readonly kind: ReplayKind;
  readonly file: string;
  readonly through: "core" | "exchange";
  readonly rowsRead: number;
  readonly matched: number;
  readonly contradicted: number;
  readonly excluded: Readonly<Record<string, number>>;
  readonly reportSha256?: string;
  readonly ordersPerSecond: number;
  readonly bounds: readonly Bound[];
  /** What only this kind has. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Counts rows. Each row of the source is counted exactly once. */
export class Tally {
  matched = 0;
  contradicted = 0;
  readonly contradictedBy: Record<string, number> = {};
  readonly excluded: Record<string, number> = {};

  match(rows = 1): void {
    this.matched += rows;
  }

  contradict(why: string, rows = 1): void {
    if (rows === 0) return;
    this.contradicted += rows;
    this.contradictedBy[why] = (this.contradictedBy[why] ?? 0) + rows;
  }

  exclude(reason: string, rows = 1): void {
    if (rows > 0) this.excluded[reason] = (this.excluded[reason] ?? 0) + rows;
  }

  /** @returns the three figures, after asserting that every row read is among them. */
  closed(rowsRead: number): Pick<Outcome, "rowsRead" | "matched" | "contradicted" | "excluded"> {
    const excluded = Object.values(this.excluded).reduce((sum, rows) => sum + rows, 0);
    assert(this.matched + this.contradicted + excluded === rowsRead, "every row is matched, contradicted or excluded");
    return { rowsRead, matched: this.matched, contradicted: this.contradicted, excluded: this.excluded };
  }
}

/** A short file's misses are few and lie together: this many standard deviations more are allowed, none to a file as long as the published one. */
const SHORT_FILE_DEVIATIONS = 3;

/** A bound published as `numerator` of `denominator`, for a file with `of` such rows. Empty files hold every bound. */
export function ratioBound(name: string, value: number, of: number, numerator: number, denominator: number): Bound {
  const missesExpected = (of * (denominator - numerator)) / denominator;
  const shortness = Math.max(0, 1 - of / denominator);
  const missesAllowed = Math.floor(missesExpected + SHORT_FILE_DEVIATIONS * Math.sqrt(missesExpected) * shortness);
  const atLeast = of - missesAllowed;
  return { name, value, of, atLeast, holds: value >= atLeast };
}

export function allHold(outcome: Outcome): boolean {
  return outcome.bounds.every((bound) => bound.holds);
}

export function perSecond(count: number, elapsedMs: number): number {
  return elapsedMs <= 0 ? 0 : Math.round((count * 1000) / elapsedMs);
}
