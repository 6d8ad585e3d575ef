/** One part at a time, by tabs; the order form comes from below. */
import type { JSX } from "solid-js";
import { ChartPane } from "../chart/chart-pane.tsx";

export function PhoneLayout(): JSX.Element {
  return <ChartPane />;
}
