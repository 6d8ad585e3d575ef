/**
 * All that the bots decide on one instrument: what it is worth, the makers' ladder, takers, noise.
 *
 * Deterministic: the same seed, the same steps and the same sights give the same orders. Knows no clock and no connection.
 */
import { FairPrice } from "./fair-price.ts";
import { FollowedPrice } from "./followed-price.ts";
import type { InstrumentPlan } from "./instrument-plans.ts";
import { LadderShape } from "./ladder.ts";
import { Noise } from "./noise.ts";
import { type QuoteAction, type Resting, requoted } from "./requote.ts";
import { Chance } from "./seeded-chance.ts";
import { Taker, type Taking, type Touch } from "./taker.ts";

/** How the orders are shared out. */
const MAKER_SHARE = 0.6;
const TAKER_SHARE = 0.22;
const NOISE_SHARE = 0.18;
/** What makers save up in quiet seconds. */
const BUDGET_S = 5;
const BUDGET_LEAST = 8;
/** The middle of the ladder moves when the price has moved by this much of a gap between levels. */
const RECENTRE_GAPS = 0.4;
/** Deviation of the logarithm of a quote's size around its level's: no two quotes of one level are alike. */
const SIZE_SPREAD = 0.3;
/** A maker that holds all too much or too little of the base asset quotes this many gaps off. */
const LEAN_GAPS = 6;

export interface Sight {
  readonly touch: Touch;
  /** Of the instrument that this one follows, if it follows one. */
  readonly followedTouch: Touch | null;
  /** The makers' open orders. */
  readonly ladder: readonly Resting[];
  readonly noise: readonly Resting[];
  /** −1 … 1: how much too little or too much of the base asset they hold. */
  readonly makerLean: number;
  readonly takerLean: number;
}

export interface Decided {
  readonly maker: readonly QuoteAction[];
  readonly taker: readonly Taking[];
  readonly noise: readonly QuoteAction[];
}

export class MarketMind {
  readonly plan: InstrumentPlan;
  readonly #price: FairPrice | FollowedPrice;
  readonly #shape: LadderShape;
  readonly #taker: Taker;
  readonly #noise: Noise;
  readonly #sizes: Chance;
  readonly #ratePerS: number;
  #budget = 0;
  #middleTicks = 0;
  #hasTraded = false;

  /** @param ratePerS orders a second on this instrument, in model time. @param startTicks where the price goes on. */
  constructor(plan: InstrumentPlan, seed: number, ratePerS: number, startTicks: number) {
    const chance = (name: string): Chance => new Chance(seed, `${plan.symbol} ${name}`);
    this.plan = plan;
    this.#ratePerS = ratePerS;
    this.#price =
      plan.follows === null
        ? new FairPrice(plan.anchorTicks, startTicks, chance("price"))
        : new FollowedPrice(startTicks, chance("price"));
    this.#shape = new LadderShape(plan, chance("ladder"));
    this.#taker = new Taker(plan, chance("taker"));
    this.#noise = new Noise(plan, chance("noise"));
    this.#sizes = chance("sizes");
  }

  step(seconds: number, sight: Sight): Decided {
    this.#movePrice(seconds, sight.followedTouch);
    const maker = this.#requote(seconds, sight);
    const { touch } = sight;
    const taker = this.#take(seconds, sight);
    const noise = this.#noise.step(seconds, this.#ratePerS * NOISE_SHARE, this.#price.ticks, touch, sight.noise);
    return { maker, taker, noise };
  }

  #movePrice(seconds: number, followed: Touch | null): void {
    if (this.#price instanceof FairPrice) this.#price.step(seconds);
    else this.#price.step(seconds, followed === null ? 0 : middleOf(followed));
  }

  #requote(seconds: number, { ladder, makerLean }: Sight): readonly QuoteAction[] {
    const { gapTicks } = this.plan;
    const rate = this.#ratePerS * MAKER_SHARE;
    const budgetMax = Math.max(BUDGET_LEAST, rate * BUDGET_S);
    this.#budget = Math.min(budgetMax, this.#budget + rate * seconds);
    const isFirst = ladder.length === 0;
    if (this.#budget < 1 && !isFirst) return [];
    const wanted = this.#price.ticks - makerLean * LEAN_GAPS * gapTicks;
    const isOff = Math.abs(wanted - this.#middleTicks) > gapTicks * RECENTRE_GAPS;
    const middleTicks = isOff ? wanted : this.#middleTicks;
    const actions = this.#actionsFor(middleTicks, ladder);
    // A ladder moves at once, or as much of it as can ever be saved up for: half moved, its sides would meet.
    if (!isFirst && actions.length > this.#budget && this.#budget < budgetMax) return [];
    this.#middleTicks = middleTicks;
    // A first ladder goes out whole: an empty book is no market.
    const affordable = isFirst ? actions : actions.slice(0, Math.floor(this.#budget));
    this.#budget = Math.max(0, this.#budget - affordable.length);
    return affordable.map((action) =>
      action.type === "cancel" ? action : { ...action, lots: this.#sized(action.lots) },
    );
  }

  /** The most urgent first: what a budget cuts off is far from the middle, on both sides alike. */
  #actionsFor(middleTicks: number, ladder: readonly Resting[]): readonly QuoteAction[] {
    const actions = (["buy", "sell"] as const).flatMap((side) => {
      const resting = ladder.filter((order) => order.side === side);
      return requoted(side, middleTicks, this.#shape.levels(side, middleTicks), resting);
    });
    const past = new Set(ladder.filter((order) => isPast(order, middleTicks)).map(({ id }) => id));
    const urgency = (action: QuoteAction): number => {
      // What is past the middle leaves before its own other side comes near.
      if (action.type !== "place" && past.has(action.id)) return -1;
      return action.type === "cancel" ? Number.MAX_SAFE_INTEGER : Math.abs(action.priceTicks - middleTicks);
    };
    return actions.sort((one, other) => urgency(one) - urgency(other));
  }

  #sized(lots: number): number {
    return Math.max(this.plan.takerLotsMin, Math.round(lots * Math.exp(SIZE_SPREAD * this.#sizes.normal())));
  }

  #take(seconds: number, { touch, takerLean }: Sight): readonly Taking[] {
    const { ticks: fairTicks } = this.#price;
    const liveliness = this.#price instanceof FairPrice ? this.#price.liveliness : 1;
    const sight = { fairTicks, liveliness, touch, lean: takerLean };
    const takings = this.#taker.step(seconds, this.#ratePerS * TAKER_SHARE, sight);
    if (this.#hasTraded || touch.bidTicks === 0 || touch.askTicks === 0) return takings;
    // The first trade comes with the first book: before it there is no candle to look at.
    this.#hasTraded = true;
    const first = this.#taker.taking(sight);
    return first === null ? takings : [first, ...takings];
  }
}

function middleOf({ bidTicks, askTicks }: Touch): number {
  return bidTicks === 0 || askTicks === 0 ? 0 : (bidTicks + askTicks) / 2;
}

function isPast({ side, priceTicks }: Resting, middleTicks: number): boolean {
  return side === "buy" ? priceTicks >= middleTicks : priceTicks <= middleTicks;
}
