/**
 * Ties two instruments of the same asset: sells where it is dear, buys where it is cheap, the same quantity of both. Pure.
 *
 * It pays no heed to fees, so that the demo's two prices stay closer than its fees alone would hold them.
 */
import type { Taking, Touch } from "./taker.ts";

/** Basis points between the two at which it acts. */
const GAP_BP = 3;
const REST_S = 1;

export interface Tie {
  readonly dear: "first" | "second";
  readonly sell: Taking;
  readonly buy: Taking;
}

export class Arbitrage {
  readonly #lotsMax: number;
  #restS = 0;

  constructor(lotsMax: number) {
    this.#lotsMax = lotsMax;
  }

  /** Both instruments have the same ticks and lots. null: they are close enough. */
  step(seconds: number, first: Touch, second: Touch): Tie | null {
    this.#restS = Math.max(0, this.#restS - seconds);
    if (this.#restS > 0) return null;
    const tie = this.#between(first, second, "first") ?? this.#between(second, first, "second");
    if (tie !== null) this.#restS = REST_S;
    return tie;
  }

  #between(dear: Touch, cheap: Touch, name: Tie["dear"]): Tie | null {
    if (dear.bidTicks === 0 || cheap.askTicks === 0) return null;
    if (dear.bidTicks < cheap.askTicks * (1 + GAP_BP / 10_000)) return null;
    const lots = Math.min(dear.bidLots, cheap.askLots, this.#lotsMax);
    if (lots === 0) return null;
    return {
      dear: name,
      sell: { side: "sell", priceTicks: dear.bidTicks, lots },
      buy: { side: "buy", priceTicks: cheap.askTicks, lots },
    };
  }
}
