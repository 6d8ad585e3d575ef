/** What the candle under the pointer says, else the last one: prices, change, volume, indicators. */
import { For, type JSX, Show } from "solid-js";
import type { Market } from "../exchange/contract.ts";
import { drawn } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import type { Reading } from "./candle-drawing.ts";
import type { IndicatorKind, Study } from "./indicators.ts";

interface ChartLegendProps {
  readonly market: Market;
  readonly reading: Reading | null;
  readonly studies: readonly Study[];
  /** Of the pane below the candles, in pixels. */
  readonly ownPaneTop: number | null;
}

const STRENGTH_PLACES = 2;
/** Too few candles for a value. */
const NOT_YET = "–";

export function ChartLegend(props: ChartLegendProps): JSX.Element {
  const price = (value: number): string => drawn(value.toFixed(props.market.pricePlaces), props.market.pricePlaces);
  const onCandles = (): readonly Study[] => props.studies.filter(({ kind }) => kind !== "rsi");
  const below = (): readonly Study[] => props.studies.filter(({ kind }) => kind === "rsi");
  return (
    <Show when={props.reading}>
      {(reading) => (
        <>
          {/* Heard as a summary instead: it changes with every move of the pointer. */}
          <div class="chart-legend number" aria-hidden="true">
            <div class="chart-legend-row" classList={{ buy: isUp(reading()), sell: !isUp(reading()) }}>
              <For each={["open", "high", "low", "close"] as const}>
                {(name) => (
                  <span class="chart-legend-item">
                    <span class="chart-legend-name">{words().chart[name]}</span> {price(reading().candle[name])}
                  </span>
                )}
              </For>
              <span class="chart-legend-item chart-legend-change">{changeText(reading(), props.market)}</span>
              <span class="chart-legend-item">
                <span class="chart-legend-name">{words().chart.volume}</span>{" "}
                {volumeText(reading().candle.volume, props.market.quantityPlaces)}
              </span>
            </div>
            <StudyRow studies={onCandles()} reading={reading()} format={price} />
          </div>
          <Show when={props.ownPaneTop}>
            {(top) => (
              <div class="chart-legend number" aria-hidden="true" style={{ "--chart-legend-top": `${top()}px` }}>
                <StudyRow studies={below()} reading={reading()} format={(value) => value.toFixed(STRENGTH_PLACES)} />
              </div>
            )}
          </Show>
        </>
      )}
    </Show>
  );
}

interface StudyRowProps {
  readonly studies: readonly Study[];
  readonly reading: Reading;
  readonly format: (value: number) => string;
}

function StudyRow(props: StudyRowProps): JSX.Element {
  return (
    <Show when={props.studies.length > 0}>
      <div class="chart-legend-row">
        <For each={props.studies}>
          {(study) => (
            <span class="chart-legend-item" style={{ color: `var(--chart-line-${study.colour + 1})` }}>
              {studyName(study.kind, study.numbers)}{" "}
              {(props.reading.values.get(study.id) ?? []).map(props.format).join("  ") || NOT_YET}
            </span>
          )}
        </For>
      </div>
    </Show>
  );
}

export function studyName(kind: IndicatorKind, numbers: readonly number[]): string {
  return `${words().chart.indicator[kind].short} ${numbers.join(" ")}`;
}

/** Against the close before it; of the first candle that is known, against its own opening. */
export function changeText({ candle, before }: Reading, market: Market): string {
  const from = before?.close ?? candle.open;
  const change = candle.close - from;
  const sign = change < 0 ? "−" : "+";
  const text = drawn(Math.abs(change).toFixed(market.pricePlaces), market.pricePlaces);
  const percent = from === 0 ? 0 : (Math.abs(change) / from) * 100;
  return `${sign}${text} (${sign}${percent.toFixed(2)}%)`;
}

function isUp({ candle, before }: Reading): boolean {
  return candle.close >= (before?.close ?? candle.open);
}

const THOUSAND = 1_000;

/** Short where it is long: 12,345.678 → 12.35K. */
function volumeText(volume: number, places: number): string {
  if (volume >= THOUSAND ** 2) return `${(volume / THOUSAND ** 2).toFixed(2)}M`;
  if (volume >= 10 * THOUSAND) return `${(volume / THOUSAND).toFixed(2)}K`;
  const shown = Math.min(places, 4);
  return drawn(volume.toFixed(shown), shown);
}
