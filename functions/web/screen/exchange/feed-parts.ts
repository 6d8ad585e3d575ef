/** What every feed of the market is made with. */
import type { Frames } from "./frame.ts";
import type { MarketStreams } from "./market-streams.ts";

export interface FeedParts {
  readonly streams: MarketStreams;
  readonly frames: Frames;
  /** An event was told at this time of the exchange's clock. */
  readonly told: (exchangeMs: number) => void;
  /** The exchange's clock, as well as it is known. */
  readonly nowMs: () => number;
}
