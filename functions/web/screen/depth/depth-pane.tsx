/** The book as two hills: how much can be bought up to a price, and sold down to one. */
import { createMemo, type JSX, Show } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { DepthChart } from "./depth-chart.tsx";
import "./depth.css";

export function DepthPane(): JSX.Element {
  const { marketData } = useExchange();
  const { symbol, market } = useTrade();
  const book = marketData.book(symbol);
  const shown = createMemo(() => {
    const [of, snapshot] = [market(), book()];
    return of === null || snapshot === null || snapshot.symbol !== of.symbol ? null : { market: of, book: snapshot };
  });
  return (
    <div class="depth">
      <Show
        when={shown()}
        fallback={
          <p class="depth-word" role="status">
            {words().depth.loading}
          </p>
        }
      >
        {(now) => <DepthChart market={now().market} book={now().book} />}
      </Show>
    </div>
  );
}
