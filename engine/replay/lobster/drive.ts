/**
 * A LOBSTER day of level 1 through a venue, which holds what level 1 shows and nothing else.
 *
 * new: placed. partial cancel, delete: reduced, cancelled. Visible execution: an immediate-or-cancel order from the other
 * side at the resting order's price; the venue must print it there, against the order that the message names.
 *
 * Level 1 hides what happens behind the best price. So when a level stops being best it is forgotten, and when the row
 * shows a best price that the venue does not hold, one anonymous order with the shown size is put there: orders from
 * before the window, or from while nobody could see. Messages that name such an order act on the anonymous one. A message
 * that empties the best level is where level 1 cannot say what comes next: its row seeds the next level.
 */

import type { Side } from "../../domain/order.ts";
import { Tally } from "../outcome.ts";
import type { Progress } from "../progress.ts";
import { opposite, type ReplayVenue } from "../venue.ts";
import type { LobsterDay, Message, TopOfBook } from "./message-reader.ts";

const PROGRESS_EVERY = 1024;
/** The venue's ids for takers and anonymous orders; LOBSTER's own ids are not negative. */
const FIRST_OWN_ID = -1;

export interface LobsterDrive {
  readonly tally: Tally;
  readonly submitted: number;
  readonly elapsedMs: number;
  readonly executions: {
    readonly visible: number;
    readonly atPriorBest: number;
    /** That hit an order which the file shows joining the level while it was best (or making it so). */
    readonly ofKnownOrders: number;
    /** First among the orders that the file shows. */
    readonly knownFirstInQueue: number;
    /** Passed over an older order that the same taker filled in the same instant. */
    readonly knownOfSweep: number;
    /** That traded while the venue had an order from out of sight before them. */
    readonly behindAnonymous: number;
    /** That name an order from before the window, or one whose level was out of sight since. */
    readonly ofOrdersBeforeTheWindow: number;
  };
  readonly tops: { readonly explainable: number; readonly equal: number };
  readonly corrections: Readonly<Record<string, number>>;
}

