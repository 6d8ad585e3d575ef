/**
 * What a bench case yields, and what it is told. A case is a file `<noun>.bench-case.ts` that exports `bench`.
 */

export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The peer's value in the same run and unit; null: there is none. */
  readonly peer: number | null;
  readonly peerName: string;
  /** value / peer. */
  readonly ratio: number | null;
  /** What was measured and how: sizes, what is in the loop, rounds. The machine's own are added by whoever prints. */
  readonly conditions: string;
}

/** A figure that could not be taken here, and why. */
export interface BenchSkip {
  readonly name: string;
  readonly skipped: string;
}

export type BenchLine = BenchResult | BenchSkip;

export interface BenchOptions {
  /** Shorter: for seeing that it runs, not for a figure to be published. */
  readonly quick: boolean;
}

export type Bench = (options: BenchOptions) => Promise<readonly BenchLine[]>;

export interface Peer {
  readonly name: string;
  readonly value: number;
}

export function result(
  name: string,
  value: number,
  unit: string,
  peer: Peer | null,
  conditions: readonly string[],
): BenchResult {
  return {
    name,
    value: significant(value),
    unit,
    peer: peer === null ? null : significant(peer.value),
    peerName: peer?.name ?? "",
    ratio: peer === null ? null : significant(value / peer.value),
    conditions: conditions.join("; "),
  };
}

const DIGITS = 4;

/** Four digits: more would claim what a busy machine does not repeat. Whole numbers stay whole. */
export function significant(value: number): number {
  return Math.abs(value) >= 10 ** DIGITS ? Math.round(value) : Number(value.toPrecision(DIGITS));
}
