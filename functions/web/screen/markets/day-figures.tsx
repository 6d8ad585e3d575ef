/** The day of the market in hand. Every figure has a width of its own: a new one takes the place of the old. */
import { createMemo, type JSX } from "solid-js";
import type { Market, Ticker } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { drawn } from "../trade/amounts.ts";
import { compact } from "../trade/compact-amount.ts";
import { createDirection } from "../trade/price-direction.ts";
import { words } from "../words/words.ts";
import { changeText, daySide, percentText } from "./day-texts.ts";

interface DayFiguresProps {
  readonly symbol: string;
  readonly market: Market | null;
}

const NOT_KNOWN = "—";
const VOLUME_PLACES = 2;

export function DayFigures(props: DayFiguresProps): JSX.Element {
  const { marketData } = useExchange();
  const ticker = createMemo(() => marketData.tickers().get(props.symbol));
  const trades = marketData.trades(() => props.symbol);
  const last = createMemo(() => trades()[0]?.price ?? ticker()?.last);
  const direction = createDirection(() => props.symbol, last);
  const text = (of: (ticker: Ticker, pricePlaces: number) => string): string => {
    const [now, { market }] = [ticker(), props];
    return now === undefined || market === null ? NOT_KNOWN : of(now, market.pricePlaces);
  };
  const lastText = (): string => {
    const [price, { market }] = [last(), props];
    return price === undefined || market === null ? NOT_KNOWN : drawn(price, market.pricePlaces);
  };
  const heard = (): string => ({ up: words().markets.rose, down: words().markets.fell, none: "" })[direction()];
  return (
    <dl class="markets-day number">
      <div class="markets-figure markets-last">
        <dt class="only-heard">{words().markets.last}</dt>
        <dd data-direction={direction()}>
          {lastText()}
          <span class="only-heard"> {heard()}</span>
        </dd>
      </div>
      <div class="markets-figure markets-change">
        <dt>{words().markets.change}</dt>
        <dd data-day={daySide(ticker())}>
          <span class="markets-change-price">{text(changeText)} </span>
          {text(percentText)}
        </dd>
      </div>
      <div class="markets-figure markets-range">
        <dt>{words().markets.high}</dt>
        <dd>{text(({ high }, places) => drawn(high, places))}</dd>
      </div>
      <div class="markets-figure markets-range">
        <dt>{words().markets.low}</dt>
        <dd>{text(({ low }, places) => drawn(low, places))}</dd>
      </div>
      <div class="markets-figure markets-base-volume">
        <dt>{words().markets.volumeIn(props.market?.base ?? "")}</dt>
        <dd>{text(({ baseVolume }) => compact(baseVolume, VOLUME_PLACES))}</dd>
      </div>
      <div class="markets-figure markets-quote-volume">
        <dt>{words().markets.volumeIn(props.market?.quote ?? "")}</dt>
        <dd>{text(({ quoteVolume }) => compact(quoteVolume, VOLUME_PLACES))}</dd>
      </div>
    </dl>
  );
}
