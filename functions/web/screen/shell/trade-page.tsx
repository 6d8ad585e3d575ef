/** The trading page: panes that can be resized where there is room, tabs and a bottom sheet on a phone. */

import { createEffect, type JSX, onCleanup, Show } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { drawn } from "../trade/amounts.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { DeskLayout } from "./desk-layout.tsx";
import { createMediaQuery } from "./media-query.ts";
import { PhoneLayout } from "./phone-layout.tsx";

const PHONE_QUERY = "(max-width: 767px)";

export function TradePage(): JSX.Element {
  const isPhone = createMediaQuery(PHONE_QUERY);
  const { symbol } = useTrade();
  keepTitle();
  return (
    <main class="trade-page">
      <h1 class="only-heard">{words().shell.tradeTitle(symbol())}</h1>
      <Show when={isPhone()} fallback={<DeskLayout />}>
        <PhoneLayout />
      </Show>
    </main>
  );
}

/** The price in the title, so that a tab in the background tells it. */
function keepTitle(): void {
  const { marketData } = useExchange();
  const { symbol, market } = useTrade();
  createEffect(() => {
    const ticker = marketData.tickers().get(symbol());
    const title = words().shell;
    document.title =
      ticker === undefined ? title.name : title.pageTitle(drawn(ticker.last, market()?.pricePlaces ?? 2), symbol());
  });
  onCleanup(() => {
    document.title = words().shell.name;
  });
}
