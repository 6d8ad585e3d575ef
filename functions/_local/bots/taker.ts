/**
 * Takers: they come in clusters, most take little and few take much, and they lean towards what the instrument is worth.
 *
 * Pure: what is to be sent follows from the draws and from what is seen.
 */
import type { Side } from "../../../engine/domain/order.ts";
import { Arrivals } from "./arrivals.ts";
import type { InstrumentPlan } from "./instrument-plans.ts";
import type { Chance } from "./seeded-chance.ts";

/** The best prices as the public stream tells them; 0: nobody is there. */
export interface Touch {
  readonly bidTicks: number;
  readonly bidLots: number;
  readonly askTicks: number;
  readonly askLots: number;
}

/** An immediate order: never beyond its price, so that nobody can empty the bots by an absurd one. */
export interface Taking {
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
}

export interface TakerSight {
  readonly fairTicks: number;
  /** FairPrice.liveliness. */
  readonly liveliness: number;
  readonly touch: Touch;
  /** −1 … 1: how much too little or too much of the base asset the takers hold. */
  readonly lean: number;
}

/** Of a size's power law: half of them are below 2.4 times the smallest. */
const SIZE_EXPONENT = 0.8;
const WORST_PRICE_SHARE = 0.0025;
const PULL_WEIGHT = 0.38;
const HABIT_WEIGHT = 0.12;
const LEAN_WEIGHT = 0.3;
const CHANCE_LEAST = 0.03;

export class Taker {
  readonly #plan: InstrumentPlan;
  readonly #chance: Chance;
  readonly #arrivals: Arrivals;
  /** 1: the last one bought. */
  #lastSign = 1;

  constructor(plan: InstrumentPlan, chance: Chance) {
    this.#plan = plan;
    this.#chance = chance;
    this.#arrivals = new Arrivals(chance);
  }

  /** @param ratePerS the average in the long run, in quiet times. */
  step(seconds: number, ratePerS: number, sight: TakerSight): readonly Taking[] {
    const count = this.#arrivals.step(seconds, ratePerS * Math.sqrt(sight.liveliness));
    return Array.from({ length: count }, () => this.taking(sight)).filter((taking) => taking !== null);
  }

  /** null: there is nobody on that side within reach. */
  taking({ fairTicks, liveliness, touch, lean }: TakerSight): Taking | null {
    const side = this.#sideFor(fairTicks, touch, lean);
    const { takerLotsMin, takerLotsMax } = this.#plan;
    const drawn = this.#chance.powerLaw(takerLotsMin, takerLotsMax, SIZE_EXPONENT);
    const lots = Math.round(Math.min(takerLotsMax, drawn * Math.sqrt(liveliness)));
    const best = side === "buy" ? touch.askTicks : touch.bidTicks;
    const worst = Math.round(fairTicks * (1 + (side === "buy" ? 1 : -1) * WORST_PRICE_SHARE));
    const isWithinReach = side === "buy" ? best <= worst : best >= worst;
    return best === 0 || !isWithinReach ? null : { side, priceTicks: worst, lots };
  }

  #sideFor(fairTicks: number, { bidTicks, askTicks }: Touch, lean: number): Side {
    const middle = bidTicks === 0 || askTicks === 0 ? fairTicks : (bidTicks + askTicks) / 2;
    const pull = Math.tanh((fairTicks - middle) / (2 * this.#plan.gapTicks));
    const wish = 0.5 + PULL_WEIGHT * pull + HABIT_WEIGHT * this.#lastSign - LEAN_WEIGHT * lean;
    const buys = this.#chance.happens(Math.min(1 - CHANCE_LEAST, Math.max(CHANCE_LEAST, wish)));
    this.#lastSign = buys ? 1 : -1;
    return buys ? "buy" : "sell";
  }
}
