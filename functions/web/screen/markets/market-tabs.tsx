/** Which markets are listed: all, those with a star, those of one quote asset. */
import { createMemo, For, type JSX } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { words } from "../words/words.ts";
import { quoteAssets, type Tab } from "./market-rows.ts";

export function MarketTabs(props: { readonly tab: Tab; readonly setTab: (tab: Tab) => void }): JSX.Element {
  const { marketData } = useExchange();
  const quotes = createMemo(() => quoteAssets(marketData.markets() ?? []));
  const Choice = (choice: { readonly tab: Tab; readonly children: JSX.Element }): JSX.Element => (
    <button
      type="button"
      class="tab markets-tab"
      aria-pressed={props.tab === choice.tab}
      onClick={() => props.setTab(choice.tab)}
    >
      {choice.children}
    </button>
  );
  return (
    <fieldset class="markets-tabs">
      <legend class="only-heard">{words().markets.tabs}</legend>
      <Choice tab="favourites">★ {words().markets.favourites}</Choice>
      <Choice tab="all">{words().markets.all}</Choice>
      <For each={quotes()}>{(quote) => <Choice tab={`quote:${quote}`}>{quote}</Choice>}</For>
    </fieldset>
  );
}
