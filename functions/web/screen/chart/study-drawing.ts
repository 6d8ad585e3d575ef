/** One indicator on the chart: its lines, and the running computation behind them. */
import {
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type PriceFormat,
  type SeriesPartialOptionsMap,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Candle } from "../exchange/contract.ts";
import type { Change } from "./candle-timeline.ts";
import type { ChartLook } from "./chart-look.ts";
import type { Running } from "./indicator-maths.ts";
import { RSI_BOUNDS, type Study } from "./indicators.ts";

export interface StudyDrawing {
  readonly study: Study;
  readonly series: readonly ISeriesApi<"Line">[];
  readonly draw: (candles: readonly Candle[]) => void;
  /** After `change` of the last candle. */
  readonly follow: (candles: readonly Candle[], change: Change) => void;
  /** Of the last candle. */
  readonly values: () => readonly number[] | null;
  readonly look: (look: ChartLook) => void;
  readonly remove: () => void;
}

const OWN_PANE = 1;
/** Of the candles' pane, which is 1. */
const OWN_PANE_STRETCH = 0.34;

export function drawStudy(chart: IChartApi, study: Study, priceFormat: PriceFormat): StudyDrawing {
  const isOwnPane = study.kind === "rsi";
  const series = Array.from({ length: study.lines }, () =>
    chart.addSeries(LineSeries, isOwnPane ? STRENGTH_LINE : { ...LINE, priceFormat }, isOwnPane ? OWN_PANE : 0),
  );
  const bounds = isOwnPane
    ? RSI_BOUNDS.flatMap((price) =>
        series.map((line) =>
          line.createPriceLine({ price, lineWidth: 1, lineStyle: LineStyle.Dashed, axisLabelVisible: false }),
        ),
      )
    : [];
  if (isOwnPane) chart.panes()[OWN_PANE]?.setStretchFactor(OWN_PANE_STRETCH);
  let running: Running = study.running();
  let values: readonly number[] | null = null;

  const show = (candle: Candle): void => {
    values = running.peek(candle.close);
    for (const [index, line] of series.entries()) line.update(pointOf(candle, values, index));
  };
  const draw = (candles: readonly Candle[]): void => {
    running = study.running();
    const last = candles.length - 1;
    const points: { time: UTCTimestamp; value?: number }[][] = series.map(() => []);
    for (const [place, candle] of candles.entries()) {
      values = running.peek(candle.close);
      for (const [index, line] of points.entries()) line.push(pointOf(candle, values, index));
      if (place < last) running.commit(candle.close);
    }
    if (candles.length === 0) values = null;
    for (const [index, line] of series.entries()) line.setData(points[index] ?? []);
  };

  return {
    study,
    series,
    draw,
    follow(candles, change) {
      const [before, last] = [candles.at(-2), candles.at(-1)];
      if (last === undefined || change === "ignored") return;
      if (change === "corrected") return draw(candles);
      if (change === "appended" && before !== undefined) running.commit(before.close);
      show(last);
    },
    values: () => values,
    look(look) {
      const color = look.lines[study.colour] ?? look.faint;
      for (const line of series) line.applyOptions({ color });
      for (const bound of bounds) bound.applyOptions({ color: look.line });
    },
    remove() {
      for (const line of series) chart.removeSeries(line);
    },
  };
}

const LINE: SeriesPartialOptionsMap["Line"] = {
  lineWidth: 1,
  lastValueVisible: false,
  priceLineVisible: false,
  crosshairMarkerVisible: false,
};

const STRENGTH_LINE: SeriesPartialOptionsMap["Line"] = {
  ...LINE,
  lastValueVisible: true,
  priceFormat: { type: "price", precision: 2, minMove: 0.01 },
  autoscaleInfoProvider: () => ({ priceRange: { minValue: 0, maxValue: 100 } }),
};

/** Without a value it is a place on the axis alone. */
function pointOf(
  candle: Candle,
  values: readonly number[] | null,
  index: number,
): { time: UTCTimestamp; value?: number } {
  const time = (candle.time / 1_000) as UTCTimestamp;
  const value = values?.[index];
  return value === undefined ? { time } : { time, value };
}
