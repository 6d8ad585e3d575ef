/** The markets with a star, kept on this device. */
import { createMemo, createRoot } from "solid-js";
import { isTexts, preference } from "../shell/preferences.ts";

const [symbols, setSymbols] = preference<readonly string[]>("favourite-markets", [], isTexts);

export const favourites = createRoot(() => createMemo<ReadonlySet<string>>(() => new Set(symbols())));

export function switchFavourite(symbol: string): void {
  const now = symbols();
  setSymbols(now.includes(symbol) ? now.filter((each) => each !== symbol) : [...now, symbol]);
}
