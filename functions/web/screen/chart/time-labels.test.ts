/** Times along the chart, in the place of who looks at it. */
import { expect, test } from "vitest";
import { timeLabels } from "./time-labels.ts";

const NOON = Date.UTC(2026, 5, 15, 12, 30, 5);
const MIDNIGHT = Date.UTC(2026, 5, 15);

test("within days the clock is that of the place, and a day begins at its midnight, not at that of UTC", () => {
  const { tick, pointed } = timeLabels(false, false, "en-GB", "Europe/Berlin");
  expect([
    tick(NOON, "time"),
    tick(NOON, "second"),
    tick(MIDNIGHT, "day"),
    tick(MIDNIGHT - 2 * 3_600_000, "time"),
    pointed(NOON),
  ]).toEqual(["14:30", "14:30:05", "02:00", "15 Jun", "Mon, 15 Jun 2026  14:30"]);
});

test("a candle of a day or longer has the date of UTC, as the exchange cuts it", () => {
  const { tick, pointed } = timeLabels(true, false, "en-GB", "America/New_York");
  expect([tick(MIDNIGHT, "day"), tick(MIDNIGHT, "month"), tick(MIDNIGHT, "year"), pointed(MIDNIGHT)]).toEqual([
    ...["15 Jun", "Jun 2026", "2026", "Mon, 15 Jun 2026"],
  ]);
});

test("candles of a second show it at the pointer", () => {
  expect(timeLabels(false, true, "en-GB", "UTC").pointed(NOON)).toBe("Mon, 15 Jun 2026  12:30:05");
});
