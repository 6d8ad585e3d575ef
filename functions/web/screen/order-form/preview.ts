/**
 * What an order would come to: at what price, what it costs or brings, the fee, what is held until then. Of an order that takes,
 * by the visible book: an estimate, and said to be one.
 */
import { type Walk, walkQuantity } from "./book-walk.ts";
import { heldOf } from "./held.ts";
import { type Leg, TYPE_RULES } from "./legs.ts";
import { ONE_E8 } from "./market-rules.ts";
import { amountOf, e8Of, isBookLive, marketWalk, numberOf, oppositeOf, type Terms } from "./terms.ts";

const ALL_BP = 10_000n;

export interface Preview {
  /** Of the part that would trade at once; null: none would. In 1e-8. */
  readonly taking: Taking | null;
  /** price × quantity, in 1e-8 of quote. */
  readonly total: bigint | null;
  /** In 1e-8 of what is received; null: the rates are not known. */
  readonly fee: bigint | null;
  /** Less the fee. */
  readonly received: bigint | null;
  readonly receivedAsset: string;
  /** As which it would pay: both where a part trades at once and the rest waits. */
  readonly role: "maker" | "taker" | "both";
  readonly held: bigint | null;
  readonly heldAsset: string;
  /** Whether the figures follow from the book as it is now. */
  readonly isEstimate: boolean;
}

export interface Taking {
  readonly average: bigint;
  readonly worst: bigint;
  readonly quantity: bigint;
  /** From the best price to the average one, in basis points, rounded up. */
  readonly slippageBp: number;
  /** The book, as far as it is seen, gives less than is asked for. */
  readonly isPartly: boolean;
}

/** Of the order that works first; null: a number is missing. Of a list the pending legs cost nothing yet. */
export function previewOf(terms: Terms): Preview | null {
  const [leg] = terms.legs;
  if (leg === undefined || (terms.quantity === null && terms.total === null)) return null;
  const { market } = terms.surroundings;
  const isBuy = leg.side === "BUY";
  const walk = walkOf(terms, leg);
  const asked = terms.quantity;
  const taking = walk === null || walk.quantity === 0n ? null : takingOf(walk, asked, isBuy);
  const money = moneyOf(terms, leg, walk);
  const held = heldOf(terms);
  return {
    taking,
    ...money,
    receivedAsset: isBuy ? market.base : market.quote,
    role: roleOf(leg, walk, asked),
    held: held === null ? null : held.most,
    heldAsset: isBuy ? market.quote : market.base,
    isEstimate: walk !== null || (TYPE_RULES[leg.type].hasTrigger && leg.price === null),
  };
}

/** null: it waits, or may not take, or the book is not known. */
function walkOf(terms: Terms, leg: Leg): Walk | null {
  const { book } = terms.surroundings;
  if (TYPE_RULES[leg.type].hasTrigger || leg.type === "LIMIT_MAKER" || !isBookLive(book)) return null;
  if (leg.type === "MARKET")
    return leg.quote === null ? marketWalk(terms, terms.quantity, null) : marketWalk(terms, null, terms.total);
  const limit = numberOf(terms, leg.price);
  if (limit === null || terms.quantity === null) return null;
  const walk = walkQuantity(oppositeOf(book, leg.side), terms.quantity, limit, leg.side === "BUY");
  return walk.quantity === 0n ? null : walk;
}

function takingOf(walk: Walk, asked: bigint | null, isBuy: boolean): Taking {
  // Rounded away from what one would like.
  const average = isBuy ? (walk.cost + walk.quantity - 1n) / walk.quantity : walk.cost / walk.quantity;
  const apart = average > walk.best ? average - walk.best : walk.best - average;
  return {
    average,
    worst: walk.worst,
    quantity: walk.quantity,
    slippageBp: Number((apart * ALL_BP + walk.best - 1n) / walk.best),
    isPartly: asked !== null && walk.quantity < asked,
  };
}

/** What takes pays the taker's rate, what rests the maker's; a stop takes when it is set off at market. */
function roleOf(leg: Leg, walk: Walk | null, asked: bigint | null): Preview["role"] {
  if (leg.type === "MARKET" || leg.type === "STOP_LOSS" || leg.type === "TAKE_PROFIT") return "taker";
  if (leg.timeInForce === "IOC" || leg.timeInForce === "FOK") return "taker";
  if (walk === null) return "maker";
  return asked !== null && walk.quantity < asked ? "both" : "taker";
}

function moneyOf(terms: Terms, leg: Leg, walk: Walk | null): Pick<Preview, "total" | "fee" | "received"> {
  const { quantity, unitPrice, surroundings } = terms;
  const isBuy = leg.side === "BUY";
  const taken = walk?.quantity ?? 0n;
  const takenCost = (walk?.cost ?? 0n) / ONE_E8;
  const ends = leg.type === "MARKET" || leg.timeInForce === "IOC" || leg.timeInForce === "FOK";
  const rest = quantity === null || (ends && walk !== null) ? 0n : quantity - taken;
  if (rest > 0n && unitPrice === null) return { total: terms.total, fee: null, received: null };
  const restCost = amountOf(unitPrice ?? 0n, rest < 0n ? 0n : rest);
  const total = takenCost + restCost;
  const isTakerAfterwards = leg.type === "STOP_LOSS" || leg.type === "TAKE_PROFIT" || ends;
  const maker = e8Of(surroundings.rates?.maker);
  const taker = e8Of(surroundings.rates?.taker);
  const gross = isBuy ? taken + rest : total;
  if (maker === null || taker === null) return { total, fee: null, received: gross };
  const [byTaker, byMaker] = isBuy ? [taken, rest] : [takenCost, restCost];
  const fee = feeOf(byTaker, taker) + feeOf(byMaker, isTakerAfterwards ? taker : maker);
  return { total, fee, received: gross - fee };
}

/** Rounded up, as the exchange does. */
function feeOf(received: bigint, rate: bigint): bigint {
  return (received * rate + ONE_E8 - 1n) / ONE_E8;
}