export function drive(day: LobsterDay, venue: ReplayVenue, progress: Progress): LobsterDrive {
  const tally = new Tally();
  const corrections: Record<string, number> = {};
  /** Orders seen joining the level that is best now, a set per side; the others are part of the anonymous order. */
  const known: Record<Side, Set<number>> = { buy: new Set(), sell: new Set() };
  let ownId = FIRST_OWN_ID;
  let submitted = 0;
  let visible = 0;
  let atPriorBest = 0;
  let ofKnownOrders = 0;
  let knownFirstInQueue = 0;
  let knownOfSweep = 0;
  let behindAnonymous = 0;
  let explainable = 0;
  let equal = 0;

  const correct = (why: string): void => {
    corrections[why] = (corrections[why] ?? 0) + 1;
  };

  const forget = (side: Side): void => {
    for (let price = venue.best(side); price !== 0; price = venue.best(side)) {
      for (const id of venue.queue(side, price)) venue.cancel(id);
    }
    known[side].clear();
  };

  const show = (side: Side, priceTicks: number, quantityLots: number): void => {
    if (priceTicks === 0) return;
    venue.place({ id: ownId--, side, priceTicks, quantityLots, timeInForce: "gtc" });
  };

  /** Takes lots from the anonymous order at the best price of a side. @returns whether it had them. */
  const takeAnonymous = (side: Side, priceTicks: number, lots: number): boolean => {
    const anonymous = venue.queue(side, priceTicks).find((id) => id < 0);
    const left = anonymous === undefined ? 0 : venue.resting(anonymous)!.remainingLots;
    if (anonymous === undefined || left < lots) return false;
    if (left === lots) venue.cancel(anonymous);
    else venue.reduce(anonymous, left - lots);
    return true;
  };

  const place = (one: Message): string | null => {
    const best = venue.best(one.side);
    if (best !== 0 && one.priceTicks !== best) {
      const behind = one.side === "buy" ? one.priceTicks < best : one.priceTicks > best;
      if (behind) return "behind_the_best_level";
      forget(one.side);
    }
    if (venue.resting(one.id) !== null) return "id_still_resting";
    submitted += 1;
    const fills = venue.place({
      id: one.id,
      side: one.side,
      priceTicks: one.priceTicks,
      quantityLots: one.lots,
      timeInForce: "gtc",
    });
    if (fills.length > 0) correct("a_new_order_traded");
    if (venue.resting(one.id) !== null) known[one.side].add(one.id);
    return null;
  };

  const remove = (one: Message): string | null => {
    if (one.priceTicks !== venue.best(one.side)) return "behind_the_best_level";
    submitted += 1;
    if (!known[one.side].has(one.id)) {
      if (!takeAnonymous(one.side, one.priceTicks, one.lots)) correct("an_unknown_order_had_no_room");
      return null;
    }
    const left = venue.resting(one.id)!.remainingLots;
    if (one.type === "delete" || left <= one.lots) {
      venue.cancel(one.id);
      known[one.side].delete(one.id);
    } else venue.reduce(one.id, left - one.lots);
    return null;
  };

  /**
   * Whether everyone before this row's order in the queue is filled by the same taker, in the rows that follow at the same
   * instant: the file then lists one sweep in another order than the queue's.
   */
  const sweptTogether = (row: number, queue: readonly number[]): boolean => {
    const one = day.messages[row]!;
    const passed = new Map<number, number>();
    for (const id of queue) {
      if (id === one.id) break;
      passed.set(id, venue.resting(id)!.remainingLots);
    }
    for (let next = row + 1; passed.size > 0; next++) {
      const other = day.messages[next];
      if (other?.type !== "visible_execution" || other.time !== one.time || other.side !== one.side) return false;
      const left = passed.get(other.id);
      if (left !== undefined && left <= other.lots) passed.delete(other.id);
      else if (left !== undefined) passed.set(other.id, left - other.lots);
    }
    return true;
  };

  /** @returns what contradicted the venue; null where it printed as the message says. */
  const execute = (one: Message, row: number, prior: TopOfBook): string | null => {
    visible += 1;
    const priorBest = one.side === "buy" ? prior.bid : prior.ask;
    const isKnown = known[one.side].has(one.id);
    const queue = venue.queue(one.side, one.priceTicks);
    const isFirst = isKnown ? queue[0] === one.id : queue[0] !== undefined && queue[0] < 0;
    const isOfSweep = isKnown && !isFirst && sweptTogether(row, queue);
    if (isKnown) {
      ofKnownOrders += 1;
      if (queue.find((id) => id >= 0) === one.id) knownFirstInQueue += 1;
      else if (isOfSweep) knownOfSweep += 1;
      if (queue[0]! < 0) behindAnonymous += 1;
    }
    // Whoever stands before the order that traded was passed over: last in the queue is where they go.
    if (!isFirst) {
      correct(isOfSweep ? "sweep_put_in_the_order_of_its_rows" : "queue_put_right");
      for (const id of queue) {
        if (isKnown ? id === one.id : id < 0) break;
        venue.replace(id, one.priceTicks, venue.resting(id)!.remainingLots);
      }
    }
    submitted += 1;
    const taker = ownId--;
    const fills = venue.place({
      id: taker,
      side: opposite(one.side),
      priceTicks: one.priceTicks,
      quantityLots: one.lots,
      timeInForce: "ioc",
    });
    const [fill] = fills;
    const printed =
      fills.length === 1 && fill !== undefined && fill.quantityLots === one.lots && fill.priceTicks === one.priceTicks;
    if (printed && fill.priceTicks === priorBest) atPriorBest += 1;
    if (isKnown && venue.resting(one.id) === null) known[one.side].delete(one.id);
    if (!printed || fill.priceTicks !== priorBest) return "not_printed_at_the_prior_best";
    if (isKnown && !isFirst && !isOfSweep) return "not_first_in_the_queue";
    return null;
  };

  /** Compares with the row, then makes the venue hold what the row shows. @returns whether both sides were equal. */
  const settle = (top: TopOfBook): boolean => {
    let same = true;
    for (const side of ["buy", "sell"] as const) {
      const price = side === "buy" ? top.bid : top.ask;
      const lots = side === "buy" ? top.bidLots : top.askLots;
      const best = venue.best(side);
      if (best === price && (price === 0 || venue.levelLots(side, price) === lots)) continue;
      same = false;
      forget(side);
      show(side, price, lots);
    }
    return same;
  };

  const follow = (one: Message, row: number): void => {
    if (row % PROGRESS_EVERY === 0) progress.at(row);
    const top = day.tops[row]!;
    const prior = day.tops[row - 1];
    if (prior === undefined) {
      settle(top);
      tally.exclude("first_row_seeds_the_book");
      return;
    }
    let contradiction: string | null = null;
    let excluded: string | null = null;
    if (one.type === "new") excluded = place(one);
    else if (one.type === "partial_cancel" || one.type === "delete") excluded = remove(one);
    else if (one.type === "visible_execution") contradiction = execute(one, row, prior);
    else excluded = one.type;

    const levelEmptied =
      (one.type === "delete" || one.type === "partial_cancel" || one.type === "visible_execution") &&
      one.priceTicks === (one.side === "buy" ? prior.bid : prior.ask) &&
      venue.best(one.side) === 0;
    const same = settle(top);
    if (excluded === null && !levelEmptied) {
      explainable += 1;
      if (same) equal += 1;
      else {
        correct("best_level_put_right");
        contradiction ??= "best_differs_from_the_row";
      }
    }
    if (excluded === null && levelEmptied && one.type !== "visible_execution") excluded = "emptied_the_level_shown";
    if (contradiction !== null) {
      tally.contradict(contradiction);
      return;
    }
    if (excluded !== null) {
      tally.exclude(excluded);
      return;
    }
    tally.match();
  };

  const started = performance.now();
  for (const [row, one] of day.messages.entries()) follow(one, row);
  return {
    tally,
    submitted,
    elapsedMs: performance.now() - started,
    executions: {
      visible,
      atPriorBest,
      ofKnownOrders,
      knownFirstInQueue,
      knownOfSweep,
      behindAnonymous,
      ofOrdersBeforeTheWindow: visible - ofKnownOrders,
    },
    tops: { explainable, equal },
    corrections,
  };
}
