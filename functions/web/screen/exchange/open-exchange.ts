/** The exchange over the wire: the one thing that the page opens. */
import { onCleanup } from "solid-js";
import { openAccount } from "./account.ts";
import type { Exchange } from "./contract.ts";
import type { DeviceKey } from "./device-key.ts";
import { Frames } from "./frame.ts";
import { openMarketData } from "./market-data.ts";
import { openPeople } from "./people.ts";

/** In a Solid root: it lives as long as its owner. */
export function openExchange(): Exchange {
  const frames = new Frames();
  onCleanup(() => frames.stop());
  const { clock, askMarkets, ...marketData } = openMarketData(frames);
  const opened = openAccount({ frames, clock, refused: askMarkets, keyGone: (key: DeviceKey) => keyGone(key) });
  const { people, keyGone } = openPeople(opened);
  return { marketData, account: opened.account, people };
}
