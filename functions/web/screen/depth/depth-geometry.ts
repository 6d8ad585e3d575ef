/**
 * The book as two hills: how much lies between the middle and each price, and where that is on a canvas. Quantities are
 * added up in lots, exact; pixels are doubles.
 */
import type { Level, Market } from "../exchange/contract.ts";
import { decimalOf } from "../trade/amounts.ts";
import { priceOf, quoteOf, scaleOf } from "../trade/scale.ts";

export type HillSide = "bids" | "asks";

/** Nearest to the middle first. */
export interface Hill {
  readonly ticks: readonly number[];
  /** Of all levels up to this one. */
  readonly lots: readonly number[];
}

export interface Hills {
  readonly bids: Hill;
  readonly asks: Hill;
  /** Between the best two, in ticks; may be half of one. */
  readonly midTicks: number;
}

export function hillsOf(bids: readonly Level[], asks: readonly Level[]): Hills | null {
  const [bid, ask] = [bids[0], asks[0]];
  if (bid === undefined || ask === undefined) return null;
  return { bids: hillOf(bids), asks: hillOf(asks), midTicks: (bid.ticks + ask.ticks) / 2 };
}

function hillOf(levels: readonly Level[]): Hill {
  let sum = 0;
  const lots = levels.map((level) => {
    sum += level.lots;
    return sum;
  });
  return { ticks: levels.map(({ ticks }) => ticks), lots };
}

/** The farthest few levels are often orders that nobody means: they would press the rest into the middle. */
const TELLING_SHARE = 0.9;
/** A new book changes the width only where the fitting one has become so much larger or smaller. */
const WIDTH_KEPT_UP_TO = 1.25;

/** Half the width, in ticks, at which both hills fill their half as far as they reach. */
export function fittingHalfWidth({ bids, asks, midTicks }: Hills): number {
  const reach = ({ ticks }: Hill): number => {
    const far = ticks[Math.max(0, Math.ceil(ticks.length * TELLING_SHARE) - 1)] ?? midTicks;
    return Math.abs(far - midTicks);
  };
  return Math.max(1, Math.min(Math.max(reach(bids), 1), Math.max(reach(asks), 1)) * 1.02);
}

export function steadyHalfWidth(kept: number | null, fitting: number): number {
  if (kept === null || fitting > kept * WIDTH_KEPT_UP_TO || fitting < kept / WIDTH_KEPT_UP_TO) return fitting;
  return kept;
}

/** What of a hill can be seen at this width: places 0 … n−1. */
export function levelsWithin(hill: Hill, midTicks: number, halfWidth: number): number {
  let from = 0;
  let to = hill.ticks.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (Math.abs((hill.ticks[middle] ?? 0) - midTicks) <= halfWidth) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Lots at the top of the drawing: a round number above both hills, so that it seldom changes. */
export function topLots(hills: Hills, halfWidth: number): number {
  const highest = (hill: Hill): number => hill.lots[levelsWithin(hill, hills.midTicks, halfWidth) - 1] ?? 0;
  return roundUp(Math.max(highest(hills.bids), highest(hills.asks), 1) * 1.05);
}

const ROUND_STEPS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];

export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return (ROUND_STEPS.find((step) => step * power >= value) ?? 10) * power;
}

export interface DepthFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly halfWidth: number;
  readonly topLots: number;
}

export function xOf(ticks: number, hills: Hills, frame: DepthFrame): number {
  return ((ticks - hills.midTicks) / frame.halfWidth + 1) * (frame.widthPx / 2);
}

export function ticksAt(x: number, hills: Hills, frame: DepthFrame): number {
  return ((x / frame.widthPx) * 2 - 1) * frame.halfWidth + hills.midTicks;
}

export function yOf(lots: number, frame: DepthFrame): number {
  return frame.heightPx * (1 - lots / frame.topLots);
}

/** Round prices within the frame, about `count` of them, in ticks. */
export function priceMarks(hills: Hills, frame: DepthFrame, count: number): readonly number[] {
  const step = Math.max(1, roundStep((2 * frame.halfWidth) / count));
  const from = Math.max(0, Math.ceil((hills.midTicks - frame.halfWidth) / step));
  const to = Math.floor((hills.midTicks + frame.halfWidth) / step);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, place) => (from + place) * step);
}

/** 1, 2 or 5 of a power of ten: what people count prices by. */
function roundStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

/** Corners of a hill as x, y, x, y …: from the middle outwards in stairs, to the edge of the drawing. */
export function stairsOf(side: HillSide, hills: Hills, frame: DepthFrame): readonly number[] {
  const hill = hills[side];
  const count = levelsWithin(hill, hills.midTicks, frame.halfWidth);
  const corners: number[] = [];
  let y = frame.heightPx;
  for (let place = 0; place < count; place += 1) {
    const x = xOf(hill.ticks[place] ?? 0, hills, frame);
    corners.push(x, y);
    y = yOf(hill.lots[place] ?? 0, frame);
    corners.push(x, y);
  }
  // Beyond the last level that is known nothing is known: the hill ends there. Within, it goes on to the edge.
  if (count > 0 && count < hill.ticks.length) corners.push(side === "bids" ? 0 : frame.widthPx, y);
  return corners;
}

export interface Pointed {
  readonly side: HillSide;
  /** The level whose stair is under the pointer. */
  readonly place: number;
  readonly ticks: number;
  readonly lots: number;
}

/** The last level between the middle and the pointer; between the best two, the best of the nearer side. */
export function levelAt(x: number, hills: Hills, frame: DepthFrame): Pointed {
  const at = ticksAt(x, hills, frame);
  const side: HillSide = at < hills.midTicks ? "bids" : "asks";
  return pointedAt(side, levelsWithin(hills[side], hills.midTicks, Math.abs(at - hills.midTicks)) - 1, hills);
}

export function pointedAt(side: HillSide, place: number, hills: Hills): Pointed {
  const hill = hills[side];
  const within = Math.min(Math.max(place, 0), hill.ticks.length - 1);
  return { side, place: within, ticks: hill.ticks[within] ?? 0, lots: hill.lots[within] ?? 0 };
}

/** What it would cost, or bring, to trade through all levels up to this one: exact, in quote. */
export function totalUpTo(levels: readonly Level[], place: number, market: Market): string {
  let sum = 0n;
  for (const { ticks, lots } of levels.slice(0, place + 1)) sum += BigInt(ticks) * BigInt(lots);
  return quoteOf(scaleOf(market), sum);
}

/** The middle may lie between two ticks: one place more then. */
export function midOf(hills: Hills, market: Market): string {
  if (Number.isInteger(hills.midTicks)) return priceOf(scaleOf(market), hills.midTicks);
  const halves = BigInt(Math.round(hills.midTicks * 2));
  return decimalOf(halves * 5n * scaleOf(market).tickUnits, market.pricePlaces + 1);
}

/** "−0.52%": how far from the middle. */
export function distanceText(ticks: number, midTicks: number): string {
  const percent = ((ticks - midTicks) / midTicks) * 100;
  const size = Math.abs(percent);
  return `${percent < 0 ? "−" : "+"}${size.toFixed(size < 0.1 ? 3 : 2)}%`;
}
