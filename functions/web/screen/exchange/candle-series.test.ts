/** A series of candles out of pages and a stream. */
import { expect, test } from "vitest";
import { CandleSeries, intervalMs } from "./candle-series.ts";
import type { Candle } from "./contract.ts";

const candle = (time: number, close = 1): Candle => ({
  time,
  open: 1,
  high: close,
  low: 1,
  close,
  volume: 1,
  isClosed: false,
});
const shown = (series: CandleSeries): readonly (readonly [number, number])[] =>
  series.all().map(({ time, close }) => [time, close]);

test("the running candle is replaced, the next one follows, one that is over is old, and a hole is said", () => {
  const series = new CandleSeries();
  series.join([candle(0), candle(60)]);
  const said = [candle(60, 2), candle(120), candle(60, 9), candle(300)].map((each) => series.add(each, 60));
  expect([said, shown(series)]).toEqual([
    ["running", "running", "old", "gap"],
    [
      [0, 1],
      [60, 2],
      [120, 1],
      [300, 1],
    ],
  ]);
});

test("pages before and after join by their openings, and what is asked later is right", () => {
  const series = new CandleSeries();
  series.join([candle(120), candle(180)]);
  series.join([candle(0), candle(60)]);
  series.join([candle(180, 5), candle(240)]);
  expect([shown(series).map(([time]) => time), shown(series)[3], series.oldestTime]).toEqual([
    [0, 60, 120, 180, 240],
    [180, 5],
    0,
  ]);
});

test("months have no length", () => {
  expect(["1s", "3m", "12h", "1d", "1w", "1M"].map(intervalMs)).toEqual([
    1_000, 180_000, 43_200_000, 86_400_000, 604_800_000, 0,
  ]);
});
