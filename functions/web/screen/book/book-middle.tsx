/** Between the sides: the last price and where it came from, and how far the best prices are apart. */
import { createMemo, type JSX } from "solid-js";
import type { BookSnapshot } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { drawn, plain } from "../trade/amounts.ts";
import { createDirection } from "../trade/price-direction.ts";
import { priceOf, type Scale } from "../trade/scale.ts";
import { spreadPercent } from "../trade/spread.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { COLUMNS } from "./ladder-keys.ts";

const ARROWS = { up: "▲", down: "▼", none: "" } as const;

export function BookMiddle(props: { readonly book: BookSnapshot | null; readonly scale: Scale | null }): JSX.Element {
  const { marketData } = useExchange();
  const { symbol, market, fillForm } = useTrade();
  const trades = marketData.trades(symbol);
  const last = createMemo(() => trades()[0]?.price ?? marketData.tickers().get(symbol())?.last);
  const direction = createDirection(symbol, last);
  const lastText = createMemo(() => {
    const price = last();
    return price === undefined ? words().book.noSpread : drawn(price, market()?.pricePlaces ?? 0);
  });
  const bestAsk = createMemo(() => props.book?.asks[0]?.ticks);
  const bestBid = createMemo(() => props.book?.bids[0]?.ticks);
  const spread = createMemo(() => {
    const [ask, bid, scale] = [bestAsk(), bestBid(), props.scale];
    if (ask === undefined || bid === undefined || scale === null) return null;
    const ticks = ask - bid;
    return {
      price: drawn(priceOf(scale, ticks), scale.pricePlaces),
      percent: words().book.percent(spreadPercent(bid, ask)),
      ticks: words().book.ticks(drawn(String(ticks), 0)),
    };
  });
  const heard = (): string => ({ up: words().book.rose, down: words().book.fell, none: "" })[direction()];
  return (
    <tbody class="book-middle">
      <tr>
        <td colspan={COLUMNS.length}>
          <div class="book-middle-row">
            <button
              type="button"
              class="book-last"
              data-direction={direction()}
              title={words().book.last}
              onClick={() => {
                const price = last();
                const scale = props.scale;
                if (price !== undefined && scale !== null) fillForm({ price: plain(price, scale.pricePlaces) });
              }}
            >
              <span class="only-heard">{words().book.last} </span>
              {lastText()}
              <span class="book-arrow" aria-hidden="true">
                {ARROWS[direction()]}
              </span>
              <span class="only-heard"> {heard()}</span>
            </button>
            <span class="book-spread">
              <span class="book-spread-price">
                <span class="book-spread-name">{words().book.spread} </span>
                {spread()?.price ?? words().book.noSpread}
              </span>
              <span class="book-spread-more">
                {spread()?.percent ?? ""} <span class="book-spread-ticks">{spread()?.ticks ?? ""}</span>
              </span>
            </span>
          </div>
        </td>
      </tr>
    </tbody>
  );
}
