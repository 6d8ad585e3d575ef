/** Indicators against versions written from their definitions alone, and against published worked examples. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bollingerBands,
  exponentialAverage,
  movingAverage,
  type Running,
  relativeStrength,
} from "./indicator-maths.ts";

/** Every candle as the running one first, with a wrong price before the right one: a peek must leave nothing behind. */
function run(running: Running, closes: readonly number[]): (readonly number[] | null)[] {
  return closes.map((close) => {
    running.peek(close * 3 + 1);
    const value = running.peek(close);
    running.commit(close);
    return value;
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function naiveAverage(closes: readonly number[], period: number): (number[] | null)[] {
  return closes.map((_, i) => (i + 1 < period ? null : [mean(closes.slice(i + 1 - period, i + 1))]));
}

function naiveExponential(closes: readonly number[], period: number): (number[] | null)[] {
  return closes.map((_, i) => {
    if (i + 1 < period) return null;
    let value = mean(closes.slice(0, period));
    for (const close of closes.slice(period, i + 1)) value = (2 * close + (period - 1) * value) / (period + 1);
    return [value];
  });
}

function naiveBands(closes: readonly number[], period: number, deviations: number): (number[] | null)[] {
  return closes.map((_, i) => {
    if (i + 1 < period) return null;
    const window = closes.slice(i + 1 - period, i + 1);
    const middle = mean(window);
    const deviation = Math.sqrt(mean(window.map((close) => (close - middle) * (close - middle))));
    return [middle, middle + deviations * deviation, middle - deviations * deviation];
  });
}

function naiveStrength(closes: readonly number[], period: number): (number[] | null)[] {
  return closes.map((_, i) => {
    if (i < period) return null;
    const changes = closes.slice(1, i + 1).map((close, k) => close - (closes[k] ?? 0));
    const rises = changes.map((change) => Math.max(change, 0));
    const falls = changes.map((change) => Math.max(-change, 0));
    const smooth = (moves: number[]): number =>
      moves.slice(period).reduce((kept, move) => (kept * (period - 1) + move) / period, mean(moves.slice(0, period)));
    const [up, down] = [smooth(rises), smooth(falls)];
    return [up === 0 && down === 0 ? 50 : 100 - 100 / (1 + up / down)];
  });
}

function expectClose(actual: (readonly number[] | null)[], expected: (readonly number[] | null)[]): void {
  expect(actual.map((row) => row?.length ?? null)).toEqual(expected.map((row) => row?.length ?? null));
  for (const [i, row] of actual.entries()) {
    for (const [k, value] of (row ?? []).entries()) {
      expect(Math.abs(value - (expected[i]?.[k] ?? Number.NaN))).toBeLessThan(1e-6);
    }
  }
}

const closes = fc.array(
  fc.integer({ min: 1, max: 5_000_000 }).map((cents) => cents / 100),
  { maxLength: 120 },
);
const period = fc.integer({ min: 1, max: 30 });

test("each equals its definition on any closes and any period, the running candle moved before it closes", () => {
  fc.assert(
    fc.property(closes, period, fc.integer({ min: 1, max: 4 }), (values, length, deviations) => {
      expectClose(run(movingAverage(length), values), naiveAverage(values, length));
      expectClose(run(exponentialAverage(length), values), naiveExponential(values, length));
      // A square root of differences: a double's last digits are lost where all closes are equal.
      expectClose(run(bollingerBands(length, deviations), values), naiveBands(values, length, deviations));
      expectClose(run(relativeStrength(length), values), naiveStrength(values, length));
    }),
  );
});

const drawn = (rows: (readonly number[] | null)[], places: number): string[] =>
  rows.flatMap((row) => (row === null ? [] : [row.map((value) => value.toFixed(places)).join(" ")]));

test("the exponential average of ten days gives the worked example of StockCharts", () => {
  const days = [
    ...[22.2734, 22.194, 22.0847, 22.1741, 22.184, 22.1344, 22.2337, 22.4323, 22.2436, 22.2933],
    ...[22.1542, 22.3926, 22.3816, 22.6109, 23.3558, 24.0519, 23.753, 23.8324, 23.9516, 23.6338],
  ];
  expect(drawn(run(exponentialAverage(10), days), 2)).toEqual([
    ...["22.22", "22.21", "22.24", "22.27", "22.33", "22.52", "22.80", "22.97", "23.13", "23.28", "23.34"],
  ]);
});

test("the relative strength of fourteen days gives the worked example of StockCharts", () => {
  const days = [
    ...[44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826],
    ...[45.8931, 46.0328, 45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439],
  ];
  expect(drawn(run(relativeStrength(14), days), 2)).toEqual(["70.53", "66.32", "66.55", "69.41", "66.36", "57.97"]);
});

test("bands of the closes 1 to 5 lie two roots of two around three, and all of a still market are its price", () => {
  expect(drawn(run(bollingerBands(5, 2), [1, 2, 3, 4, 5]), 6)).toEqual(["3.000000 5.828427 0.171573"]);
  expect(drawn(run(bollingerBands(3, 2), [7, 7, 7, 7]), 2)).toEqual(["7.00 7.00 7.00", "7.00 7.00 7.00"]);
});

test("strength is 100 where a price only rose, 0 where it only fell, 50 where it stood", () => {
  expect(drawn(run(relativeStrength(2), [1, 2, 3]), 0)).toEqual(["100"]);
  expect(drawn(run(relativeStrength(2), [3, 2, 1]), 0)).toEqual(["0"]);
  expect(drawn(run(relativeStrength(2), [3, 3, 3]), 0)).toEqual(["50"]);
});

test("a close that was out of all proportion leaves no trace once it is out of the window", () => {
  const all = run(movingAverage(99), [1e17, ...Array.from({ length: 300 }, () => 0.1)]);
  expect(all.at(-1)?.[0]).toBeCloseTo(0.1, 12);
});
