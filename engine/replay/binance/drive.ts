/**
 * A Binance capture as a market replay: a maker mirrors the levels, a taker prints the trades, and after every message the
 * venue must hold, and have printed, what the message says.
 *
 * Seeded as a client of that API seeds its book: the snapshot, then the depth messages that reach past it, buffered ones
 * first. Book tickers and trades before the snapshot meet no book and are left out; so is what speaks of a moment that a
 * newer message has already told.
 */
import type { Side } from "../../domain/order.ts";
import { Tally } from "../outcome.ts";
import type { Progress } from "../progress.ts";
import type { ReplayVenue } from "../venue.ts";
import type { BookTickerRow, Capture, CaptureRow, DepthRow, SnapshotRow, TradeRow } from "./capture-reader.ts";
import { Mirror } from "./mirror.ts";

const PROGRESS_EVERY = 256;

export interface CaptureDrive {
  readonly tally: Tally;
  readonly submitted: number;
  readonly elapsedMs: number;
  readonly trades: { readonly submitted: number; readonly printed: number };
  readonly bookTickers: { readonly told: number; readonly equal: number };
  readonly depths: { readonly told: number; readonly equal: number };
  /** Depth messages that do not continue the one before: the capture lost something. */
  readonly depthGaps: number;
  /** Levels of the book that the depth messages alone add up to, and those that the venue has the same at the end. */
  readonly finalBook: { readonly levels: number; readonly equal: number };
  /** The trades that the venue printed, in order; for whoever compares a tape. */
  readonly tape: readonly TradeRow[];
}

export function drive(capture: Capture, venue: ReplayVenue, progress: Progress): CaptureDrive {
  const tally = new Tally();
  const mirror = new Mirror(venue);
  const tape: TradeRow[] = [];
  const early: DepthRow[] = [];
  /** The book of a client that reads depth alone, to compare the mirrored one with. */
  const byDepth = { buy: new Map<number, number>(), sell: new Map<number, number>() };
  let seeded = false;
  let depthId = 0;
  let tickerId = 0;
  let depthGaps = 0;
  let takerId = -1;
  const trades = { submitted: 0, printed: 0 };
  const bookTickers = { told: 0, equal: 0 };
  const depths = { told: 0, equal: 0 };

  const seed = (one: SnapshotRow): void => {
    seeded = true;
    depthId = one.lastUpdateId;
    for (const { side, price, lots } of changesOf(one)) {
      byDepth[side].set(price, lots);
      mirror.tell(side, price, lots, one.lastUpdateId);
    }
    for (const buffered of early) depth(buffered);
    tally.exclude("seed");
  };

  const depth = (one: DepthRow): void => {
    if (one.lastUpdateId <= depthId) {
      tally.exclude("before_the_snapshot");
      return;
    }
    if (one.firstUpdateId > depthId + 1) depthGaps += 1;
    depthId = one.lastUpdateId;
    depths.told += 1;
    const changes = changesOf(one);
    for (const { side, price, lots } of changes) byDepth[side].set(price, lots);
    const applied = changes.filter(({ side, price, lots }) => mirror.tell(side, price, lots, one.lastUpdateId));
    if (applied.every(({ side, price, lots }) => venue.levelLots(side, price) === lots)) {
      depths.equal += 1;
      tally.match();
    } else tally.contradict("a_level_differs");
  };

  const bookTicker = (one: BookTickerRow): void => {
    if (one.updateId < Math.max(depthId, tickerId)) {
      tally.exclude("older_than_the_book");
      return;
    }
    tickerId = one.updateId;
    bookTickers.told += 1;
    mirror.tellBest("buy", one.bid[0], one.bid[1], one.updateId);
    mirror.tellBest("sell", one.ask[0], one.ask[1], one.updateId);
    const same = ([price, lots]: readonly [number, number], side: "buy" | "sell"): boolean =>
      lots === 0 ? venue.best(side) === 0 : venue.best(side) === price && venue.levelLots(side, price) === lots;
    if (same(one.bid, "buy") && same(one.ask, "sell")) {
      bookTickers.equal += 1;
      tally.match();
    } else tally.contradict("the_best_prices_differ");
  };

  const trade = (one: TradeRow): void => {
    trades.submitted += 1;
    const fills = mirror.print(takerId--, one.takerSide, one.priceTicks, one.lots);
    const [fill] = fills;
    if (fills.length === 1 && fill?.priceTicks === one.priceTicks && fill.quantityLots === one.lots) {
      trades.printed += 1;
      tape.push(one);
      tally.match();
    } else tally.contradict("trade_not_printed");
  };

  const follow = (one: CaptureRow): void => {
    if (one.type === "other") {
      tally.exclude(one.reason);
      return;
    }
    if (one.type === "snapshot") {
      if (seeded) tally.exclude("later_snapshot");
      else seed(one);
      return;
    }
    if (!seeded) {
      if (one.type === "depth") early.push(one);
      else tally.exclude("before_the_snapshot");
      return;
    }
    if (one.type === "depth") depth(one);
    else if (one.type === "book_ticker") bookTicker(one);
    else trade(one);
  };

  const started = performance.now();
  for (const [row, one] of capture.rows.entries()) {
    if (row % PROGRESS_EVERY === 0) progress.at(row);
    follow(one);
  }
  const elapsedMs = performance.now() - started;
  const finalBook = { levels: 0, equal: 0 };
  for (const side of ["buy", "sell"] as const) {
    for (const [price, lots] of byDepth[side]) {
      if (lots > 0) finalBook.levels += 1;
      if (lots > 0 && venue.levelLots(side, price) === lots) finalBook.equal += 1;
    }
  }
  return { tally, submitted: mirror.submitted, elapsedMs, trades, bookTickers, depths, depthGaps, finalBook, tape };
}

/** What goes leaves first, so that what comes does not meet it. */
function changesOf(one: DepthRow | SnapshotRow): { side: Side; price: number; lots: number }[] {
  return [
    ...one.bids.map(([price, lots]) => ({ side: "buy" as const, price, lots })),
    ...one.asks.map(([price, lots]) => ({ side: "sell" as const, price, lots })),
  ].sort((change, other) => Math.sign(change.lots) - Math.sign(other.lots));
}
