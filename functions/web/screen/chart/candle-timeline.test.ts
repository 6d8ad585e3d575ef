/** How a loaded history and live candles become one row in time. */
import { expect, test } from "vitest";
import type { Candle } from "../exchange/contract.ts";
import { openTimeline } from "./candle-timeline.ts";

function at(time: number, close = time): Candle {
  return { time, open: 1, high: 9, low: 1, close, volume: 1, isClosed: false };
}

test("live candles replace the last, follow it, or correct one that is there; what was never there is not put in between", () => {
  const timeline = openTimeline();
  timeline.replace([at(10), at(20), at(40)]);
  expect([at(40, 41), at(50), at(20, 21), at(30), at(5)].map(timeline.add)).toEqual([
    "updated",
    "appended",
    "corrected",
    "ignored",
    "ignored",
  ]);
  expect(timeline.candles().map(({ time, close }) => [time, close])).toEqual([
    [10, 10],
    [20, 21],
    [40, 41],
    [50, 50],
  ]);
});

test("a history that is loaded later keeps what has come live after its end", () => {
  const timeline = openTimeline();
  timeline.replace([at(30)]);
  timeline.add(at(40));
  timeline.replace([at(10), at(20), at(30, 31)]);
  expect(timeline.candles().map(({ time, close }) => [time, close])).toEqual([
    [10, 10],
    [20, 20],
    [30, 31],
    [40, 40],
  ]);
});

test("of another interval nothing is kept, later though it be", () => {
  const timeline = openTimeline();
  timeline.replace([at(30)]);
  timeline.add(at(40));
  timeline.clear();
  timeline.replace([at(10)]);
  expect(timeline.candles()).toEqual([at(10)]);
});

test("a time belongs to the candle whose span holds it, and to none before, between or after", () => {
  const timeline = openTimeline();
  timeline.replace([at(10), at(20), at(40)]);
  expect([9, 10, 19, 20, 29, 30, 40, 49, 50].map((time) => timeline.indexAt(time, 10))).toEqual([
    -1, 0, 0, 1, 1, -1, 2, 2, -1,
  ]);
  expect(openTimeline().indexAt(5, 10)).toBe(-1);
});
