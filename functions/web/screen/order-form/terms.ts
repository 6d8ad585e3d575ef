/**
 * The numbers of a draft: every field read, quantity and total made to follow from whichever was typed last, and what the
 * market says at this moment. Everything that checks, previews or sends an order starts from these.
 */
import type { BookSnapshot, Level, Market } from "../exchange/contract.ts";
import { decimalOf, trimmed, unitsOf } from "../trade/amounts.ts";
import { type Walk, walkAmount, walkQuantity } from "./book-walk.ts";
import { type Draft, FIELDS, type Field, type Side } from "./draft.ts";
import { type Leg, legsOf } from "./legs.ts";
import { type MarketRules, ONE_E8, rulesOf } from "./market-rules.ts";
import { readTyped, type TypedNumber } from "./typed-number.ts";

const PLACES = 8;

/** What the exchange says now. Absent numbers are null: what depends on them is not checked. */
export interface Surroundings {
  readonly market: Market;
  /** Of the newest trade. */
  readonly last: string | null;
  readonly book: BookSnapshot | null;
  /** null: nobody is signed in, or the account is not read yet. */
  readonly funds: Funds | null;
  readonly rates: { readonly maker: string; readonly taker: string } | null;
}

export interface Funds {
  readonly baseFree: string;
  readonly baseLocked: string;
  readonly quoteFree: string;
  /** What the account's open orders on this market would still buy. */
  readonly openBuys: string;
}

export interface Terms {
  readonly draft: Draft;
  readonly surroundings: Surroundings;
  readonly rules: MarketRules;
  readonly legs: readonly Leg[];
  readonly typed: Readonly<Record<Field, TypedNumber>>;
  /** In 1e-8: of the order that leads. null: neither typed nor to be had. */
  readonly quantity: bigint | null;
  readonly total: bigint | null;
  /** The price by which quantity and total follow from one another, in 1e-8; null: by the book. */
  readonly unitPrice: bigint | null;
  readonly last: bigint | null;
}

export function e8Of(decimal: string | null | undefined): bigint | null {
  return decimal == null ? null : unitsOf(decimal, PLACES);
}

export function textOf(e8: bigint): string {
  return trimmed(decimalOf(e8, PLACES));
}

export function roundedDown(value: bigint, step: bigint): bigint {
  return step === 0n ? value : value - (value % step);
}

/** price × quantity in 1e-8, rounded down: exact where both are on the market's grid. */
export function amountOf(price: bigint, quantity: bigint): bigint {
  return (price * quantity) / ONE_E8;
}

export function termsOf(draft: Draft, surroundings: Surroundings): Terms {
  const rules = rulesOf(surroundings.market);
  const typed = Object.fromEntries(FIELDS.map((field) => [field, readTyped(draft.texts[field])])) as Terms["typed"];
  const legs = legsOf(draft);
  const last = e8Of(surroundings.last);
  const unitPrice = unitPriceOf(legs[0], typed, last, surroundings.book);
  const partial = { draft, surroundings, rules, legs, typed, unitPrice, last };
  return { ...partial, ...sizeOf(partial) };
}

function exactOf(typed: TypedNumber): bigint | null {
  return typed.outcome === "ok" && typed.isExact ? typed.e8 : null;
}

/** The levels that an order of this side would take from. */
export function oppositeOf(book: BookSnapshot | null, side: Side): readonly Level[] {
  if (book === null) return [];
  return side === "BUY" ? book.asks : book.bids;
}

/** Stale or not there: nothing is concluded from it. */
export function isBookLive(book: BookSnapshot | null): book is BookSnapshot {
  return book !== null && book.freshness === "live";
}

/** null: an order at market, which the book prices. */
function unitPriceOf(
  leg: Leg | undefined,
  typed: Terms["typed"],
  last: bigint | null,
  book: BookSnapshot | null,
): bigint | null {
  if (leg === undefined || leg.type === "MARKET") return null;
  const own = leg.price === null ? null : exactOf(typed[leg.price]);
  if (own !== null || leg.price !== null) return own;
  const stop = leg.stopPrice === null ? null : exactOf(typed[leg.stopPrice]);
  return stop ?? last ?? e8Of(oppositeOf(book, leg.side)[0]?.price);
}

type Unsized = Omit<Terms, "quantity" | "total">;

function sizeOf(terms: Unsized): Pick<Terms, "quantity" | "total"> {
  const { draft, typed, unitPrice, rules } = terms;
  const isMarket = terms.legs[0]?.type === "MARKET";
  if (draft.lead === "quantity") {
    const quantity = exactOf(typed.quantity);
    if (quantity === null) return { quantity, total: null };
    if (!isMarket) return { quantity, total: unitPrice === null ? null : amountOf(unitPrice, quantity) };
    const walk = marketWalk(terms, quantity, null);
    return { quantity, total: walk.quantity < quantity ? null : walk.cost / ONE_E8 };
  }
  // An amount to size by may be finer than any asset: what is left over buys nothing. One that is sent may not.
  const total = isMarket || typed.total.outcome !== "ok" ? exactOf(typed.total) : typed.total.e8;
  if (total === null) return { quantity: null, total };
  if (isMarket) {
    const { quantity } = marketWalk(terms, null, total);
    return { quantity: quantity === 0n ? null : quantity, total };
  }
  if (unitPrice === null || unitPrice === 0n) return { quantity: null, total };
  return { quantity: roundedDown((total * ONE_E8) / unitPrice, rules.quantity.step), total };
}

/** What the book would give at market now: for a quantity, or for an amount of quote. */
export function marketWalk(
  terms: Pick<Terms, "draft" | "surroundings" | "rules">,
  quantity: bigint | null,
  amount: bigint | null,
): Walk {
  const { draft, surroundings, rules } = terms;
  const levels = oppositeOf(surroundings.book, draft.side);
  if (amount !== null) return walkAmount(levels, amount, rules.quantity.step);
  return walkQuantity(levels, quantity ?? 0n, 0n, draft.side === "BUY");
}

/** The number in a leg's field; of the order that leads, its quantity as it follows from the total. */
export function quantityOf(terms: Terms, leg: Leg): bigint | null {
  return leg.quantity === "quantity" ? terms.quantity : exactOf(terms.typed[leg.quantity]);
}

export function numberOf(terms: Terms, field: Field | null): bigint | null {
  return field === null ? null : exactOf(terms.typed[field]);
}

/** A distance typed in per cent as basis points; null: none, or not a whole number of them. */
export function basisPointsOf(terms: Terms, field: Field | null): bigint | null {
  const e8 = numberOf(terms, field);
  return e8 === null || e8 % 1_000_000n !== 0n ? null : e8 / 1_000_000n;
}
