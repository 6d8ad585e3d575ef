/** What is wrong with a field, as data: words/ says it, the form shows it with the values that would pass. */
import type { Field } from "./draft.ts";

/** A value that would pass, as it would stand in the field. */
export interface Offer {
  readonly field: Field;
  readonly value: string;
}

export type FaultKind =
  | { readonly kind: "missing" | "malformed" | "not_whole_basis_points" }
  | { readonly kind: "ambiguous" }
  | { readonly kind: "off_step"; readonly step: string }
  | { readonly kind: "below_least" | "above_most"; readonly bound: string }
  | { readonly kind: "amount_below_least" | "amount_above_most"; readonly bound: string }
  | { readonly kind: "iceberg_above_quantity" | "iceberg_parts"; readonly bound: string }
  | { readonly kind: "percent_price"; readonly least: string; readonly most: string }
  | { readonly kind: "would_trigger"; readonly last: string; readonly up: boolean }
  | { readonly kind: "would_take"; readonly best: string }
  | { readonly kind: "pair_crossed" }
  | { readonly kind: "pair_beside_last"; readonly last: string; readonly up: boolean }
  | { readonly kind: "nothing_on_book" | "below_lot" }
  | { readonly kind: "balance_low"; readonly asset: string; readonly free: string }
  | { readonly kind: "position"; readonly bound: string };

export type Fault = FaultKind & {
  readonly field: Field;
  readonly offers: readonly Offer[];
  readonly isSure: boolean;
};

export function fault(field: Field, kind: FaultKind, values: readonly string[] = [], isSure = true): Fault {
  return { field, ...kind, offers: [...new Set(values)].map((value) => ({ field, value })), isSure };
}
