/** What lies between two readings of the status, and how it is drawn. */
import { expect, test } from "vitest";
import { KEPT_MS, polyline, type Reading, ratePoints, withReading } from "./readings.ts";

const reading = (atMs: number, commands: number, epoch = 1): Reading => ({ atMs, commands, epoch, lagEvents: 0 });

test("a rate is what was counted between two readings, whatever lay between them in time", () => {
  expect(ratePoints([reading(0, 100), reading(2_000, 300), reading(12_000, 301)])).toEqual([
    { atMs: 2_000, value: 100 },
    { atMs: 12_000, value: 0.1 },
  ]);
});

test("an engine that has started anew counts anew: between its first reading and the last one before there is no rate", () => {
  expect(ratePoints([reading(0, 900), reading(2_000, 950, 2), reading(4_000, 970, 2), reading(6_000, 24, 2)])).toEqual([
    { atMs: 4_000, value: 10 },
  ]);
});

test("readings are kept for five minutes, and one that is no newer than the last is none", () => {
  const kept = [0, 1_000, KEPT_MS, KEPT_MS, KEPT_MS - 1].reduce<readonly Reading[]>(
    (readings, atMs) => withReading(readings, reading(atMs, 0)),
    [],
  );
  expect(kept.map(({ atMs }) => atMs)).toEqual([1_000, KEPT_MS]);
});

test("a line ends at the right edge with the newest value; the greatest touches the top, 0 lies at the bottom", () => {
  const points = [
    { atMs: KEPT_MS, value: 0 },
    { atMs: 1.5 * KEPT_MS, value: 50 },
    { atMs: 2 * KEPT_MS, value: 25 },
  ];
  expect([polyline(points, 160, 32), polyline(points.slice(0, 1), 160, 32)]).toEqual([
    "0.0,32.0 80.0,0.0 160.0,16.0",
    "",
  ]);
});

test("of a page that was opened just now the line begins where a minute ago would not be", () => {
  const points = [0, 30_000].map((atMs) => ({ atMs, value: 1 }));
  expect(polyline(points, 160, 32)).toBe("80.0,0.0 160.0,0.0");
});

test("a line of zeros lies at the bottom", () => {
  expect(
    polyline(
      [0, KEPT_MS].map((atMs) => ({ atMs, value: 0 })),
      100,
      10,
    ),
  ).toBe("0.0,10.0 100.0,10.0");
});
