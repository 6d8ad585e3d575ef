/** The tape: the last trades, newest on top. A row is made when its trade comes, and never touched again. */
import { createMemo, For, type JSX, Show, untrack } from "solid-js";
import type { PublicTrade } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { drawn, plain } from "../trade/amounts.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { clockTime } from "./clock-time.ts";
import { largeFrom } from "./large-trades.ts";
import "./tape.css";

/** Rows of a skeleton: as many as the smallest pane shows. */
const WAITING_ROWS = Array.from({ length: 12 }, (_, row) => row);

export function TapePane(): JSX.Element {
  const { marketData } = useExchange();
  const { symbol, market, fillForm } = useTrade();
  const trades = marketData.trades(symbol);
  const isLive = createMemo(() => marketData.connection().state === "live");
  const isLoading = createMemo(() => trades().length === 0 && market() === null);
  const pricePlaces = createMemo(() => market()?.pricePlaces ?? 0);
  const quantityPlaces = createMemo(() => market()?.quantityPlaces ?? 0);
  /** Looked at when a row is made: what was large stays so. */
  const large = createMemo(() => largeFrom(trades()));
  return (
    <section class="pane tape" aria-label={words().tape.title} data-live={isLive()}>
      <header class="pane-head">
        <h2>{words().tape.title}</h2>
        <Show when={!isLive() && !isLoading()}>
          <span class="tape-stale">{words().tape.stale}</span>
        </Show>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys. */}
      <div class="tape-body" tabIndex={0}>
        <table class="tape-table number">
          <caption class="only-heard">{words().tape.caption(symbol())}</caption>
          <thead>
            <tr class="tape-row tape-names">
              <th scope="col">{words().tape.price(market()?.quote ?? "")}</th>
              <th scope="col">{words().tape.quantity(market()?.base ?? "")}</th>
              <th scope="col">{words().tape.time}</th>
            </tr>
          </thead>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: a help for the mouse; by keys the ladder does it. */}
          <tbody
            onClick={(event) => {
              const price = event.target.closest<HTMLElement>("tr")?.dataset.price;
              if (price !== undefined) fillForm({ price: plain(price, pricePlaces()) });
            }}
          >
            <For each={trades()}>
              {(trade) => (
                <TapeRow
                  trade={trade}
                  isLarge={untrack(() => Number(trade.quantity) >= large())}
                  pricePlaces={pricePlaces()}
                  quantityPlaces={quantityPlaces()}
                />
              )}
            </For>
          </tbody>
        </table>
        <Show when={trades().length === 0}>
          <Show when={isLoading()} fallback={<p class="tape-none">{words().tape.none}</p>}>
            <p class="only-heard">{words().tape.loading}</p>
            <For each={WAITING_ROWS}>{() => <div class="tape-waiting" />}</For>
          </Show>
        </Show>
      </div>
    </section>
  );
}

interface TapeRowProps {
  readonly trade: PublicTrade;
  readonly isLarge: boolean;
  readonly pricePlaces: number;
  readonly quantityPlaces: number;
}

function TapeRow(props: TapeRowProps): JSX.Element {
  const { trade } = props;
  const isBuy = trade.side === "BUY";
  return (
    <tr class="tape-row" data-side={trade.side} data-large={props.isLarge ? "" : undefined} data-price={trade.price}>
      <td class="tape-price">
        <span class="tape-arrow" aria-hidden="true">
          {isBuy ? "▲" : "▼"}
        </span>
        {drawn(trade.price, props.pricePlaces)}
        <span class="only-heard">
          {" "}
          {isBuy ? words().tape.bought : words().tape.sold}
          {props.isLarge ? `, ${words().tape.large}` : ""}
        </span>
      </td>
      <td class="tape-quantity">{drawn(trade.quantity, props.quantityPlaces)}</td>
      <td class="tape-time">{clockTime(trade.time)}</td>
    </tr>
  );
}
