/**
 * What depends on where the market stands: PERCENT_PRICE_BY_SIDE, stops that would fire at once, post-only orders that would
 * take, the two legs of a pair beside one another and beside the last price.
 */
import { type Fault, fault } from "./fault.ts";
import { firesUp, type Leg } from "./legs.ts";
import { e8Of, isBookLive, numberOf, oppositeOf, roundedDown, type Terms, textOf } from "./terms.ts";

const MULTIPLIER_ONE = 10_000n;

export function priceFaults(terms: Terms, leg: Leg): readonly Fault[] {
  return [
    ...percentPriceFaults(terms, leg),
    ...(leg.isAtOnce ? [...triggerFaults(terms, leg), ...postOnlyFaults(terms, leg)] : []),
    ...pairFaults(terms, leg),
  ];
}

function percentPriceFaults(terms: Terms, leg: Leg): readonly Fault[] {
  const { percentPrice, price: grid } = terms.rules;
  const price = numberOf(terms, leg.price);
  const { last } = terms;
  if (percentPrice === null || leg.price === null || price === null || last === null || last === 0n) return [];
  const { min, max } = leg.side === "BUY" ? percentPrice.buy : percentPrice.sell;
  const scaled = price * MULTIPLIER_ONE;
  if (last * min <= scaled && (max === 0n || scaled <= last * max)) return [];
  const least = roundedDown((last * min + MULTIPLIER_ONE - 1n) / MULTIPLIER_ONE + grid.step - 1n, grid.step);
  const most = roundedDown((last * max) / MULTIPLIER_ONE, grid.step);
  const nearest = price < least ? least : most;
  const kind = { kind: "percent_price", least: textOf(least), most: textOf(most) } as const;
  // Compared with an average, the exchange may see it otherwise.
  return [fault(leg.price, kind, [textOf(nearest)], percentPrice.averageMinutes === 0)];
}

/** Already past its stop, an order is refused. */
function triggerFaults(terms: Terms, leg: Leg): readonly Fault[] {
  const stop = numberOf(terms, leg.stopPrice);
  const { last } = terms;
  if (leg.stopPrice === null || stop === null || last === null || last === 0n) return [];
  // Of a pair it is said by the pair's own rule.
  if (leg.prefix !== "") return [];
  const up = firesUp(leg);
  if (up ? last < stop : last > stop) return [];
  const { step } = terms.rules.price;
  const nearest = up ? last + step : last - step;
  const offers = nearest > 0n ? [textOf(nearest)] : [];
  return [fault(leg.stopPrice, { kind: "would_trigger", last: textOf(last), up }, offers)];
}

function postOnlyFaults(terms: Terms, leg: Leg): readonly Fault[] {
  const { book } = terms.surroundings;
  const price = numberOf(terms, leg.price);
  if (leg.type !== "LIMIT_MAKER" || leg.price === null || price === null || !isBookLive(book)) return [];
  const best = e8Of(oppositeOf(book, leg.side)[0]?.price);
  if (best === null || (leg.side === "BUY" ? price < best : price > best)) return [];
  const { step } = terms.rules.price;
  const nearest = leg.side === "BUY" ? best - step : best + step;
  const offers = nearest > 0n ? [textOf(nearest)] : [];
  return [fault(leg.price, { kind: "would_take", best: textOf(best) }, offers)];
}

/** Said of the leg above alone where both are wrong together. */
function pairFaults(terms: Terms, leg: Leg): readonly Fault[] {
  const isAbove = leg.prefix === "above" || leg.prefix === "pendingAbove";
  const isBelow = leg.prefix === "below" || leg.prefix === "pendingBelow";
  if (!isAbove && !isBelow) return [];
  const field = turningField(leg);
  const turning = numberOf(terms, field);
  if (field === null || turning === null) return [];
  if (isAbove) {
    const below = terms.legs.find(({ prefix }) => prefix === "below" || prefix === "pendingBelow");
    const under = below === undefined ? null : numberOf(terms, turningField(below));
    if (under !== null && under >= turning) return [fault(field, { kind: "pair_crossed" })];
  }
  const { last } = terms;
  if (terms.draft.list !== "oco" || last === null || last === 0n) return [];
  if (isAbove ? turning > last : turning < last) return [];
  const { step } = terms.rules.price;
  const nearest = isAbove ? last + step : last - step;
  const offers = nearest > 0n ? [textOf(nearest)] : [];
  return [fault(field, { kind: "pair_beside_last", last: textOf(last), up: isAbove }, offers)];
}

/** The price at which a leg of a pair comes to trade; null: it only follows the price. */
function turningField(leg: Leg): Leg["price"] {
  return leg.type === "LIMIT_MAKER" ? leg.price : leg.stopPrice;
}
