/** The exchange over the wire: the one thing that the page opens. */
import { onCleanup } from "solid-js";
import type { Exchange } from "./contract.ts";
import { Frames } from "./frame.ts";
import { openMarketData } from "./market-data.ts";
import { accountAway, peopleAway } from "./not-yet.ts";

/** In a Solid root: it lives as long as its owner. */
export function openExchange(): Exchange {
  const frames = new Frames();
  onCleanup(() => frames.stop());
  const marketData = openMarketData(frames);
  return { marketData, account: accountAway(), people: peopleAway() };
}
