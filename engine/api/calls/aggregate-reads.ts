/**
 * Which aggregate trades a request names (trading-api.md §1.2, §1.10), read by pages of trades: trade ids have no gaps, so
 * a page is a range of ids, and a row is whole once its neighbours are known.
 */
import type { TradeView } from "../../bus/stream-client.ts";
import { type AggregateTrade, aggregated } from "../aggregate-trades.ts";
import type { Window } from "../lists.ts";
import { FIRST_TRADE_ID, newestTrades, type TradeDeps, tradeIdAt, tradesFrom } from "./trade-reads.ts";

const PAGE_TRADES = 1_000;
/** Trades read for one answer: fewer rows than asked for come back where each is made of many trades. */
const TRADES_READ_MAX = 20_000;

/** From an id on, oldest first. */
export async function aggregatesFrom(
  deps: TradeDeps,
  instrument: number,
  fromTradeId: number,
  limit: number,
  endUs: number | null = null,
): Promise<readonly AggregateTrade[]> {
  const trades: TradeView[] = [];
  // The trade before the first says whether a row begins with it.
  let nextId = Math.max(fromTradeId - 1, FIRST_TRADE_ID);
  for (;;) {
    const page = await tradesFrom(deps, instrument, nextId, PAGE_TRADES);
    trades.push(...page);
    const rows = aggregated(trades);
    const last = trades.at(-1);
    const isPastEnd = last !== undefined && endUs !== null && last.timeUs > endUs;
    const isEnd = last === undefined || page.length < PAGE_TRADES || isPastEnd;
    // The newest row may go on with the next page; one row at least is read to its end.
    const whole = isEnd ? rows : rows.slice(0, -1);
    const wanted = whole.filter(({ first }) => first.tradeId >= fromTradeId);
    const isEnough = wanted.length >= limit || (trades.length >= TRADES_READ_MAX && wanted.length > 0);
    if (isEnd || isEnough) return wanted.slice(0, limit).filter(({ first }) => endUs === null || first.timeUs <= endUs);
    nextId = last.tradeId + 1;
  }
}

/** The newest up to an id, oldest first. @param lastTradeId null: the newest there is. */
async function aggregatesUpTo(
  deps: TradeDeps,
  instrument: number,
  lastTradeId: number | null,
  limit: number,
): Promise<readonly AggregateTrade[]> {
  let trades =
    lastTradeId === null
      ? await newestTrades(deps, instrument, PAGE_TRADES)
      : await tradesUpTo(deps, instrument, lastTradeId);
  for (;;) {
    const first = trades[0];
    const isBeginning = first === undefined || first.tradeId === FIRST_TRADE_ID;
    const rows = aggregated(trades);
    // The oldest row may have begun with the page before.
    const whole = isBeginning ? rows : rows.slice(1);
    if (isBeginning || whole.length >= limit || (trades.length >= TRADES_READ_MAX && whole.length > 0)) {
      return whole.slice(-limit);
    }
    const earlier = await tradesUpTo(deps, instrument, first.tradeId - 1);
    if (earlier.at(-1)?.tradeId !== first.tradeId - 1) return whole.slice(-limit);
    trades = [...earlier, ...trades];
  }
}

async function tradesUpTo(deps: TradeDeps, instrument: number, lastTradeId: number): Promise<readonly TradeView[]> {
  const fromId = Math.max(FIRST_TRADE_ID, lastTradeId - PAGE_TRADES + 1);
  return tradesFrom(deps, instrument, fromId, lastTradeId - fromId + 1);
}

/** By time: from the start where one is given, else the newest up to the end. */
export async function aggregatesWithin(
  deps: TradeDeps,
  instrument: number,
  window: Window,
  limit: number,
): Promise<readonly AggregateTrade[]> {
  const { startUs, endUs } = window;
  if (startUs !== null) {
    const firstId = await tradeIdAt(deps, instrument, "first_from", startUs);
    if (firstId === null) return [];
    return aggregatesFrom(deps, instrument, firstId, limit, endUs);
  }
  if (endUs === null) return aggregatesUpTo(deps, instrument, null, limit);
  const lastId = await tradeIdAt(deps, instrument, "last_up_to", endUs);
  return lastId === null ? [] : aggregatesUpTo(deps, instrument, lastId, limit);
}
