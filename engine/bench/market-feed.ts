/**
 * A market for the stream's benches: one instrument, nothing before the start, and a feed of trades or of level changes.
 */
import type { EngineReads, FeedSource } from "../bus/engine-client.ts";
import { catalogOf, type FeedFrame } from "../protocol/bus-messages.ts";
import type { LevelChanged, TradeExecuted } from "../protocol/events.ts";
import { FAKE_ASSETS, fakeInstrument } from "../stream/fake-engine.ts";

/** What a group commit of some thousand orders a second brings. */
export const EVENTS_PER_FRAME = 20;
const MIDDLE_TICKS = 9_500_000;
const LEVELS_PER_SIDE = 500;

export const MARKET_INSTRUMENT = fakeInstrument(0, "BTCUSDT");

/** Makes events without end, one frame at a time. */
export class MarketFeed implements FeedSource {
  #listener: (frame: FeedFrame) => void = () => {};
  #seq = 0;
  #tradeId = 0;
  #updateId = 0;

  subscribeFeed(listener: (frame: FeedFrame) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = () => {};
    };
  }

  nextTrades(): TradeExecuted[] {
    const timeUs = Date.now() * 1_000;
    return Array.from({ length: EVENTS_PER_FRAME }, () => {
      this.#tradeId += 1;
      this.#seq += 1;
      return {
        type: "trade_executed",
        seq: this.#seq,
        timeUs,
        instrument: 0,
        tradeId: this.#tradeId,
        takerSide: this.#tradeId % 2 === 0 ? "buy" : "sell",
        priceTicks: 9_500_000 + (this.#tradeId % 1_000),
        quantityLots: 1 + (this.#tradeId % 5_000),
        takerOrderId: this.#tradeId,
        makerOrderId: this.#tradeId,
        takerAccount: 1,
        makerAccount: 2,
        takerFeeAtoms: 0n,
        makerFeeAtoms: 0n,
        takerRemainingLots: 0,
        makerRemainingLots: 0,
      };
    });
  }

  publishTrades(): void {
    this.#publish(this.nextTrades());
  }

  /** Levels around one price that come, change and go; the best ones now and then. */
  publishLevels(): void {
    const timeUs = Date.now() * 1_000;
    const events = Array.from({ length: EVENTS_PER_FRAME }, (): LevelChanged => {
      this.#updateId += 1;
      this.#seq += 1;
      const side = this.#updateId % 2 === 0 ? "buy" : "sell";
      const distance = 1 + ((this.#updateId * 7) % LEVELS_PER_SIDE);
      return {
        type: "level_changed",
        seq: this.#seq,
        timeUs,
        instrument: 0,
        updateId: this.#updateId,
        side,
        priceTicks: MIDDLE_TICKS + (side === "buy" ? -distance : distance),
        quantityLots: 1 + (this.#updateId % 5_000),
      };
    });
    this.#publish(events);
  }

  #publish(events: readonly (TradeExecuted | LevelChanged)[]): void {
    const first = events[0];
    if (first === undefined) return;
    this.#listener({ epoch: 1, firstSeq: first.seq, lastSeq: this.#seq, timeUs: first.timeUs, events });
  }
}

function notAsked(): never {
  throw new Error("this bench does not ask the engine this");
}

const MARKET_CATALOG = catalogOf(FAKE_ASSETS, [MARKET_INSTRUMENT]);

export const MARKET_READS: EngineReads = {
  catalog: () => MARKET_CATALOG,
  bookSnapshot: async () => ({ instrument: 0, updateId: 0, asOfSeq: 0, lastTradeId: 0, bids: [], asks: [] }),
  keyByApiKey: notAsked,
  account: notAsked,
  order: notAsked,
  openOrders: notAsked,
  recentOrders: notAsked,
  recentFills: notAsked,
  orderList: notAsked,
  recentOrderLists: notAsked,
  recentPreventedMatches: notAsked,
  recentAmendments: notAsked,
  orderCounts: notAsked,
  accountEvents: notAsked,
  withdrawals: notAsked,
  dropped: notAsked,
  keys: notAsked,
  audit: notAsked,
  standing: notAsked,
  // Nothing has happened before.
  eventsSince: async (fromSeq) => ({ events: [], nextSeq: fromSeq, headSeq: 0 }),
};
