/** Orders that look like a slip of the finger: asked about once, with the reason, before they are sent. Never refused. */
import { walkQuantity } from "./book-walk.ts";
import { TYPE_RULES } from "./legs.ts";
import { e8Of, isBookLive, numberOf, oppositeOf, type Terms, textOf } from "./terms.ts";

/** Further from the middle of the book than this, in basis points. */
const AWAY_MAX_BP = 500n;
/** More than this share of the other side as it is seen, in per cent. */
const BOOK_SHARE_MAX_PERCENT = 20n;
const ALL_BP = 10_000n;

export type Caution =
  /** `percent`: whole, rounded down. */
  | { readonly kind: "price_away"; readonly percent: number; readonly up: boolean; readonly mid: string }
  | { readonly kind: "worst_price_away"; readonly percent: number; readonly worst: string }
  | { readonly kind: "share_of_book"; readonly percent: number };

/** In a book that is stale or one-sided there is no middle: nothing is asked. */
export function cautionsOf(terms: Terms): readonly Caution[] {
  const [leg] = terms.legs;
  const { book } = terms.surroundings;
  if (
    leg === undefined ||
    !isBookLive(book) ||
    TYPE_RULES[leg.type].hasTrigger ||
    leg.prefix === "above" ||
    leg.prefix === "below"
  )
    return [];
  const bid = e8Of(book.bids[0]?.price);
  const ask = e8Of(book.asks[0]?.price);
  if (bid === null || ask === null) return [];
  const mid = (bid + ask) / 2n;
  const away = (price: bigint): bigint => ((price > mid ? price - mid : mid - price) * ALL_BP) / mid;
  const price = numberOf(terms, leg.price);
  const cautions: Caution[] = [];
  if (price !== null && away(price) > AWAY_MAX_BP) {
    const percent = Number(away(price) / 100n);
    cautions.push({ kind: "price_away", percent, up: price > mid, mid: textOf(mid) });
  }
  if (terms.quantity === null || leg.type === "LIMIT_MAKER") return cautions;
  const levels = oppositeOf(book, leg.side);
  const walk = walkQuantity(levels, terms.quantity, price ?? 0n, leg.side === "BUY");
  if (leg.type === "MARKET" && walk.worst > 0n && away(walk.worst) > AWAY_MAX_BP) {
    cautions.push({ kind: "worst_price_away", percent: Number(away(walk.worst) / 100n), worst: textOf(walk.worst) });
  }
  const seen = levels.reduce((sum, { quantity }) => sum + (e8Of(quantity) ?? 0n), 0n);
  if (seen > 0n && walk.quantity * 100n > seen * BOOK_SHARE_MAX_PERCENT) {
    cautions.push({ kind: "share_of_book", percent: Number((walk.quantity * 100n) / seen) });
  }
  return cautions;
}
