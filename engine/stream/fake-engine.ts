/**
 * Test support: an engine without orders. It changes levels and trades as it is told, numbers everything as the real one
 * does, and can lose frames on their way. Its book is a plain Map, sorted when asked.
 */

import type { BookSnapshot, EngineReads, FeedSource } from "../bus/engine-client.ts";
import type { TradeView } from "../bus/stream-client.ts";
import type { Asset, Instrument } from "../domain/instrument.ts";
import type { Side } from "../domain/order.ts";
import { catalogOf, type FeedFrame } from "../protocol/bus-messages.ts";
import type { EngineEvent } from "../protocol/events.ts";
import type { Catalog } from "../protocol/views.ts";

export const FAKE_ASSETS: readonly Asset[] = [
  { id: 0, name: "BTC", decimals: 8 },
  { id: 1, name: "USDT", decimals: 8 },
];

export function fakeInstrument(id: number, symbol: string): Instrument {
  return {
    id,
    symbol,
    base: "BTC",
    quote: "USDT",
    status: "trading",
    baseAsset: 0,
    quoteAsset: 1,
    tickE8: 1_000_000,
    lotE8: 1_000,
    baseAtomsPerLot: 1_000,
    quoteAtomsPerTickLot: 10,
    priceTicksMin: 1,
    priceTicksMax: 2 ** 31 - 1,
    quantityLotsMin: 1,
    quantityLotsMax: Number.MAX_SAFE_INTEGER,
    marketLotsMin: 1,
    marketLotsMax: Number.MAX_SAFE_INTEGER,
    notionalMinE8: "0",
    notionalMaxE8: "0",
    notionalMinAppliesToMarket: false,
    notionalMaxAppliesToMarket: false,
    ordersMax: 200,
    makerFeeE8: 0,
    takerFeeE8: 0,
    selfTradeDefault: "none",
    selfTradeAllowed: ["none"],
  };
}

interface FakeBook {
  readonly instrument: Instrument;
  readonly levels: Readonly<Record<Side, Map<number, number>>>;
  readonly trades: TradeView[];
  updateId: number;
  lastTradeId: number;
}

/** What happens in one frame. */
export type Happening =
  | { readonly level: readonly [side: Side, priceTicks: number, quantityLots: number]; readonly on?: number }
  | {
      readonly trade: readonly [takerSide: Side, priceTicks: number, quantityLots: number];
      readonly taker?: number;
      readonly on?: number;
    }
  | { readonly add: Instrument };

export class FakeEngine implements FeedSource {
  readonly #books: FakeBook[] = [];
  readonly #events: EngineEvent[] = [];
  readonly #listeners = new Set<(frame: FeedFrame) => void>();
  /** The feed never tells of these: whoever wants a new one asks for the catalog. */
  readonly assets: Asset[] = [...FAKE_ASSETS];
  #catalog: Catalog = catalogOf(FAKE_ASSETS, []);
  #seq = 0;
  snapshotsTaken = 0;
  /** While set, every question is refused. */
  silent = false;
  epoch = 1;
  /** Of its journal; another one once it was restored. */
  lineage = 0;
  /** Answers of eventsSince leave out what is older: as if it were kept no longer. */
  eventsKeptFromSeq = 0;

  constructor(symbols: readonly string[] = ["BTCUSDT"]) {
    for (const [id, symbol] of symbols.entries()) this.#add(fakeInstrument(id, symbol));
  }

  get seq(): number {
    return this.#seq;
  }

  book(instrument = 0): FakeBook {
    return this.#books[instrument]!;
  }

  sorted(side: Side, instrument = 0): (readonly [number, number])[] {
    const sign = side === "buy" ? -1 : 1;
    return [...this.book(instrument).levels[side]].sort((a, b) => sign * (a[0] - b[0]));
  }

