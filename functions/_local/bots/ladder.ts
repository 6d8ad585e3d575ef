/**
 * The ladder that a maker wants to have: its levels on both sides of a middle, best first, their gaps and sizes growing with
 * the distance, none quite like the next.
 */
import type { Side } from "../../../engine/domain/order.ts";
import type { InstrumentPlan } from "./instrument-plans.ts";
import type { Chance } from "./seeded-chance.ts";

export const LEVELS_A_SIDE = 20;
/** A level's gap and size are this much more than those of the level before it, in parts of the first. */
const GAP_GROWTH = 0.2;
const SIZE_GROWTH = 0.35;
/** Deviation of a size's logarithm. */
const SIZE_SPREAD = 0.55;
const GAP_LEAST = 0.4;
const GAP_MOST = 1.6;
/** Within this part of its gap, an order stands for its level. */
const TOLERANCE_GAPS = 0.45;
/** The best level is a share of a usual one: what is at the touch is thin. */
const TOUCH_SIZE = 0.5;

export interface Level {
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
  /** How far off an order may be and still stand for this level. */
  readonly toleranceTicks: number;
}

interface Rung {
  /** From the middle. */
  readonly offsetTicks: number;
  readonly gapTicks: number;
  readonly lots: number;
}

/** Drawn once; moved with the middle. */
export class LadderShape {
  readonly #rungs: Readonly<Record<Side, readonly Rung[]>>;

  constructor(plan: InstrumentPlan, chance: Chance) {
    this.#rungs = { buy: rungsOf(plan, chance), sell: rungsOf(plan, chance) };
  }

  /** The levels of one side around a middle, best first, a tick apart at least. */
  levels(side: Side, middleTicks: number): readonly Level[] {
    const away = side === "buy" ? -1 : 1;
    let last = side === "buy" ? Number.POSITIVE_INFINITY : 0;
    return this.#rungs[side].map(({ offsetTicks, gapTicks, lots }, index) => {
      const wanted = middleTicks + away * offsetTicks;
      const rounded = side === "buy" ? Math.floor(wanted) : Math.ceil(wanted);
      last = side === "buy" ? Math.min(rounded, last - 1) : Math.max(rounded, last + 1);
      const toleranceTicks = Math.floor(gapTicks * TOLERANCE_GAPS);
      // The best level is where it is wanted: it makes the spread.
      if (index === 0) return { side, priceTicks: last, lots, toleranceTicks: Math.min(1, toleranceTicks) };
      return { side, priceTicks: last, lots, toleranceTicks };
    });
  }
}

function rungsOf(plan: InstrumentPlan, chance: Chance): readonly Rung[] {
  const rungs: Rung[] = [];
  let offsetTicks = plan.halfSpreadTicks;
  for (let level = 0; level < LEVELS_A_SIDE; level++) {
    const usual = plan.makerLots * (1 + SIZE_GROWTH * level) * (level === 0 ? TOUCH_SIZE : 1);
    const lots = Math.max(plan.takerLotsMin, Math.round(usual * Math.exp(SIZE_SPREAD * chance.normal())));
    const gapTicks = plan.gapTicks * (1 + GAP_GROWTH * level) * chance.between(GAP_LEAST, GAP_MOST);
    rungs.push({ offsetTicks, gapTicks, lots });
    offsetTicks += gapTicks;
  }
  return rungs;
}
