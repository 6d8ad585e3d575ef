/**
 * The feed, submitted as orders and cancels in its own order, and compared with what the venue made of it.
 *
 * created: placed. changed with another price: entered again (a market order walking, level by level). changed with a
 * smaller amount at its price, or deleted with nothing left: a fill, which the venue must have done by itself. deleted
 * with something left: cancelled. What the venue did not do by itself is corrected from the feed, so that one difference
 * does not breed others, and counted as a contradiction.
 */
import { Tally } from "../outcome.ts";
import type { Progress } from "../progress.ts";
import type { ReplayVenue } from "../venue.ts";
import type { BookRow, Feed, FeedRow, OrderRow } from "./feed-reader.ts";
import { lotsTradedBeside, type Seeding, seedOf } from "./seed.ts";
import { type Print, TradeMatcher } from "./trade-matcher.ts";

const PROGRESS_EVERY = 1024;

export interface Drive {
  readonly tally: Tally;
  readonly prints: readonly Print[];
  readonly submitted: number;
  readonly elapsedMs: number;
  readonly trades: { readonly all: number; readonly printed: number; readonly beforeSeed: number };
  readonly snapshots: { readonly compared: number; readonly equal: number };
  readonly seed: { readonly anonymous: number; readonly named: number; readonly beyond: number };
  /** Orders and quantities set right from the feed, by what was wrong. */
  readonly corrections: Readonly<Record<string, number>>;
  /** Prints for which the feed has no trade. */
  readonly printsUnmatched: number;
}

