/** The last minutes of one number as a line; what it shows is said in words too. */
import type { JSX } from "solid-js";
import { type Point, polyline } from "./readings.ts";

const WIDTH = 160;
const HEIGHT = 32;
/** So that half the line's breadth is not cut off. */
const MARGIN = 1;

export function Sparkline(props: { readonly points: readonly Point[]; readonly label: string }): JSX.Element {
  return (
    <svg
      class="ops-spark"
      viewBox={`0 ${-MARGIN} ${WIDTH} ${HEIGHT + 2 * MARGIN}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
    >
      <polyline points={polyline(props.points, WIDTH, HEIGHT)} />
    </svg>
  );
}
