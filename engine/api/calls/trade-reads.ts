/**
 * Public trades: the stream's recent ones, and Postgres' where the stream does not reach. Trade ids have no gaps, so it
 * is known whether anything is missing.
 */

import { operationalCode } from "../../bus/engine-client.ts";
import type { TradeView } from "../../bus/stream-client.ts";
import type { ApiDeps } from "./call.ts";

export type TradeDeps = Pick<ApiDeps, "stream" | "history">;

/** The most that the stream is asked for. */
const STREAM_TRADES_MAX = 1_000;
export const FIRST_TRADE_ID = 1;

/**
 * The newest trades, oldest first. While Postgres is away: those that the stream holds, which are always the newest.
 */
export async function newestTrades(deps: TradeDeps, instrument: number, limit: number): Promise<readonly TradeView[]> {
  const live = await deps.stream.recentTrades(instrument, limit);
  if (live.length >= limit || live[0]?.tradeId === FIRST_TRADE_ID) return live.slice(-limit);
  try {
    return joinedAtNewest(await deps.history.trades(instrument, { limit }), live).slice(-limit);
  } catch (error) {
    if (operationalCode(error) === "history_unavailable") return live;
    throw error;
  }
}

/** Trades from an id on, oldest first. @throws OperationalError where Postgres is away and the stream begins later. */
export async function tradesFrom(
  deps: TradeDeps,
  instrument: number,
  fromTradeId: number,
  limit: number,
): Promise<readonly TradeView[]> {
  const live = await deps.stream.recentTrades(instrument, STREAM_TRADES_MAX);
  const wanted = live.filter((trade) => trade.tradeId >= fromTradeId);
  const oldest = live[0]?.tradeId;
  if (oldest !== undefined && oldest <= Math.max(fromTradeId, FIRST_TRADE_ID)) return wanted.slice(0, limit);
  return joinedAtOldest(await deps.history.trades(instrument, { limit, fromTradeId }), wanted).slice(0, limit);
}

/**
 * The first trade from a time on, or the last one up to it. null: there is none.
 *
 * @throws OperationalError where Postgres is away and the stream begins later.
 */
export async function tradeIdAt(
  deps: TradeDeps,
  instrument: number,
  which: "first_from" | "last_up_to",
  timeUs: number,
): Promise<number | null> {
  const among = (trades: readonly TradeView[]): number | null =>
    (which === "first_from"
      ? trades.find((trade) => trade.timeUs >= timeUs)
      : trades.findLast((trade) => trade.timeUs <= timeUs)
    )?.tradeId ?? null;
  const live = await deps.stream.recentTrades(instrument, STREAM_TRADES_MAX);
  const oldest = live[0];
  if (oldest?.tradeId === FIRST_TRADE_ID) return among(live);
  const limit = STREAM_TRADES_MAX;
  const timeMs = Math.floor(timeUs / 1_000);
  if (which === "last_up_to") {
    if (oldest !== undefined && oldest.timeUs <= timeUs) return among(live);
    // Whole milliseconds in: more than a page of one may be later than the time itself.
    let page = await deps.history.trades(instrument, { endMs: timeMs, limit });
    for (let found = among(page); ; found = among(page)) {
      const first = page[0];
      if (found !== null || first === undefined || first.tradeId === FIRST_TRADE_ID) return found;
      page = await deps.history.trades(instrument, {
        limit,
        fromTradeId: Math.max(first.tradeId - limit, FIRST_TRADE_ID),
      });
      page = page.filter(({ tradeId }) => tradeId < first.tradeId);
    }
  }
  // One as old as the time itself need not be the first of that age.
  if (oldest !== undefined && oldest.timeUs < timeUs) return among(live);
  let page = await deps.history.trades(instrument, { startMs: timeMs, limit });
  for (let found = among(page); ; found = among(page)) {
    const last = page.at(-1);
    if (found !== null || last === undefined) return found ?? among(live);
    page = await deps.history.trades(instrument, { limit, fromTradeId: last.tradeId + 1 });
  }
}

/** Persistence lags, so there may be a hole between the two: the older side is then left out. */
function joinedAtNewest(stored: readonly TradeView[], live: readonly TradeView[]): readonly TradeView[] {
  const firstLive = live[0]?.tradeId;
  if (firstLive === undefined) return stored;
  const older = stored.filter((trade) => trade.tradeId < firstLive);
  return older.at(-1)?.tradeId === firstLive - 1 ? [...older, ...live] : live;
}

/** The same from the other end: what lies behind a hole comes with a later request. */
function joinedAtOldest(stored: readonly TradeView[], live: readonly TradeView[]): readonly TradeView[] {
  const next = (stored.at(-1)?.tradeId ?? -1) + 1;
  const newer = live.filter((trade) => trade.tradeId >= next);
  return newer[0]?.tradeId === next ? [...stored, ...newer] : stored;
}
