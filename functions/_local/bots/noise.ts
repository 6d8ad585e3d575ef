/** Small orders near the best prices that come, stay a while and go: what makes a book look lived in. Pure. */
import type { Side } from "../../../engine/domain/order.ts";
import type { InstrumentPlan } from "./instrument-plans.ts";
import type { QuoteAction, Resting } from "./requote.ts";
import type { Chance } from "./seeded-chance.ts";
import type { Touch } from "./taker.ts";

export const NOISE_ORDERS_MAX = 14;
/** An order that comes is one that goes: each is two requests. */
const REQUESTS_AN_ORDER = 2;
/** Behind the best price, in gaps between levels. */
const DEPTH_MEAN_GAPS = 3;
const INSIDE_PROBABILITY = 0.25;
/** Of the makers' best order. */
const SIZE_LEAST = 0.02;
const SIZE_MOST = 2;
const SIZE_EXPONENT = 1;
/** Farther from what it is worth than this, nobody bothers. */
const REACH = 0.003;

export class Noise {
  readonly #plan: InstrumentPlan;
  readonly #chance: Chance;

  constructor(plan: InstrumentPlan, chance: Chance) {
    this.#plan = plan;
    this.#chance = chance;
  }

  /** @param ratePerS requests a second in the long run. */
  step(
    seconds: number,
    ratePerS: number,
    fairTicks: number,
    touch: Touch,
    resting: readonly Resting[],
  ): readonly QuoteAction[] {
    const actions: QuoteAction[] = [];
    const comes = this.#chance.poisson((seconds * ratePerS) / REQUESTS_AN_ORDER);
    const leave = this.#chance.uniform();
    for (let count = 0; count < comes; count++) {
      // Whoever comes to a full room takes the place of one who goes; half full, nobody needs to go.
      const isCrowded = resting.length - count > NOISE_ORDERS_MAX * leave;
      const gone = isCrowded ? resting[Math.floor(this.#chance.uniform() * resting.length)] : undefined;
      if (gone !== undefined && !actions.some((action) => action.type === "cancel" && action.id === gone.id)) {
        actions.push({ type: "cancel", id: gone.id });
      }
      if (resting.length + count < NOISE_ORDERS_MAX) actions.push(...this.#order(fairTicks, touch));
    }
    return actions;
  }

  #order(fairTicks: number, { bidTicks, askTicks }: Touch): readonly QuoteAction[] {
    const { gapTicks, makerLots, takerLotsMin } = this.#plan;
    const side: Side = this.#chance.happens(0.5) ? "buy" : "sell";
    const isInside = this.#chance.happens(INSIDE_PROBABILITY);
    const behind = isInside ? -1 : Math.round(this.#chance.exponential(DEPTH_MEAN_GAPS * gapTicks));
    const lots = Math.round(this.#chance.powerLaw(makerLots * SIZE_LEAST, makerLots * SIZE_MOST, SIZE_EXPONENT));
    if (bidTicks === 0 || askTicks === 0) return [];
    const priceTicks =
      side === "buy" ? Math.min(askTicks - 1, bidTicks - behind) : Math.max(bidTicks + 1, askTicks + behind);
    const isNear = Math.abs(priceTicks - fairTicks) <= fairTicks * REACH;
    return isNear ? [{ type: "place", side, priceTicks, lots: Math.max(lots, takerLotsMin) }] : [];
  }
}
