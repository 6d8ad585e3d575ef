/**
 * What an order asks to be free: known exactly for what rests or waits, by a walk of the book for what takes.
 */
import type { Walk } from "./book-walk.ts";
import { walkQuantity } from "./book-walk.ts";
import { type Leg, TYPE_RULES } from "./legs.ts";
import { larger, ONE_E8 } from "./market-rules.ts";
import { amountOf, e8Of, isBookLive, marketWalk, numberOf, oppositeOf, quantityOf, type Terms } from "./terms.ts";

export interface Held {
  readonly asset: string;
  /** In 1e-8. Equal where it is known exactly: certainly at least `least`, certainly no more than `most`. */
  readonly least: bigint;
  readonly most: bigint;
  readonly free: bigint | null;
}

/** null: a number is missing. */
export function heldOf(terms: Terms): Held | null {
  const { surroundings, legs } = terms;
  const [first, second] = legs;
  if (first === undefined) return null;
  const needs = first.isAtOnce && second?.isAtOnce === true ? pairNeeds(terms, first, second) : needsOf(terms, first);
  if (needs === null) return null;
  const isBuy = first.side === "BUY";
  const { market, funds } = surroundings;
  return {
    asset: isBuy ? market.quote : market.base,
    ...needs,
    free: e8Of(isBuy ? funds?.quoteFree : funds?.baseFree),
  };
}

type Needs = Pick<Held, "least" | "most">;

/** One leg alone comes to trade: together they need what the larger one needs. */
function pairNeeds(terms: Terms, first: Leg, second: Leg): Needs | null {
  const [one, other] = [needsOf(terms, first), needsOf(terms, second)];
  if (one === null || other === null) return null;
  const most = larger(one.most, other.most);
  return { least: most, most };
}

function needsOf(terms: Terms, leg: Leg): Needs | null {
  const quantity = quantityOf(terms, leg);
  if (leg.type === "MARKET") return marketNeeds(terms, leg, quantity);
  if (quantity === null) return null;
  const waits = TYPE_RULES[leg.type].hasTrigger;
  if (leg.side === "BUY" && waits && leg.price === null) return exactly(0n);
  const price = numberOf(terms, leg.price);
  if (leg.side === "BUY" && price === null) return null;
  const whole = leg.side === "BUY" ? amountOf(price ?? 0n, quantity) : quantity;
  const rests = waits || leg.timeInForce === null || leg.timeInForce === "GTC";
  if (rests) return exactly(whole);
  // Taken at once or not at all: paid for by what is found.
  const found = walkQuantity(oppositeOf(terms.surroundings.book, leg.side), quantity, price ?? 0n, leg.side === "BUY");
  if (leg.timeInForce === "FOK" && found.quantity < quantity) return { least: 0n, most: 0n };
  return { least: 0n, most: leg.side === "BUY" ? costOf(found) : found.quantity };
}

/** By quantity a seller must have the whole of it, and a buyer what the book would ask for it now. */
function marketNeeds(terms: Terms, leg: Leg, quantity: bigint | null): Needs | null {
  if (leg.quote !== null) {
    const amount = numberOf(terms, leg.quote);
    if (amount === null) return null;
    const walk = marketWalk(terms, null, amount);
    return { least: 0n, most: leg.side === "BUY" ? costOf(walk) : walk.quantity };
  }
  if (quantity === null) return null;
  if (leg.side === "SELL") return exactly(quantity);
  if (!isBookLive(terms.surroundings.book)) return null;
  return { least: 0n, most: costOf(marketWalk(terms, quantity, null)) };
}

function costOf({ cost }: Walk): bigint {
  return (cost + ONE_E8 - 1n) / ONE_E8;
}

function exactly(amount: bigint): Needs {
  return { least: amount, most: amount };
}
