/**
 * A share of what is free as the size of an order: rounded down to the lot, never more than the market takes at once.
 *
 * The fee is taken from what is received, so the whole of a balance can be spent. A buyer at market who names a quantity pays
 * what the book asks when the order arrives: a little is left for it to have moved.
 */
import { walkAmount } from "./book-walk.ts";
import { TYPE_RULES } from "./legs.ts";
import { ONE_E8 } from "./market-rules.ts";
import { e8Of, oppositeOf, roundedDown, type Terms } from "./terms.ts";

const WHOLE_PERCENT = 100n;
/** Half a per cent, in basis points. */
const MOVE_ROOM_BP = 50n;
const ALL_BP = 10_000n;

export interface Size {
  readonly field: "quantity" | "total";
  /** In 1e-8. */
  readonly value: bigint;
}

/** null: nothing free is known, or no price to size by. @param percent 0 … 100, whole. */
export function sizeOfShare(terms: Terms, percent: number): Size | null {
  const most = mostOf(terms);
  if (most === null) return null;
  const value = (most.value * BigInt(percent)) / WHOLE_PERCENT;
  return { field: most.field, value: roundedDown(value, most.step) };
}

/** Which share the draft's size is, in whole per cent; null: not known. */
export function shareOf(terms: Terms): number | null {
  const most = mostOf(terms);
  const value = most?.field === "total" ? terms.total : terms.quantity;
  if (most === null || value === null) return null;
  if (most.value === 0n) return value === 0n ? 0 : 100;
  const share = Number((value * WHOLE_PERCENT + most.value / 2n) / most.value);
  return Math.min(100, share);
}

interface Most extends Size {
  readonly step: bigint;
}

/** All that is free, as the field that the share goes into. */
function mostOf(terms: Terms): Most | null {
  const { draft, surroundings, rules, unitPrice } = terms;
  const { funds, book } = surroundings;
  const [leg] = terms.legs;
  if (funds === null || leg === undefined) return null;
  const isPriced = TYPE_RULES[leg.type].hasPrice;
  const inQuantity = (value: bigint): Most => {
    const { max } = isPriced ? rules.quantity : rules.marketQuantity;
    return {
      field: "quantity",
      value: roundedDown(max > 0n && value > max ? max : value, rules.quantity.step),
      step: rules.quantity.step,
    };
  };
  if (leg.side === "SELL") return inQuantity(e8Of(funds.baseFree) ?? 0n);
  const free = e8Of(funds.quoteFree) ?? 0n;
  if (leg.type === "MARKET" && draft.lead === "total") {
    return { field: "total", value: free, step: 10n ** BigInt(8 - rules.quotePlaces) };
  }
  if (leg.type === "MARKET") {
    const spendable = (free * (ALL_BP - MOVE_ROOM_BP)) / ALL_BP;
    const levels = oppositeOf(book, "BUY");
    return levels.length === 0 ? null : inQuantity(walkAmount(levels, spendable, rules.quantity.step).quantity);
  }
  // Both legs of a pair that buys must be paid for: the dearer one sizes it.
  const price = dearestPrice(terms) ?? unitPrice;
  return price === null || price === 0n ? null : inQuantity((free * ONE_E8) / price);
}

function dearestPrice({ legs, typed }: Terms): bigint | null {
  let dearest: bigint | null = null;
  for (const { price, isAtOnce } of legs) {
    const number = price === null || !isAtOnce ? null : typed[price];
    if (number?.outcome === "ok" && (dearest === null || number.e8 > dearest)) dearest = number.e8;
  }
  return dearest;
}
