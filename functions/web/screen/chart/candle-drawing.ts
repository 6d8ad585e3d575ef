/** The chart itself: candles, volume, indicators and marks in the library's hands. Told what to draw; knows no signals. */
import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineStyle,
  type SeriesMarker,
  TickMarkType,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Candle, Market } from "../exchange/contract.ts";
import { drawn } from "../trade/amounts.ts";
import { type CandleTimeline, type Change, openTimeline } from "./candle-timeline.ts";
import type { ChartLook } from "./chart-look.ts";
import type { FillMark } from "./fill-markers.ts";
import type { Study } from "./indicators.ts";
import { drawStudy, type StudyDrawing } from "./study-drawing.ts";
import { type TickOf, timeLabels } from "./time-labels.ts";

/** Where prices are on the screen; changes with every zoom, scroll and new extreme. */
export interface PriceView {
  readonly top: number;
  readonly bottom: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What a candle and its indicators say, for the legend. */
export interface Reading {
  readonly candle: Candle;
  /** null: the first that is known. */
  readonly before: Candle | null;
  readonly values: ReadonlyMap<string, readonly number[]>;
}

const BAR_SPACING_PX = 8;
const RIGHT_OFFSET_BARS = 6;
const VOLUME_SCALE = "volume";

export class CandleDrawing {
  readonly chart: IChartApi;
  readonly candles: ISeriesApi<"Candlestick">;
  readonly timeline: CandleTimeline = openTimeline();
  readonly #volume: ISeriesApi<"Histogram">;
  readonly #marks: ISeriesMarkersPluginApi<Time>;
  readonly #last: IPriceLine;
  #studies: readonly StudyDrawing[] = [];
  #look: ChartLook;
  #market: Market;