  subscribeFeed(listener: (frame: FeedFrame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes it happen in one frame. @param delivery "lost": listeners never see the frame. */
  happen(timeMs: number, happenings: readonly Happening[], delivery: "delivered" | "lost" = "delivered"): void {
    const firstSeq = this.#seq + 1;
    const events = happenings.map((happening) => this.#apply(happening, timeMs * 1_000));
    // One event more that is none of the stream's business, as a real frame has.
    this.#seq += 1;
    this.#events.push(...events);
    if (delivery === "lost") return;
    const frame: FeedFrame = {
      epoch: this.epoch,
      lineage: this.lineage,
      firstSeq,
      lastSeq: this.#seq,
      timeUs: timeMs * 1_000,
      events,
    };
    for (const listener of this.#listeners) listener(frame);
  }

  /** As a start does, and an idle engine four times a second. @param lostSeqs how much its journal was set back. */
  restart(lostSeqs = 0): void {
    this.epoch += 1;
    this.#seq -= lostSeqs;
    const { epoch, lineage } = this;
    const frame = { epoch, lineage, firstSeq: this.#seq + 1, lastSeq: this.#seq, timeUs: 0, events: [] };
    for (const listener of this.#listeners) listener(frame);
  }

  readonly reads: EngineReads = {
    catalog: () => this.#catalog,
    keyByApiKey: () => null,
    account: async () => ({ value: null, asOfSeq: this.#seq }),
    order: async () => ({ value: null, asOfSeq: this.#seq }),
    openOrders: async () => ({ value: [], asOfSeq: this.#seq }),
    recentOrders: async () => ({ value: [], asOfSeq: this.#seq }),
    recentFills: async () => ({ value: [], asOfSeq: this.#seq }),
    orderList: async () => ({ value: null, asOfSeq: this.#seq }),
    recentOrderLists: async () => ({ value: [], asOfSeq: this.#seq }),
    recentPreventedMatches: async () => ({ value: [], asOfSeq: this.#seq }),
    recentAmendments: async () => ({ value: [], asOfSeq: this.#seq }),
    orderCounts: async () => ({ per10s: 0, perDay: 0 }),
    accountEvents: async (fromSeq) => ({ events: [], nextSeq: fromSeq, headSeq: this.#seq }),
    dropped: async () => ({ orderId: 0, orderCreatedUs: 0, tradeId: 0, tradeUs: 0 }),
    keys: async () => [],
    withdrawals: async () => ({ value: [], asOfSeq: this.#seq }),
    audit: async () => [],
    standing: () => Promise.reject(new Error("the stream does not ask")),
    eventsSince: async (fromSeq, eventsMax) => {
      this.#answer();
      const kept = this.#events.filter(
        ({ seq, type }) => seq >= Math.max(fromSeq, this.eventsKeptFromSeq) && type !== "level_changed",
      );
      const events = kept.slice(0, eventsMax);
      const nextSeq = kept.length > eventsMax ? events.at(-1)!.seq + 1 : this.#seq + 1;
      return { events, nextSeq, headSeq: this.#seq, lineage: this.lineage };
    },
    bookSnapshot: async (instrument): Promise<BookSnapshot> => {
      this.#answer();
      this.snapshotsTaken += 1;
      const { updateId, lastTradeId } = this.book(instrument);
      return {
        instrument,
        updateId,
        lastTradeId,
        asOfSeq: this.#seq,
        bids: this.sorted("buy", instrument),
        asks: this.sorted("sell", instrument),
      };
    },
  };

  #answer(): void {
    if (this.silent) throw new Error("the engine does not answer");
  }

  #add(instrument: Instrument): void {
    const levels = { buy: new Map<number, number>(), sell: new Map<number, number>() };
    this.#books[instrument.id] = { instrument, levels, trades: [], updateId: 0, lastTradeId: 0 };
    const instruments = this.#books.map((book) => book.instrument);
    this.#catalog = catalogOf([...this.assets], instruments);
  }

  #apply(happening: Happening, timeUs: number): EngineEvent {
    this.#seq += 1;
    const stamp = { seq: this.#seq, timeUs };
    if ("add" in happening) {
      this.#add(happening.add);
      return { ...stamp, type: "instrument_changed", instrument: happening.add };
    }
    const instrument = happening.on ?? 0;
    const book = this.book(instrument);
    if ("level" in happening) {
      const [side, priceTicks, quantityLots] = happening.level;
      book.updateId += 1;
      if (quantityLots === 0) book.levels[side].delete(priceTicks);
      else book.levels[side].set(priceTicks, quantityLots);
      return { ...stamp, type: "level_changed", instrument, updateId: book.updateId, side, priceTicks, quantityLots };
    }
    const [takerSide, priceTicks, quantityLots] = happening.trade;
    book.lastTradeId += 1;
    const takerOrderId = happening.taker ?? 1_000 + book.lastTradeId;
    const { lastTradeId: tradeId } = book;
    book.trades.push({ instrument, tradeId, priceTicks, quantityLots, takerSide, takerOrderId, timeUs });
    return {
      ...stamp,
      type: "trade_executed",
      instrument,
      tradeId: book.lastTradeId,
      takerSide,
      priceTicks,
      quantityLots,
      takerOrderId,
      makerOrderId: 1,
      takerAccount: 2,
      makerAccount: 1,
      takerFeeAtoms: 0n,
      makerFeeAtoms: 0n,
      takerRemainingLots: 0,
      makerRemainingLots: 0,
    };
  }
}
