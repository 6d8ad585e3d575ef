/** The indicators that a person has chosen, as they are remembered, and what is drawn for them. */
import { preference } from "../shell/preferences.ts";
import {
  bollingerBands,
  exponentialAverage,
  movingAverage,
  type Running,
  relativeStrength,
} from "./indicator-maths.ts";

export const INDICATOR_KINDS = ["ma", "ema", "bollinger", "rsi"] as const;
export type IndicatorKind = (typeof INDICATOR_KINDS)[number];

/** What its numbers mean, by kind: periods of one line each; period and deviations; period. */
export interface IndicatorSetting {
  readonly isShown: boolean;
  readonly numbers: readonly number[];
}
export type IndicatorSettings = Readonly<Record<IndicatorKind, IndicatorSetting>>;

export const PERIOD_MAX = 500;
export const DEVIATIONS_MAX = 10;

export const DEFAULT_INDICATORS: IndicatorSettings = {
  ma: { isShown: true, numbers: [7, 25, 99] },
  ema: { isShown: false, numbers: [12, 26] },
  bollinger: { isShown: false, numbers: [20, 2] },
  rsi: { isShown: false, numbers: [14] },
};

/** Above which a market is called bought too far, and below which sold too far. */
export const RSI_BOUNDS = [70, 30] as const;

/** One indicator with its numbers: one or more lines of one colour or of neighbouring ones. */
export interface Study {
  /** Of all studies that can be on the chart. */
  readonly id: string;
  readonly kind: IndicatorKind;
  readonly numbers: readonly number[];
  /** How many values `running` gives. */
  readonly lines: number;
  /** Place in the palette of lines. */
  readonly colour: number;
  readonly running: () => Running;
}

export function studiesOf(settings: IndicatorSettings): readonly Study[] {
  return INDICATOR_KINDS.filter((kind) => settings[kind].isShown).flatMap((kind) =>
    STUDIES[kind](settings[kind].numbers),
  );
}

const STUDIES: Readonly<Record<IndicatorKind, (numbers: readonly number[]) => readonly Study[]>> = {
  ma: (periods) => periods.map((period, place) => averageOf("ma", period, place, () => movingAverage(period))),
  ema: (periods) =>
    periods.map((period, place) => averageOf("ema", period, 3 + place, () => exponentialAverage(period))),
  bollinger: ([period = 20, deviations = 2]) => [
    {
      ...{
        id: `bollinger:${period}:${deviations}`,
        kind: "bollinger",
        numbers: [period, deviations],
        lines: 3,
        colour: 6,
      },
      running: () => bollingerBands(period, deviations),
    },
  ],
  rsi: ([period = 14]) => [
    {
      ...{ id: `rsi:${period}`, kind: "rsi", numbers: [period], lines: 1, colour: 7 },
      running: () => relativeStrength(period),
    },
  ],
};

function averageOf(kind: IndicatorKind, period: number, colour: number, running: () => Running): Study {
  return { id: `${kind}:${period}:${colour}`, kind, numbers: [period], lines: 1, colour, running };
}

/** What was typed as a period, or null where it is none. */
export function periodFrom(text: string, max: number): number | null {
  const value = /^\d{1,4}$/.test(text.trim()) ? Number(text) : 0;
  return value >= 1 && value <= max ? value : null;
}

export function isIndicatorSettings(value: unknown): value is IndicatorSettings {
  if (typeof value !== "object" || value === null) return false;
  const settings = value as Readonly<Record<string, unknown>>;
  return INDICATOR_KINDS.every((kind) => isSetting(settings[kind], DEFAULT_INDICATORS[kind].numbers.length));
}

function isSetting(value: unknown, numbers: number): value is IndicatorSetting {
  if (typeof value !== "object" || value === null) return false;
  const setting = value as Readonly<Record<string, unknown>>;
  return (
    typeof setting.isShown === "boolean" &&
    Array.isArray(setting.numbers) &&
    setting.numbers.length === numbers &&
    setting.numbers.every((each) => Number.isInteger(each) && each >= 1 && each <= PERIOD_MAX)
  );
}

type KeptSettings = {
  readonly [Kind in IndicatorKind]: { readonly isShown: boolean; readonly numbers: readonly number[] };
};

export const chosenIndicators = () => preference<KeptSettings>("indicators", DEFAULT_INDICATORS, isIndicatorSettings);