/** @param onSnapshot called at each compared snapshot with its row. */
export function drive(
  feed: Feed,
  venue: ReplayVenue,
  seeding: Seeding,
  progress: Progress,
  onSnapshot: (row: number, snapshot: BookRow) => void = () => {},
): Drive {
  const { rows } = feed;
  const seed = seedOf(rows, seeding);
  const tally = new Tally();
  const matcher = new TradeMatcher();
  const corrections: Record<string, number> = {};
  /** What each order had left, after its placement and after each fill. */
  const visited = new Map<number, number[]>();
  const deleted = new Set<number>();
  const anonymousAt = new Map<string, number>();
  let submitted = 0;
  let compared = 0;
  let equal = 0;
  let beforeSeed = 0;
  let bestBefore: readonly [number, number] = [0, 0];
  let timeMs = 0;

  const enter = (id: number, side: OrderRow["side"], priceTicks: number, quantityLots: number, anew: boolean): void => {
    submitted += 1;
    const fills = anew
      ? venue.replace(id, priceTicks, quantityLots)
      : venue.place({ id, side, priceTicks, quantityLots, timeInForce: "gtc" });
    const steps = visited.get(id) ?? [];
    visited.set(id, steps);
    steps.push(quantityLots);
    let left = quantityLots;
    for (const fill of fills) {
      left -= fill.quantityLots;
      steps.push(left);
      // One taker fills one maker once, so that what rests now is what this fill left.
      visited.get(fill.makerId)!.push(venue.resting(fill.makerId)?.remainingLots ?? 0);
      matcher.print({ timeMs, priceTicks: fill.priceTicks, lots: fill.quantityLots });
    }
  };
  const correct = (why: string): void => {
    corrections[why] = (corrections[why] ?? 0) + 1;
    tally.contradict(why);
  };
  const went = (id: number, lots: number): boolean => visited.get(id)?.includes(lots) === true;

  const change = (one: OrderRow): void => {
    const resting = venue.resting(one.id);
    if (resting === null) {
      if (!visited.has(one.id)) {
        enter(one.id, one.side, one.priceTicks, one.lots, false);
        tally.exclude("first_named_by_its_change");
      } else if (went(one.id, one.lots)) tally.match();
      else tally.contradict("gone_before_its_change");
    } else if (resting.priceTicks !== one.priceTicks) {
      enter(one.id, one.side, one.priceTicks, one.lots, true);
      tally.match();
    } else if (went(one.id, one.lots)) {
      tally.match();
    } else if (resting.remainingLots > one.lots) {
      venue.reduce(one.id, one.lots);
      submitted += 1;
      visited.get(one.id)!.push(one.lots);
      correct("smaller_amount_without_a_print");
    } else {
      tally.contradict("traded_more_than_the_feed");
    }
  };

  const remove = (one: OrderRow, row: number): void => {
    if (deleted.has(one.id)) {
      tally.exclude("deleted_twice");
      return;
    }
    deleted.add(one.id);
    const resting = venue.resting(one.id);
    if (resting !== null) {
      venue.cancel(one.id);
      submitted += 1;
      if (one.lots === 0) correct("still_resting_when_the_feed_filled_it");
      else if (resting.remainingLots === one.lots) tally.match();
      else correct("cancelled_with_another_amount");
    } else if (!visited.has(one.id)) {
      takeFromAnonymous(one);
    } else if (one.lots === 0) {
      tally.match();
    } else if (went(one.id, one.lots) && lotsTradedBeside(rows, row, one.priceTicks) !== null) {
      // A market order's last message shows what it had before its last fill.
      tally.match();
    } else {
      tally.contradict("traded_before_its_cancel");
    }
  };

  /** A cancel that names an order which no message announced: it may be part of what the snapshot showed. */
  const takeFromAnonymous = (one: OrderRow): void => {
    const id = anonymousAt.get(`${one.side} ${one.priceTicks}`);
    const block = id === undefined ? null : venue.resting(id);
    if (id === undefined || block === null || one.lots === 0 || block.remainingLots < one.lots) {
      tally.exclude("order_never_announced");
      return;
    }
    if (block.remainingLots === one.lots) venue.cancel(id);
    else venue.reduce(id, block.remainingLots - one.lots);
    submitted += 1;
    tally.match();
  };

  const compare = (one: BookRow): void => {
    compared += 1;
    const bid = one.bids[0]?.[0] ?? 0;
    const ask = one.asks[0]?.[0] ?? 0;
    if (venue.best("buy") === bid && venue.best("sell") === ask) {
      equal += 1;
      tally.match();
    } else if (bestBefore[0] === bid && bestBefore[1] === ask) {
      tally.contradict("snapshot_one_message_behind");
    } else {
      tally.contradict("snapshot_differs");
    }
  };

  const follow = (one: FeedRow, row: number): void => {
    if (row % PROGRESS_EVERY === 0) progress.at(row);
    timeMs = one.timeMs;
    if (row === seed.row) {
      tally.exclude("seed");
      return;
    }
    if (one.type === "other") {
      tally.exclude(one.reason);
      return;
    }
    if (row < seed.row) {
      if (one.type === "trade") beforeSeed += 1;
      tally.exclude("before_the_seed");
      return;
    }
    if (one.type === "trade") {
      matcher.expect(one);
      return;
    }
    if (one.type === "book") {
      compare(one);
      onSnapshot(row, one);
      return;
    }
    bestBefore = [venue.best("buy"), venue.best("sell")];
    if (one.type === "changed") {
      change(one);
      return;
    }
    if (one.type === "deleted") {
      remove(one, row);
      return;
    }
    if (visited.has(one.id) || one.lots === 0) {
      tally.exclude("created_twice");
      return;
    }
    enter(one.id, one.side, one.priceTicks, one.lots, false);
    tally.match();
  };

  const started = performance.now();
  for (const order of seed.orders) {
    if (order.id < 0) anonymousAt.set(`${order.side} ${order.priceTicks}`, order.id);
    enter(order.id, order.side, order.priceTicks, order.quantityLots, false);
  }
  for (const [row, one] of rows.entries()) follow(one, row);
  const elapsedMs = performance.now() - started;
  const matched = matcher.settle();
  tally.match(matched.printed);
  if (matched.missed > 0) tally.contradict("trade_not_printed", matched.missed);
  return {
    tally,
    prints: matcher.prints,
    submitted,
    elapsedMs,
    trades: { all: beforeSeed + matched.printed + matched.missed, printed: matched.printed, beforeSeed },
    snapshots: { compared, equal },
    seed: { anonymous: seed.anonymous, named: seed.named, beyond: seed.beyond },
    corrections,
    printsUnmatched: matched.printsUnmatched,
  };
}
