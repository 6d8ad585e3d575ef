/** What the chart looks like: the tokens of the theme in the library's words. */
import { type ChartOptions, CrosshairMode, type DeepPartial, LineStyle } from "lightweight-charts";
import { tokens } from "../shell/theme.ts";

export interface ChartLook {
  readonly chart: DeepPartial<ChartOptions>;
  readonly buy: string;
  readonly sell: string;
  readonly volumeUp: string;
  readonly volumeDown: string;
  readonly lines: readonly string[];
  readonly faint: string;
  readonly line: string;
}

const LINES = 8;

/** Follows theme and palette. @param element under which `--chart-line-…` hold. */
export function chartLook(element: Element): ChartLook {
  const colours = tokens();
  const style = getComputedStyle(element);
  const label = colours["panel-3"];
  const crosshair = {
    color: colours["ink-3"],
    width: 1,
    style: LineStyle.Dashed,
    labelBackgroundColor: label,
  } as const;
  return {
    chart: {
      layout: {
        background: { color: "transparent" },
        textColor: colours["ink-3"],
        fontFamily: style.fontFamily,
        fontSize: 11,
        attributionLogo: false,
        panes: { separatorColor: colours.line, separatorHoverColor: colours["line-strong"] },
      },
      grid: {
        vertLines: { color: withAlpha(colours.line, 0.55) },
        horzLines: { color: withAlpha(colours.line, 0.55) },
      },
      crosshair: { mode: CrosshairMode.Normal, vertLine: crosshair, horzLine: crosshair },
      rightPriceScale: { borderColor: colours.line },
      timeScale: { borderColor: colours.line },
    },
    buy: colours.buy,
    sell: colours.sell,
    volumeUp: withAlpha(colours.buy, 0.32),
    volumeDown: withAlpha(colours.sell, 0.32),
    lines: Array.from({ length: LINES }, (_, place) => style.getPropertyValue(`--chart-line-${place + 1}`).trim()),
    faint: colours["ink-3"],
    line: colours["line-strong"],
  };
}

/** "#rrggbb" → "rgba(…)". */
function withAlpha(hex: string, alpha: number): string {
  const parts = /^#(..)(..)(..)$/.exec(hex)?.slice(1) ?? [];
  return `rgba(${parts.map((part) => Number.parseInt(part, 16)).join(", ")}, ${alpha})`;
}
