/**
 * Every text of the screen, by language. English is shipped; another language is an object of the same shape, loaded when it
 * is chosen, and the compiler says what it lacks.
 */
import { createSignal } from "solid-js";
import { account } from "./en/account.ts";
import { activity } from "./en/activity.ts";
import { book } from "./en/book.ts";
import { chart } from "./en/chart.ts";
import { depth } from "./en/depth.ts";
import { exchange } from "./en/exchange.ts";
import { markets } from "./en/markets.ts";
import { ops } from "./en/ops.ts";
import { orderForm } from "./en/order-form.ts";
import { shell } from "./en/shell.ts";
import { tape } from "./en/tape.ts";

const en = { account, activity, book, chart, depth, exchange, markets, ops, orderForm, shell, tape };

/** Texts may differ, their names and what they take may not. */
type Translated<Of> = Of extends string
  ? string
  : Of extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof Of]: Translated<Of[Key]> };
export type Words = Translated<typeof en>;

const [words, setWords] = createSignal<Words>(en);

export { words };

/** @param language of the page's `lang` too. */
export function useWords(language: string, translated: Words): void {
  setWords(() => translated);
  document.documentElement.lang = language;
}
