/** The chart by keys: arrows scroll, plus and minus zoom, End is now, Home the oldest that is loaded. */
import type { IChartApi } from "lightweight-charts";

const STEP_BARS = 3;
const FAR_BARS = 30;
const ZOOM_STEP = 1.25;
const BARS_MIN = 5;

/** @returns whether the key was one of ours. */
export function steerByKeys(chart: IChartApi, key: string, isFar: boolean): boolean {
  const scale = chart.timeScale();
  const range = scale.getVisibleLogicalRange();
  if (range === null) return false;
  const scroll = (bars: number): boolean => {
    scale.scrollToPosition(scale.scrollPosition() + bars, false);
    return true;
  };
  const zoom = (factor: number): boolean => {
    const bars = Math.max(BARS_MIN, (range.to - range.from) * factor);
    scale.setVisibleLogicalRange({ from: range.to - bars, to: range.to });
    return true;
  };
  switch (key) {
    case "ArrowLeft":
      return scroll(isFar ? -FAR_BARS : -STEP_BARS);
    case "ArrowRight":
      return scroll(isFar ? FAR_BARS : STEP_BARS);
    case "+":
    case "=":
      return zoom(1 / ZOOM_STEP);
    case "-":
      return zoom(ZOOM_STEP);
    case "Home":
      scale.setVisibleLogicalRange({ from: 0, to: range.to - range.from });
      return true;
    case "End":
      scale.scrollToRealTime();
      return true;
    default:
      return false;
  }
}
