/** The exchange over the wire: the one thing that the page opens. */
import type { Exchange } from "./contract.ts";

/** In a Solid root: it lives as long as its owner. */
export function openExchange(): Exchange {
  throw new Error("the exchange's client is being written");
}
