/**
 * Statistics of windows, from candles: a calendar day of a time zone, and the rolling windows that are longer than the day
 * whose minutes the stream keeps.
 */
import type { Candle } from "../../bus/stream-client.ts";
import { candleOpenMs, nextCandleOpenMs } from "../../protocol/candle-time.ts";
import type { CandleSpan } from "../klines.ts";
import { DAY_MS, statisticsOf, type WindowStatistics } from "../window-ticker.ts";
import type { ApiDeps } from "./call.ts";
import { readCandles } from "./candle-reads.ts";

type WindowDeps = Pick<ApiDeps, "stream" | "history">;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** From the start of the minute so long ago until now. @throws OperationalError where Postgres is needed and away. */
export async function rollingWindow(
  deps: WindowDeps,
  instrument: number,
  windowMs: number,
  nowMs: number,
): Promise<WindowStatistics> {
  const openTimeMs = candleOpenMs("1m", nowMs - windowMs);
  const ticker = await deps.stream.ticker(instrument, Math.min(windowMs, DAY_MS));
  if (ticker === null) return statisticsOf([], { openTimeMs, closeTimeMs: nowMs }, 0);
  if (windowMs <= DAY_MS) return ticker;
  // Minutes up to the first whole hour, then hours: some two hundred candles for a week.
  const firstHourMs = Math.ceil(openTimeMs / HOUR_MS) * HOUR_MS;
  const hours = spanOf("1h", firstHourMs, candleOpenMs("1h", nowMs), HOUR_MS);
  const minutes = spanOf("1m", openTimeMs, firstHourMs - MINUTE_MS, MINUTE_MS);
  const candles: Candle[] = [];
  if (minutes.limit > 0) candles.push(...(await readCandles(deps, instrument, minutes)));
  candles.push(...(await readCandles(deps, instrument, hours)));
  return statisticsOf(candles, { openTimeMs, closeTimeMs: nowMs }, ticker.lastTicks);
}

function spanOf(interval: "1h" | "1m", firstOpenMs: number, lastOpenMs: number, stepMs: number): CandleSpan {
  const limit = (lastOpenMs - firstOpenMs) / stepMs + 1;
  return { interval, offsetMs: 0, firstOpenMs, lastOpenMs, limit, fromTheOldest: true };
}

/** The running calendar day, east of UTC by an offset. */
export async function tradingDay(
  deps: WindowDeps,
  instrument: number,
  offsetMs: number,
  nowMs: number,
): Promise<WindowStatistics> {
  const openTimeMs = candleOpenMs("1d", nowMs, offsetMs);
  const closeTimeMs = nextCandleOpenMs("1d", openTimeMs, offsetMs) - 1;
  const span = { interval: "1d", offsetMs, firstOpenMs: openTimeMs, lastOpenMs: openTimeMs, limit: 1 } as const;
  const candles = await readCandles(deps, instrument, { ...span, fromTheOldest: true });
  const last = await deps.stream.ticker(instrument);
  return statisticsOf(candles, { openTimeMs, closeTimeMs }, last?.lastTicks ?? 0);
}
