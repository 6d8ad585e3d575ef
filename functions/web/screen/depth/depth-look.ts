/** Colours of the hills: the tokens of the theme. */
import { tokens } from "../shell/theme.ts";
import type { DepthLook } from "./depth-drawing.ts";

/** Follows theme and palette. @param element whose font is taken. */
export function depthLook(element: Element): DepthLook {
  const colours = tokens();
  return {
    font: `11px ${getComputedStyle(element).fontFamily}`,
    line: colours.line,
    ink: colours.ink,
    faint: colours["ink-3"],
    bids: { edge: colours.buy, fill: colours["buy-soft"] },
    asks: { edge: colours.sell, fill: colours["sell-soft"] },
  };
}