  /** @param onView after each drawing of prices somewhere else than before. */
  constructor(host: HTMLElement, market: Market, look: ChartLook, onView: (view: PriceView) => void) {
    this.#look = look;
    this.#market = market;
    this.chart = createChart(host, {
      ...look.chart,
      autoSize: true,
      rightPriceScale: { ...look.chart.rightPriceScale, scaleMargins: { top: 0.14, bottom: 0.2 } },
      timeScale: {
        ...look.chart.timeScale,
        ...{ timeVisible: true, barSpacing: BAR_SPACING_PX, rightOffset: RIGHT_OFFSET_BARS, minBarSpacing: 0.8 },
      },
    });
    this.candles = this.chart.addSeries(CandlestickSeries, {
      ...{ borderVisible: false, priceFormat: this.#priceFormat(), lastValueVisible: false, priceLineVisible: false },
    });
    // The series' own label would tell the last candle in view: this one tells the last price, wherever the view is.
    this.#last = this.candles.createPriceLine({
      price: 0,
      lineWidth: 1,
      lineStyle: LineStyle.Dotted,
      lineVisible: false,
    });
    this.#volume = this.chart.addSeries(HistogramSeries, {
      ...{
        priceScaleId: VOLUME_SCALE,
        priceFormat: { type: "volume" },
        lastValueVisible: false,
        priceLineVisible: false,
      },
    });
    this.chart.priceScale(VOLUME_SCALE).applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.#marks = createSeriesMarkers<Time>(this.candles, []);
    this.#reportViews(onView);
    this.look(look);
  }

  remove(): void {
    this.chart.remove();
  }

  look(look: ChartLook): void {
    this.#look = look;
    this.chart.applyOptions(look.chart);
    this.candles.applyOptions({
      ...{ upColor: look.buy, downColor: look.sell, wickUpColor: look.buy, wickDownColor: look.sell },
    });
    for (const study of this.#studies) study.look(look);
    this.#showLast();
    this.#volume.setData(this.timeline.candles().map((candle) => this.#volumeOf(candle)));
  }

  /** Another market or interval: nothing of the last one stays, and the view is at the newest candle. */
  begin(market: Market, isDaily: boolean, hasSeconds: boolean): void {
    this.#market = market;
    this.timeline.clear();
    this.draw([]);
    const labels = timeLabels(isDaily, hasSeconds);
    this.candles.applyOptions({ priceFormat: this.#priceFormat() });
    this.chart.applyOptions({
      localization: { timeFormatter: (time: Time) => labels.pointed(Number(time) * 1_000) },
      timeScale: {
        secondsVisible: hasSeconds,
        tickMarkFormatter: (time: Time, type: TickMarkType) => labels.tick(Number(time) * 1_000, TICKS[type]),
      },
    });
    this.chart.priceScale("right").applyOptions({ autoScale: true });
    this.chart.timeScale().resetTimeScale();
  }

  /** All of them: of another market, older ones, after a gap. The view stays where it is, counted from the newest. */
  draw(history: readonly Candle[]): void {
    this.timeline.replace(history);
    const candles = this.timeline.candles();
    this.candles.setData(candles.map(barOf));
    this.#volume.setData(candles.map((candle) => this.#volumeOf(candle)));
    for (const study of this.#studies) study.draw(candles);
    this.#showLast();
  }

  /** One candle that moved. */
  follow(candle: Candle): Change {
    const change = this.timeline.add(candle);
    if (change === "ignored") return change;
    const isEarlier = change === "corrected";
    this.candles.update(barOf(candle), isEarlier);
    this.#volume.update(this.#volumeOf(candle), isEarlier);
    for (const study of this.#studies) study.follow(this.timeline.candles(), change);
    this.#showLast();
    return change;
  }

  /** Those that stay keep what they have computed. */
  study(studies: readonly Study[]): void {
    const wanted = new Set(studies.map(({ id }) => id));
    for (const gone of this.#studies.filter(({ study }) => !wanted.has(study.id))) gone.remove();
    this.#studies = studies.map((study) => {
      const there = this.#studies.find((each) => each.study.id === study.id);
      if (there !== undefined) return there;
      const made = drawStudy(this.chart, study, this.#priceFormat());
      made.look(this.#look);
      made.draw(this.timeline.candles());
      return made;
    });
  }

  /** @param word of a mark. */
  mark(marks: readonly FillMark[], word: (mark: FillMark) => string): void {
    const candles = this.timeline.candles();
    this.#marks.setMarkers(
      marks.flatMap((mark): SeriesMarker<Time>[] => {
        const candle = candles[mark.index];
        if (candle === undefined) return [];
        const isBuy = mark.side === "BUY";
        return [
          {
            time: timeOf(candle),
            ...{ position: isBuy ? "belowBar" : "aboveBar", shape: isBuy ? "arrowUp" : "arrowDown" },
            ...{ color: isBuy ? this.#look.buy : this.#look.sell, text: word(mark), size: 1 },
          },
        ];
      }),
    );
  }

  /** @param timeMs of a candle's opening; null: the newest. */
  reading(timeMs: number | null): Reading | null {
    const candles = this.timeline.candles();
    const index = timeMs === null ? candles.length - 1 : this.timeline.indexAt(timeMs, 1);
    const candle = candles[index];
    if (candle === undefined) return null;
    const isLast = index === candles.length - 1;
    const values = this.#studies.map(({ study, series, values: latest }) => {
      const here = isLast ? (latest() ?? []) : series.map((line) => valueAt(line, index));
      return [study.id, here.filter((value) => value !== null)] as const;
    });
    return { candle, before: candles[index - 1] ?? null, values: new Map(values) };
  }

  /** Top of the pane of an indicator's own, in pixels; null: none is there. */
  ownPaneTop(): number | null {
    const panes = this.chart.panes();
    return panes.length < 2 ? null : (panes[0]?.getHeight() ?? 0) + 1;
  }

  #showLast(): void {
    const last = this.timeline.candles().at(-1);
    const isThere = last !== undefined;
    const color = last !== undefined && last.close < last.open ? this.#look.sell : this.#look.buy;
    this.#last.applyOptions({ price: last?.close ?? 0, color, lineVisible: isThere, axisLabelVisible: isThere });
  }

  #priceFormat() {
    const { pricePlaces, tickSize } = this.#market;
    const formatter = (price: number): string => drawn(price.toFixed(pricePlaces), pricePlaces);
    return { type: "custom", formatter, minMove: Number(tickSize) } as const;
  }

  #volumeOf(candle: Candle): { time: UTCTimestamp; value: number; color: string } {
    const color = candle.close >= candle.open ? this.#look.volumeUp : this.#look.volumeDown;
    return { time: timeOf(candle), value: candle.volume, color };
  }

  /** A part of the series that draws nothing is asked to draw whenever prices may have moved on the screen. */
  #reportViews(onView: (view: PriceView) => void): void {
    const report = (): void => {
      const { width: widthPx, height: heightPx } = this.chart.paneSize(0);
      const [top, bottom] = [this.candles.coordinateToPrice(0), this.candles.coordinateToPrice(heightPx)];
      if (top !== null && bottom !== null) onView({ top, bottom, widthPx, heightPx });
    };
    const views = [{ renderer: () => ({ draw: report }) }];
    this.candles.attachPrimitive({ paneViews: () => views });
  }
}

const TICKS: Readonly<Record<TickMarkType, TickOf>> = {
  [TickMarkType.Year]: "year",
  [TickMarkType.Month]: "month",
  [TickMarkType.DayOfMonth]: "day",
  [TickMarkType.Time]: "time",
  [TickMarkType.TimeWithSeconds]: "second",
};

function timeOf(candle: Candle): UTCTimestamp {
  return (candle.time / 1_000) as UTCTimestamp;
}

function barOf(candle: Candle) {
  const { open, high, low, close } = candle;
  return { time: timeOf(candle), open, high, low, close };
}

function valueAt(line: ISeriesApi<"Line">, index: number): number | null {
  const point = line.dataByIndex(index);
  return point !== null && "value" in point ? point.value : null;
}
