/** The markets as a table: what is pointed at is told by the search field, which keeps the focus. */
import { createMemo, For, type JSX, Show } from "solid-js";
import type { Market, Ticker } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { drawn } from "../trade/amounts.ts";
import { compact } from "../trade/compact-amount.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { daySide, percentText } from "./day-texts.ts";
import { favourites, switchFavourite } from "./favourites.ts";
import type { Sort, Tab } from "./market-rows.ts";
import { StatusBadge } from "./status-badge.tsx";

interface MarketTableProps {
  readonly gridId: string;
  readonly optionId: (symbol: string) => string;
  readonly rows: readonly Market[];
  readonly active: string;
  readonly setPointed: (symbol: string) => void;
  readonly sort: Sort;
  readonly isRising: boolean;
  readonly sortBy: (column: Sort) => void;
  readonly choose: (symbol: string) => void;
  readonly search: string;
  readonly tab: Tab;
}

const VOLUME_PLACES = 0;

export function MarketTable(props: MarketTableProps): JSX.Element {
  const { marketData } = useExchange();
  const nothing = createMemo(() => {
    const texts = words().markets;
    if (marketData.markets() === null) return texts.loading;
    if (props.search !== "") return texts.noneFound(props.search);
    return props.tab === "favourites" ? texts.noFavourites : texts.none;
  });
  const Name = (column: { readonly of: Sort; readonly text: string }): JSX.Element => (
    <th
      scope="col"
      aria-sort={props.sort !== column.of ? undefined : props.isRising ? "ascending" : "descending"}
      class="markets-column"
    >
      <button type="button" class="markets-sort" onClick={() => props.sortBy(column.of)}>
        {column.text}
        <span class="markets-sort-arrow" aria-hidden="true">
          {props.sort !== column.of ? "" : props.isRising ? "▲" : "▼"}
        </span>
      </button>
    </th>
  );
  return (
    <div class="markets-list">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the search field has the keys, by aria-activedescendant. */}
      <table
        id={props.gridId}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are chosen by keys, from the search field.
        role="grid"
        class="markets-table number"
        aria-label={words().markets.caption}
        onClick={(event) => {
          const chosen = event.target.closest<HTMLElement>("tr")?.dataset.symbol;
          if (chosen !== undefined && event.target.closest("button") === null) props.choose(chosen);
        }}
      >
        <thead>
          <tr class="markets-row">
            <th scope="col">
              <span class="only-heard">{words().markets.favourite}</span>
            </th>
            <Name of="market" text={words().markets.market} />
            <Name of="last" text={words().markets.columnLast} />
            <Name of="change" text={words().markets.columnChange} />
            <Name of="volume" text={words().markets.columnVolume} />
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>{(market) => <MarketRow market={market} {...props} />}</For>
        </tbody>
      </table>
      <Show when={props.rows.length === 0}>
        <p class="markets-none">{nothing()}</p>
      </Show>
    </div>
  );
}

function MarketRow(props: MarketTableProps & { readonly market: Market }): JSX.Element {
  const { marketData } = useExchange();
  const trade = useTrade();
  const { symbol, base, quote, pricePlaces } = props.market;
  const ticker = createMemo(() => marketData.tickers().get(symbol));
  const isActive = createMemo(() => props.active === symbol);
  const isStarred = createMemo(() => favourites().has(symbol));
  const text = (of: (ticker: Ticker) => string): string => {
    const now = ticker();
    return now === undefined ? "—" : of(now);
  };
  return (
    <tr
      id={props.optionId(symbol)}
      class="markets-row markets-option"
      data-symbol={symbol}
      aria-selected={isActive()}
      aria-current={trade.symbol() === symbol ? "true" : undefined}
      onPointerMove={() => props.setPointed(symbol)}
    >
      <td>
        <button
          type="button"
          class="markets-star"
          aria-pressed={isStarred()}
          aria-label={words().markets.mark(`${base}/${quote}`)}
          tabIndex={isActive() ? 0 : -1}
          onClick={() => switchFavourite(symbol)}
        >
          <span aria-hidden="true">{isStarred() ? "★" : "☆"}</span>
        </button>
      </td>
      <td class="markets-cell-name">
        <span class="markets-base">{base}</span>
        <span class="markets-quote">/{quote}</span> <StatusBadge status={props.market.status} />
      </td>
      <td>{text(({ last }) => drawn(last, pricePlaces))}</td>
      <td data-day={daySide(ticker())}>{text(percentText)}</td>
      <td class="markets-cell-volume">{text(({ quoteVolume }) => compact(quoteVolume, VOLUME_PLACES))}</td>
    </tr>
  );
}
