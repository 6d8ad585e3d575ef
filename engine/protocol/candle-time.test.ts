/** Where candles open and close, for every interval and with time zones. */
import { expect, test } from "vitest";
import { candleOpenMs, KLINE_INTERVALS, nextCandleOpenMs } from "./candle-time.ts";

const AT = Date.UTC(2026, 10, 18, 13, 47, 31, 250);
const HOURS_8_MS = 8 * 3_600_000;

test("every interval opens where the calendar says, on Wednesday 2026-11-18 13:47:31.250 UTC", () => {
  const opens = Object.fromEntries(KLINE_INTERVALS.map((i) => [i, new Date(candleOpenMs(i, AT)).toISOString()]));
  expect(opens).toEqual({
    "1s": "2026-11-18T13:47:31.000Z",
    "1m": "2026-11-18T13:47:00.000Z",
    "3m": "2026-11-18T13:45:00.000Z",
    "5m": "2026-11-18T13:45:00.000Z",
    "15m": "2026-11-18T13:45:00.000Z",
    "30m": "2026-11-18T13:30:00.000Z",
    "1h": "2026-11-18T13:00:00.000Z",
    "2h": "2026-11-18T12:00:00.000Z",
    "4h": "2026-11-18T12:00:00.000Z",
    "6h": "2026-11-18T12:00:00.000Z",
    "8h": "2026-11-18T08:00:00.000Z",
    "12h": "2026-11-18T12:00:00.000Z",
    "1d": "2026-11-18T00:00:00.000Z",
    "3d": "2026-11-18T00:00:00.000Z",
    "1w": "2026-11-16T00:00:00.000Z",
    "1M": "2026-11-01T00:00:00.000Z",
  });
});

test("at +08:00 a day, a week and a month open eight hours earlier, and an hour does not move", () => {
  const late = Date.UTC(2026, 10, 30, 17);
  expect(new Date(candleOpenMs("1d", late, HOURS_8_MS)).toISOString()).toBe("2026-11-30T16:00:00.000Z");
  expect(new Date(candleOpenMs("1w", late, HOURS_8_MS)).toISOString()).toBe("2026-11-29T16:00:00.000Z");
  expect(new Date(candleOpenMs("1M", late, HOURS_8_MS)).toISOString()).toBe("2026-11-30T16:00:00.000Z");
  expect(candleOpenMs("12h", late, HOURS_8_MS)).toBe(candleOpenMs("12h", late));
});

test("the next candle opens one millisecond after the last moment that belongs to this one", () => {
  for (const interval of KLINE_INTERVALS) {
    for (const offsetMs of [0, HOURS_8_MS]) {
      const open = candleOpenMs(interval, AT, offsetMs);
      const next = nextCandleOpenMs(interval, open, offsetMs);
      expect(candleOpenMs(interval, next - 1, offsetMs), interval).toBe(open);
      expect(candleOpenMs(interval, next, offsetMs), interval).toBe(next);
    }
  }
});
