/** Candles or depth of the market in hand, and what is chosen for them. The drawings themselves are loaded when they are shown. */
import * as Tabs from "@kobalte/core/tabs";
import {
  type Accessor,
  createEffect,
  createMemo,
  createSignal,
  type JSX,
  lazy,
  onCleanup,
  Show,
  Suspense,
  untrack,
} from "solid-js";
import { type CandleFeed, INTERVALS, type Interval, type Market } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { pagePart } from "../shell/page-part.ts";
import { oneOf, preference } from "../shell/preferences.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { IndicatorMenu } from "./indicator-menu.tsx";
import { chosenIndicators, studiesOf } from "./indicators.ts";
import { IntervalChoice } from "./interval-choice.tsx";
import { firstInterval, PROBE_INTERVAL } from "./intervals.ts";
import "./chart.css";

const CandleChart = lazy(() => pagePart(() => import("./candle-chart.tsx")));
const DepthPane = lazy(() =>
  pagePart(() => import("../depth/depth-pane.tsx").then(({ DepthPane: Pane }) => ({ default: Pane }))),
);

type View = "candles" | "depth";
/** The page chooses, by the age of the market. */
const UNCHOSEN = "";

export function ChartPane(): JSX.Element {
  const [view, setView] = createSignal<View>("candles");
  const [indicators, chooseIndicators] = chosenIndicators();
  const studies = createMemo(() => studiesOf(indicators()));
  const { market } = useTrade();
  const { interval, chooseInterval, feed } = createCandles(() => view() === "candles");
  const ready = createMemo<Ready | null>(() => {
    const [known, candles] = [market(), feed()];
    return known === null || candles === null ? null : { market: known, feed: candles };
  });
  return (
    <section class="pane chart-pane" aria-label={words().chart.pane}>
      <Tabs.Root class="chart-tabs" value={view()} onChange={(name) => setView(name as View)}>
        <div class="pane-head chart-head">
          <Tabs.List class="chart-tab-list" aria-label={words().chart.views}>
            <Tabs.Trigger class="tab" value="candles">
              {words().chart.candles}
            </Tabs.Trigger>
            <Tabs.Trigger class="tab" value="depth">
              {words().chart.depth}
            </Tabs.Trigger>
          </Tabs.List>
          <Show when={view() === "candles"}>
            <div class="chart-choices">
              <IntervalChoice interval={interval()} choose={chooseInterval} />
              <IndicatorMenu settings={indicators()} choose={chooseIndicators} />
            </div>
          </Show>
        </div>
        <Tabs.Content class="chart-body" value="candles" tabIndex={-1}>
          <Suspense fallback={<ChartSkeleton />}>
            <Show when={ready()} fallback={<ChartSkeleton />}>
              {(shown) => (
                <CandleChart market={shown().market} interval={interval()} feed={shown().feed} studies={studies()} />
              )}
            </Show>
          </Suspense>
        </Tabs.Content>
        <Tabs.Content class="chart-body" value="depth" tabIndex={-1}>
          <Suspense fallback={<ChartSkeleton />}>
            <DepthPane />
          </Suspense>
        </Tabs.Content>
      </Tabs.Root>
    </section>
  );
}

interface Ready {
  readonly market: Market;
  readonly feed: CandleFeed;
}

/** The interval that is shown and its candles, asked for before the drawing's own chunk is there. */
function createCandles(isShown: Accessor<boolean>) {
  const { marketData } = useExchange();
  const { market } = useTrade();
  const symbol = createMemo(() => market()?.symbol ?? null);
  const [kept, chooseInterval] = preference<Interval>("interval", UNCHOSEN, oneOf(UNCHOSEN, ...INTERVALS));
  const [guess, setGuess] = createSignal<{ readonly symbol: string; readonly interval: Interval } | null>(null);
  const guessed = (): Interval | null => (guess()?.symbol === symbol() ? (guess()?.interval ?? null) : null);
  const interval = createMemo(() => kept() || (guessed() ?? PROBE_INTERVAL));
  // A feed of its own for each market and interval: what one has said is never taken for the other's.
  const feed = createMemo<CandleFeed | null>(() => {
    const [of, long] = [symbol(), interval()];
    if (of === null || !isShown()) return null;
    return marketData.candles(
      () => of,
      () => long,
    );
  });
  createEffect(() => {
    const [of, probe] = [symbol(), feed()];
    if (kept() !== UNCHOSEN || guessed() !== null || of === null || probe === null) return;
    if (probe.freshness() === "loading") return;
    const decide = (): void => {
      const now = Date.now() + untrack(marketData.clockOffsetMs);
      setGuess({ symbol: of, interval: firstInterval(untrack(probe.history), now) });
    };
    if (probe.history().length > 0) decide();
    // Live, and still nothing two frames later, when its history would have been told: nobody has traded.
    else onCleanup(afterFrames(2, decide));
  });
  const isDecided = (): boolean => kept() !== UNCHOSEN || guessed() !== null;
  return { interval, chooseInterval, feed: () => (isDecided() ? feed() : null) };
}

/** @returns a function that calls it off. */
function afterFrames(count: number, run: () => void): () => void {
  const next = (): void => {
    left -= 1;
    if (left === 0) run();
    else frame = requestAnimationFrame(next);
  };
  let left = count;
  let frame = requestAnimationFrame(next);
  return () => cancelAnimationFrame(frame);
}

/** As large as what comes, so that nothing moves when it does. */
function ChartSkeleton(): JSX.Element {
  return (
    <div class="chart chart-skeleton" role="status">
      <span class="only-heard">{words().chart.loading}</span>
    </div>
  );
}
