/**
 * What the exchange would refuse of a draft, said before it is sent: the fields, the market's own filters, the last price and
 * the book, the balance. Each with the nearest values that would pass.
 *
 * `isSure` false: it follows from what moves (a walk of the book) or from what the screen does not know (an average price):
 * said, but it keeps nobody from sending. What is stale or not there is not concluded from.
 */
import { balanceFaults } from "./balance-faults.ts";
import { boundsFaults } from "./bounds-faults.ts";
import { FIELDS, type Field } from "./draft.ts";
import { type Fault, fault } from "./fault.ts";
import { type Leg, TYPE_RULES } from "./legs.ts";
import { priceFaults } from "./price-faults.ts";
import { e8Of, type Terms } from "./terms.ts";
import type { TypedNumber } from "./typed-number.ts";

/** In the order of the form's fields; of each field what is said first matters most. */
export function faultsOf(terms: Terms): readonly Fault[] {
  const read = terms.legs.flatMap((leg) => readingFaults(terms, leg));
  const own = terms.legs.flatMap((leg) => [...boundsFaults(terms, leg), ...priceFaults(terms, leg)]);
  const faults = withoutRepeats([...read, ...own, ...balanceFaults(terms)]);
  return faults.toSorted((one, other) => FIELDS.indexOf(one.field) - FIELDS.indexOf(other.field));
}

/** The fields that the draft needs, and whether what is typed in them can be read. */
function readingFaults(terms: Terms, leg: Leg): readonly Fault[] {
  return neededFields(terms, leg).flatMap((field) => readingFault(field, terms.typed[field]) ?? []);
}

function readingFault(field: Field, typed: TypedNumber): Fault | null {
  switch (typed.outcome) {
    case "empty":
      return fault(field, { kind: "missing" });
    case "malformed":
      return fault(field, { kind: "malformed" });
    case "ambiguous":
      return fault(field, { kind: "ambiguous" }, typed.readings);
    case "ok":
      return null;
  }
}

/** Of quantity and total the one that leads. */
function neededFields(terms: Pick<Terms, "draft">, leg: Leg): readonly Field[] {
  const size = leg.quantity === "quantity" ? terms.draft.lead : leg.quantity;
  const rule = TYPE_RULES[leg.type];
  const fields = [leg.stopPrice, leg.trailing, rule.hasPrice ? leg.price : null, size, leg.iceberg];
  return fields.filter((field) => field !== null);
}

/** The legs of a pair share a quantity: what both say of it is said once, by the one that asks for more. */
function withoutRepeats(faults: readonly Fault[]): readonly Fault[] {
  const said: Fault[] = [];
  for (const each of faults) {
    const index = said.findIndex(({ field, kind }) => field === each.field && kind === each.kind);
    const known = said[index];
    if (known === undefined) said.push(each);
    else if (asksForMore(each, known)) said[index] = each;
  }
  return said;
}

function asksForMore(one: Fault, other: Fault): boolean {
  const [mine, theirs] = [e8Of(one.offers[0]?.value) ?? 0n, e8Of(other.offers[0]?.value) ?? 0n];
  if (one.kind === "above_most" || one.kind === "amount_above_most") return mine < theirs;
  return (one.kind === "below_least" || one.kind === "amount_below_least") && mine > theirs;
}
