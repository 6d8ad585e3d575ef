/**
 * Which of the feed's trades the venue printed: the same price and amount, within ten seconds, each print used once.
 */
import type { TradeRow } from "./feed-reader.ts";

export const PRINT_WINDOW_MS = 10_000;

export interface Print {
  readonly timeMs: number;
  readonly priceTicks: number;
  readonly lots: number;
}

export class TradeMatcher {
  readonly prints: Print[] = [];
  private readonly expected: TradeRow[] = [];

  print(print: Print): void {
    this.prints.push(print);
  }

  expect(trade: TradeRow): void {
    this.expected.push(trade);
  }

  /** Oldest trade first, oldest fitting print first. */
  settle(): { printed: number; missed: number; printsUnmatched: number } {
    const waiting = new Map<string, Print[]>();
    for (const print of this.prints) {
      const key = `${print.priceTicks} ${print.lots}`;
      const list = waiting.get(key);
      if (list === undefined) waiting.set(key, [print]);
      else list.push(print);
    }
    let printed = 0;
    for (const trade of this.expected) {
      const list = waiting.get(`${trade.priceTicks} ${trade.lots}`) ?? [];
      const at = list.findIndex((print) => Math.abs(print.timeMs - trade.timeMs) <= PRINT_WINDOW_MS);
      if (at === -1) continue;
      list.splice(at, 1);
      printed += 1;
    }
    return { printed, missed: this.expected.length - printed, printsUnmatched: this.prints.length - printed };
  }
}
