/** One line a minute of what the exchange did in it. Counts are of that minute; head, committed and open are as it ends. */
import type { EngineStats } from "../../engine/runtime/contract.ts";
import type { Exchange, Log } from "./exchange.ts";

const PERIOD_MS = 60_000;

/** @returns the way to stop. */
export function startMinuteReport(exchange: Exchange, log: Log): () => void {
  let last = exchange.engine.stats();
  let lastRequests = exchange.http.requests();
  const timer = setInterval(() => {
    const now = exchange.engine.stats();
    const requests = exchange.http.requests();
    log({ ...minuteOf(last, now), requests: requests - lastRequests, sockets: exchange.stream.stats().connections });
    last = now;
    lastRequests = requests;
  }, PERIOD_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function minuteOf(before: EngineStats, now: EngineStats): Readonly<Record<string, unknown>> {
  return {
    at: "exchange",
    outcome: "minute",
    commands: now.commands - before.commands,
    trades: now.trades - before.trades,
    rejects: now.rejects - before.rejects,
    openOrders: now.openOrders,
    // Since the start: the histogram has no minutes.
    syncMedianUs: Math.round(now.journal.append.medianUs),
    syncMaxUs: Math.round(now.journal.append.maxUs),
    headSeq: now.headSeq,
    committedSeq: now.committedSeq,
  };
}
