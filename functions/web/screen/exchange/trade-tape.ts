/** The newest trades of one instrument, newest first, each once: what a stream tells joined with what was asked. Pure. */
import type { PublicTrade } from "./contract.ts";

export const TRADES_SHOWN_MAX = 200;

export class TradeTape {
  #trades: readonly PublicTrade[] = [];

  get trades(): readonly PublicTrade[] {
    return this.#trades;
  }

  /** @returns `gap`: trades lie between this one and the last: ask for them. */
  add(trade: PublicTrade): "added" | "known" | "gap" {
    const newestId = this.#trades[0]?.id;
    if (newestId !== undefined && trade.id <= newestId) return "known";
    this.#trades = [trade, ...this.#trades].slice(0, TRADES_SHOWN_MAX);
    return newestId !== undefined && trade.id !== newestId + 1 ? "gap" : "added";
  }

  /** @param asked in any order. */
  join(asked: readonly PublicTrade[]): void {
    const byId = new Map([...this.#trades, ...asked].map((trade) => [trade.id, trade]));
    this.#trades = [...byId.values()].sort((a, b) => b.id - a.id).slice(0, TRADES_SHOWN_MAX);
  }
}
