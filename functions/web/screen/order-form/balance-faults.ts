/** What must be free, what a buyer may come to hold, and whether anything is there to take. */
import { type Fault, fault } from "./fault.ts";
import { heldOf } from "./held.ts";
import type { Leg } from "./legs.ts";
import { sizeOfShare } from "./share-of-balance.ts";
import { e8Of, isBookLive, marketWalk, oppositeOf, quantityOf, type Terms, textOf } from "./terms.ts";

const ALL_PERCENT = 100;

export function balanceFaults(terms: Terms): readonly Fault[] {
  const { draft } = terms;
  const [first] = terms.legs;
  if (first === undefined) return [];
  return [...bookFaults(terms, first), ...fundsFaults(terms), ...positionFaults(terms)].map((each) => ({
    ...each,
    field: each.field === "quantity" ? draft.lead : each.field,
  }));
}

/** A market order needs somebody to trade with; by quote it needs to pay for one lot. */
function bookFaults(terms: Terms, leg: Leg): readonly Fault[] {
  const { book } = terms.surroundings;
  if (leg.type !== "MARKET" || leg.prefix !== "" || !isBookLive(book)) return [];
  if (oppositeOf(book, leg.side).length === 0) return [fault("quantity", { kind: "nothing_on_book" }, [], false)];
  if (leg.quote === null || terms.total === null) return [];
  const { quantity } = marketWalk(terms, null, terms.total);
  const isTooLittle = quantity === 0n || quantity < terms.rules.quantity.min;
  return isTooLittle ? [fault("total", { kind: "below_lot" }, [], false)] : [];
}

function fundsFaults(terms: Terms): readonly Fault[] {
  const held = heldOf(terms);
  if (held === null || held.free === null) return [];
  const kind = { kind: "balance_low", asset: held.asset, free: textOf(held.free) } as const;
  if (held.most <= held.free) return [];
  const most = sizeOfShare(terms, ALL_PERCENT);
  const offers = most === null || most.value === 0n ? [] : [{ field: most.field, value: textOf(most.value) }];
  return [{ ...fault("quantity", kind, [], held.least > held.free), offers }];
}

/** MAX_POSITION: what the buyer has of the base, what its open orders would buy, and this. */
function positionFaults(terms: Terms): readonly Fault[] {
  const { funds } = terms.surroundings;
  const { positionMax } = terms.rules;
  const buys = terms.legs.filter(({ side }) => side === "BUY");
  if (funds === null || positionMax === 0n) return [];
  const has = (e8Of(funds.baseFree) ?? 0n) + (e8Of(funds.baseLocked) ?? 0n) + (e8Of(funds.openBuys) ?? 0n);
  const over = buys.find((leg) => has + (quantityOf(terms, leg) ?? 0n) > positionMax);
  if (over === undefined) return [];
  // By an amount the quantity is an estimate.
  return [fault(over.quantity, { kind: "position", bound: textOf(positionMax) }, [], over.quote === null)];
}
