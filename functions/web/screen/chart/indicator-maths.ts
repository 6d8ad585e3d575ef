/**
 * What indicators compute, candle by candle. Each keeps the closed candles it needs and answers for the running one without
 * keeping it, so that a tick costs the same however long the history is. Drawn, never traded on: doubles.
 */

export interface Running {
  /** The values with `close` as the newest candle's; null: too few candles yet. Keeps nothing. */
  readonly peek: (close: number) => readonly number[] | null;
  /** The candle is closed: it counts from now on. */
  readonly commit: (close: number) => void;
}

/** The mean of the last `period` closes. */
export function movingAverage(period: number): Running {
  const last = openWindow(period - 1);
  return {
    peek: (close) => (last.isFull() ? [(last.sum() + close) / period] : null),
    commit: last.push,
  };
}

/** Weighs the newest with 2 / (period + 1); starts from the mean of the first `period` closes. */
export function exponentialAverage(period: number): Running {
  const weight = 2 / (period + 1);
  const first = movingAverage(period);
  let kept: number | null = null;
  const peek = (close: number): number | null =>
    kept === null ? (first.peek(close)?.[0] ?? null) : kept + weight * (close - kept);
  return {
    peek: (close) => {
      const value = peek(close);
      return value === null ? null : [value];
    },
    commit(close) {
      const value = peek(close);
      if (kept === null) first.commit(close);
      kept = value;
    },
  };
}

/** Bollinger's: the mean, and `deviations` standard deviations (of the whole window, not of a sample) above and below it. */
export function bollingerBands(period: number, deviations: number): Running {
  const last = openWindow(period - 1);
  return {
    peek(close) {
      if (!last.isFull()) return null;
      const mean = (last.sum() + close) / period;
      let squares = (close - mean) ** 2;
      last.each((value) => {
        squares += (value - mean) ** 2;
      });
      const width = deviations * Math.sqrt(squares / period);
      return [mean, mean + width, mean - width];
    },
    commit: last.push,
  };
}

/** Wilder's: 100 where it only rose, 0 where it only fell, 50 where nothing moved. Needs `period` changes. */
export function relativeStrength(period: number): Running {
  let previous: number | null = null;
  let changes = 0;
  let gain = 0;
  let loss = 0;
  const averages = (close: number): readonly [number, number] => {
    const change = previous === null ? 0 : close - previous;
    // The first `period` changes are a plain mean in the making; from then on Wilder's smoothing.
    const weight = 1 / Math.min(changes + 1, period);
    return [gain + weight * (Math.max(change, 0) - gain), loss + weight * (Math.max(-change, 0) - loss)];
  };
  return {
    peek(close) {
      if (previous === null || changes + 1 < period) return null;
      const [up, down] = averages(close);
      return [up + down === 0 ? 50 : (100 * up) / (up + down)];
    },
    commit(close) {
      if (previous !== null) {
        [gain, loss] = averages(close);
        changes += 1;
      }
      previous = close;
    },
  };
}

interface Window {
  readonly push: (value: number) => void;
  readonly isFull: () => boolean;
  readonly sum: () => number;
  readonly each: (see: (value: number) => void) => void;
}

/** The last `size` values in a ring. Its sum is added up anew once a round: rounding errors do not pile up. */
function openWindow(size: number): Window {
  const ring = new Float64Array(size);
  let count = 0;
  let sum = 0;
  return {
    push(value) {
      if (size === 0) return;
      const slot = count % size;
      sum += value - (ring[slot] ?? 0);
      ring[slot] = value;
      count += 1;
      if (slot === size - 1) sum = ring.reduce((total, each) => total + each, 0);
    },
    isFull: () => count >= size,
    sum: () => sum,
    each(see) {
      for (const value of ring) see(value);
    },
  };
}
