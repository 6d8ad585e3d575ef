/**
 * Which markets there are, their rules and status: asked at the start, after each reconnection, when the page is looked at
 * again, when an order is refused, and every ten seconds.
 */
import { type Accessor, createSignal } from "solid-js";
import type { Market } from "./contract.ts";
import { marketOf, type SymbolShape } from "./market-shapes.ts";
import { get } from "./rest.ts";

/** No stream tells that an instrument is halted or new. Costs 20 of 6,000 weight each time, and nothing while nobody looks. */
const ASK_EVERY_MS = 10_000;
const RETRY_MS = 2_000;

export class MarketList {
  readonly markets: Accessor<readonly Market[] | null>;
  readonly #show: (markets: readonly Market[]) => void;
  #bySymbol: ReadonlyMap<string, Market> = new Map();
  #shownText = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;
  #stopped = false;
  readonly #seenAgain = (): void => {
    if (!document.hidden) void this.ask();
  };

  constructor() {
    const [markets, show] = createSignal<readonly Market[] | null>(null);
    this.markets = markets;
    this.#show = show;
    document.addEventListener("visibilitychange", this.#seenAgain);
  }

  /** In a tracking scope it follows the list. */
  marketOf(symbol: string): Market | null {
    this.markets();
    return this.#bySymbol.get(symbol) ?? null;
  }

  async ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    const answer = document.hidden && this.markets() !== null ? null : await get("/api/v3/exchangeInfo");
    this.#asking = false;
    if (this.#stopped) return;
    if (answer?.outcome === "ok") this.#take((answer.value as { readonly symbols: readonly SymbolShape[] }).symbols);
    this.#timer = setTimeout(() => void this.ask(), this.markets() === null ? RETRY_MS : ASK_EVERY_MS);
  }

  stop(): void {
    this.#stopped = true;
    document.removeEventListener("visibilitychange", this.#seenAgain);
    clearTimeout(this.#timer);
  }

  /** The same list again is no news: what hangs on it would be made anew. */
  #take(symbols: readonly SymbolShape[]): void {
    const text = JSON.stringify(symbols);
    if (text === this.#shownText) return;
    this.#shownText = text;
    const known = this.#bySymbol;
    const markets = symbols.map((shape) => {
      const market = marketOf(shape);
      const before = known.get(market.symbol);
      return before !== undefined && JSON.stringify(before) === JSON.stringify(market) ? before : market;
    });
    this.#bySymbol = new Map(markets.map((market) => [market.symbol, market]));
    this.#show(markets);
  }
}
