/**
 * The newest trades of one instrument, and running sums over them.
 *
 * Owns: trades since this stream began to follow the instrument, and older ones once history has given them. The sums
 * count from the beginning (`startTradeId`, exclusive), so the sum over any run of trades is a difference of two.
 */

import type { TradeView } from "../bus/stream-client.ts";
import { assert } from "../domain/assert.ts";
import type { Instrument } from "../domain/instrument.ts";

/** Trades that a read can ask for (trading-api.md §1.10). */
export const TAPE_TRADES_KEPT = 1_000;
/** Until history has been joined its overlap with the live trades must be known: this many trades it may lag behind. */
const UNSEEDED_TRADES_KEPT = 65_536;

export interface TradeSums {
  readonly volumeLots: bigint;
  readonly quoteAtoms: bigint;
  readonly takerBuyLots: bigint;
  readonly takerBuyQuoteAtoms: bigint;
}

export const NO_SUMS: TradeSums = { volumeLots: 0n, quoteAtoms: 0n, takerBuyLots: 0n, takerBuyQuoteAtoms: 0n };

export function subtractSums(from: TradeSums, what: TradeSums): TradeSums {
  return {
    volumeLots: from.volumeLots - what.volumeLots,
    quoteAtoms: from.quoteAtoms - what.quoteAtoms,
    takerBuyLots: from.takerBuyLots - what.takerBuyLots,
    takerBuyQuoteAtoms: from.takerBuyQuoteAtoms - what.takerBuyQuoteAtoms,
  };
}

export class TradeTape {
  readonly #instrument: Pick<Instrument, "quoteAtomsPerTickLot">;
  readonly startTradeId: number;
  #earlier: readonly TradeView[] = [];
  #trades: TradeView[] = [];
  /** Sums right after the trade at the same index of #trades. */
  #sumsAfter: TradeSums[] = [];
  #sums = NO_SUMS;
  #lastTradeId: number;
  #kept = UNSEEDED_TRADES_KEPT;

  constructor(instrument: Pick<Instrument, "quoteAtomsPerTickLot">, startTradeId: number) {
    this.#instrument = instrument;
    this.startTradeId = startTradeId;
    this.#lastTradeId = startTradeId;
  }

  get lastTradeId(): number {
    return this.#lastTradeId;
  }

  get sums(): TradeSums {
    return this.#sums;
  }

  get last(): TradeView | null {
    return this.#trades.at(-1) ?? this.#earlier.at(-1) ?? null;
  }

  add(trade: TradeView): void {
    assert(trade.tradeId === this.#lastTradeId + 1, "a trade follows the one before it");
    this.#lastTradeId = trade.tradeId;
    const lots = BigInt(trade.quantityLots);
    const quoteAtoms = BigInt(trade.priceTicks) * lots * BigInt(this.#instrument.quoteAtomsPerTickLot);
    const takerBuys = trade.takerSide === "buy";
    const before = this.#sums;
    this.#sums = {
      volumeLots: before.volumeLots + lots,
      quoteAtoms: before.quoteAtoms + quoteAtoms,
      takerBuyLots: takerBuys ? before.takerBuyLots + lots : before.takerBuyLots,
      takerBuyQuoteAtoms: takerBuys ? before.takerBuyQuoteAtoms + quoteAtoms : before.takerBuyQuoteAtoms,
    };
    this.#trades.push(trade);
    this.#sumsAfter.push(this.#sums);
    // Cut in halves, not one by one: shifting an array is O(its length).
    if (this.#trades.length >= 2 * this.#kept) {
      this.#trades = this.#trades.slice(-this.#kept);
      this.#sumsAfter = this.#sumsAfter.slice(-this.#kept);
    }
  }

  /** Sums over the trades (startTradeId, tradeId]. null: no longer, or not yet, known here. */
  sumsAfter(tradeId: number): TradeSums | null {
    if (tradeId === this.startTradeId) return NO_SUMS;
    return this.#sumsAfter[this.#sumsAfter.length - 1 - (this.#lastTradeId - tradeId)] ?? null;
  }

  /** @param earlier trades up to startTradeId, oldest first; empty where there is nothing before. */
  joinHistory(earlier: readonly TradeView[]): void {
    assert(earlier.length === 0 || earlier.at(-1)?.tradeId === this.startTradeId, "history joins where the tape began");
    this.#earlier = earlier.slice(-TAPE_TRADES_KEPT);
    this.#kept = TAPE_TRADES_KEPT;
  }

  /** Oldest first. */
  newest(limit: number): readonly TradeView[] {
    const count = Math.min(limit, TAPE_TRADES_KEPT);
    if (count <= 0) return [];
    const live = this.#trades.slice(-count);
    const missing = count - live.length;
    return missing > 0 ? [...this.#earlier.slice(-missing), ...live] : live;
  }
}
