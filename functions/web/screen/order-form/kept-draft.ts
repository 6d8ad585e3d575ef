/**
 * The draft as long as the page lives: a sheet that is closed and opened again, or a layout that changes, loses nothing. What
 * is of one market (prices, sizes) goes with the market; choices stay.
 */
import { createSignal } from "solid-js";
import type { FormFill } from "../trade/trade-state.tsx";
import { type Draft, EMPTY_DRAFT, type Field, NO_TEXTS } from "./draft.ts";

const [draft, setDraft] = createSignal<Draft>(EMPTY_DRAFT);
/** Of which market the texts are. */
let symbolOfTexts = "";
let isPricedFirst = false;
/** A click of another part is taken once, whichever form is on the screen then. */
const taken = new WeakSet<FormFill>();

export { draft };

export function changeDraft(changes: Partial<Draft>): void {
  setDraft((now) => ({ ...now, ...changes }));
}

/** What is typed into quantity or total leads from then on. */
export function typeInto(field: Field, text: string): void {
  setDraft((now) => ({
    ...now,
    texts: { ...now.texts, [field]: text },
    lead: field === "quantity" || field === "total" ? field : now.lead,
  }));
}

export function clearSizes(): void {
  setDraft((now) => ({ ...now, texts: { ...now.texts, quantity: "", total: "", pendingQuantity: "", iceberg: "" } }));
}

export function clearTexts(): void {
  setDraft((now) => ({ ...now, texts: NO_TEXTS }));
}

/** @returns whether the market changed, and so the texts are gone. */
export function followSymbol(symbol: string): boolean {
  if (symbol === symbolOfTexts) return false;
  const isFirst = symbolOfTexts === "";
  symbolOfTexts = symbol;
  isPricedFirst = false;
  if (!isFirst) clearTexts();
  return !isFirst;
}

/** A price to begin with, once for each market, where none was typed. */
export function priceFirst(price: string): void {
  if (isPricedFirst) return;
  isPricedFirst = true;
  if (draft().texts.price === "") setDraft((now) => ({ ...now, texts: { ...now.texts, price } }));
}

/** What a click elsewhere put in. @returns the fields that it changed; none where it was taken before. */
export function takeFill(fill: FormFill): readonly Field[] {
  if (taken.has(fill)) return [];
  taken.add(fill);
  const { side, price, quantity } = fill;
  if (side !== undefined) changeDraft({ side });
  if (price !== undefined) {
    isPricedFirst = true;
    // A price that was clicked is meant to be used: a market order has none.
    if (draft().family === "market") changeDraft({ family: "limit" });
    typeInto("price", price);
  }
  if (quantity !== undefined) typeInto("quantity", quantity);
  return [...(price === undefined ? [] : ["price" as const]), ...(quantity === undefined ? [] : ["quantity" as const])];
}
