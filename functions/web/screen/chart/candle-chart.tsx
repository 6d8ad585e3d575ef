/** The chart of one market: candles, what is read from them, own orders and fills. In a chunk of its own, with its library. */
import { createEffect, createMemo, createSignal, type JSX, on, onCleanup, onMount, Show, untrack } from "solid-js";
import type { CandleFeed, Interval, Market } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { drawn } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import { CandleDrawing, type PriceView, type Reading } from "./candle-drawing.ts";
import { steerByKeys } from "./chart-keys.ts";
import { ChartLegend, changeText } from "./chart-legend.tsx";
import { chartLook } from "./chart-look.ts";
import { fillMarks } from "./fill-markers.ts";
import type { Study } from "./indicators.ts";
import { isDaily, lengthOf } from "./intervals.ts";
import { OrderLineLayer } from "./order-line-layer.tsx";

interface CandleChartProps {
  readonly market: Market;
  readonly interval: Interval;
  /** Another object for another market or interval. */
  readonly feed: CandleFeed;
  readonly studies: readonly Study[];
}

/** So many candles to the left of the view are loaded before they are seen. */
const LOAD_AHEAD_CANDLES = 60;

export default function CandleChart(props: CandleChartProps): JSX.Element {
  const { account } = useExchange();
  let host!: HTMLDivElement;
  const [drawing, setDrawing] = createSignal<CandleDrawing | null>(null);
  const [view, setView] = createSignal<PriceView | null>(null, { equals: isSameView });
  const [pointedMs, setPointedMs] = createSignal<number | null>(null);
  /** Counts drawings of data: what reads the timeline follows it. */
  const [drawnTimes, setDrawnTimes] = createSignal(0);
  const [candleCount, setCandleCount] = createSignal(0);
  const [fillCount, setFillCount] = createSignal(0);
  const [ownPaneTop, setOwnPaneTop] = createSignal<number | null>(null);

  onMount(() => {
    const made = new CandleDrawing(host, props.market, chartLook(host), (next) => {
      setView(next);
      setOwnPaneTop(made.ownPaneTop());
    });
    made.chart.subscribeCrosshairMove(({ time }) => setPointedMs(time === undefined ? null : Number(time) * 1_000));
    onCleanup(() => {
      setDrawing(null);
      made.remove();
    });
    setDrawing(made);
  });

  createEffect(on([drawing, () => chartLook(host)], ([made, look]) => made?.look(look), { defer: true }));
  createEffect(() => {
    drawing()?.study(props.studies);
    setDrawnTimes((times) => times + 1);
  });
  createEffect(() => {
    const made = drawing();
    const { feed } = props;
    if (made === null) return;
    // A market's status may change without another feed: nothing is begun anew then.
    untrack(() => made.begin(props.market, isDaily(props.interval), lengthOf(props.interval) < lengthOf("1m")));
    const stopLoading = loadOlderOnScroll(made, feed);
    onCleanup(stopLoading);
    const count = (): void => {
      setCandleCount(made.timeline.candles().length);
      setDrawnTimes((times) => times + 1);
    };
    createEffect(() => {
      made.draw(feed.history());
      count();
    });
    createEffect(() => {
      const candle = feed.live();
      if (candle === null) return;
      made.follow(candle);
      count();
    });
  });
  createEffect(() => {
    const { symbol, quantityPlaces } = props.market;
    candleCount();
    chartLook(host);
    const made = drawing();
    if (made === null) return;
    const length = lengthOf(props.interval);
    const marks = fillMarks(account.fills(), symbol, quantityPlaces, (time) => made.timeline.indexAt(time, length));
    setFillCount(marks.reduce((sum, { fills }) => sum + fills, 0));
    made.mark(marks, ({ side }) => words().chart.fillMark[side]);
  });

  const reading = createMemo<Reading | null>(() => {
    drawnTimes();
    const made = drawing();
    return made?.reading(pointedMs()) ?? made?.reading(null) ?? null;
  });
  const latest = createMemo<Reading | null>(() => {
    drawnTimes();
    return drawing()?.reading(null) ?? null;
  });
  const summary = (): string => {
    const last = latest();
    if (last === null) return words().chart.summaryEmpty(props.market.symbol, props.interval);
    const price = drawn(last.candle.close.toFixed(props.market.pricePlaces), props.market.pricePlaces);
    return words().chart.summary(props.market.symbol, props.interval, price, changeText(last, props.market));
  };
  const isStale = (): boolean => props.feed.freshness() === "stale";

  return (
    <div class="chart">
      <div
        class="chart-focus"
        tabindex="0"
        role="application"
        aria-label={words().chart.pane}
        aria-describedby="chart-summary chart-keys"
        onKeyDown={(event) => {
          const made = drawing();
          if (made !== null && steerByKeys(made.chart, event.key, event.shiftKey)) event.preventDefault();
        }}
      >
        <div class="chart-host" classList={{ "is-stale": isStale() }} ref={host} aria-hidden="true" />
      </div>
      <p class="only-heard" id="chart-summary">
        {summary()} <Show when={fillCount() > 0}>{words().chart.ownFills(fillCount())}</Show>
      </p>
      <p class="only-heard" id="chart-keys">
        {words().chart.keys}
      </p>
      <ChartLegend market={props.market} reading={reading()} studies={props.studies} ownPaneTop={ownPaneTop()} />
      <Show when={view()}>
        {(shown) => (
          <OrderLineLayer
            market={props.market}
            view={shown()}
            priceAt={(top) => untrack(drawing)?.candles.coordinateToPrice(top) ?? null}
          />
        )}
      </Show>
      <Show when={candleCount() === 0 && props.feed.freshness() === "live"}>
        <p class="chart-empty">{words().chart.empty}</p>
      </Show>
      <Show when={isStale()}>
        <p class="chart-stale" role="status">
          {words().chart.stale}
        </p>
      </Show>
      {/* Asked for by the library's licence. Its own logo would need a <style> that our policy forbids. */}
      <a
        class="chart-attribution"
        href="https://www.tradingview.com/"
        target="_blank"
        rel="noopener noreferrer"
        title={words().chart.attributionNotice}
      >
        {words().chart.attribution}
      </a>
    </div>
  );
}

/** @returns a function that ends it. */
function loadOlderOnScroll(made: CandleDrawing, feed: CandleFeed): () => void {
  const scale = made.chart.timeScale();
  let isLoading = false;
  let isAll = false;
  const hear = (range: { readonly from: number } | null): void => {
    const first = made.timeline.candles()[0];
    if (range === null || first === undefined || range.from > LOAD_AHEAD_CANDLES || isLoading || isAll) return;
    isLoading = true;
    feed
      .loadOlder()
      .then(() => {
        // None older came: there are none.
        isAll = made.timeline.candles()[0]?.time === first.time;
      })
      // Asked again with the next scroll: the feed itself says when it is stale.
      .catch(() => undefined)
      .finally(() => {
        isLoading = false;
      });
  };
  scale.subscribeVisibleLogicalRangeChange(hear);
  return () => scale.unsubscribeVisibleLogicalRangeChange(hear);
}

function isSameView(a: PriceView | null, b: PriceView | null): boolean {
  if (a === null || b === null) return a === b;
  return a.top === b.top && a.bottom === b.bottom && a.widthPx === b.widthPx && a.heightPx === b.heightPx;
}
