/**
 * A Binance capture in place of the bots: its book and its trades on BTCUSDT, at its own pace, over and over.
 *
 * Of its book the levels next to the touch rest on the exchange, as many as one account may have open, without those below the
 * smallest order. A trade is printed as it was: its level is made first in line, then taken; one below the smallest order is
 * left out.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type Capture, readCapture } from "../../../engine/replay/binance/capture-reader.ts";
import { readLines, UnreadableInput, unpackedName } from "../../../engine/replay/input-file.ts";
import { CaptureBook, type NearBook, type Print } from "./capture-book.ts";
import type { InstrumentPlan } from "./instrument-plans.ts";
import { KEPT_LEVELS, type WantedLevel, windowed } from "./replay-window.ts";
import type { Trader } from "./trader.ts";

const BATCH_MS = 100;
const NOT_READY_MS = 20;
/** A trade that the maker does not hear of was somebody else's. */
const HEARD_WITHIN_MS = 200;
/** Farther behind its own pace than this, the replay goes on from where it is. */
const LATE_MAX_MS = 2_000;
const PRICE_DECIMALS = 2;
const LOT_DECIMALS = 5;
const NS_PER_MS = 1_000_000;
/** A smallest order is 5 USDT: in ticks times lots of 1e-2 and 1e-5. */
const NOTIONAL_LEAST = 5 * 100 * 100_000;
/** Some levels are below the smallest order, and do not count. */
const LEVELS_LOOKED_AT = 2 * KEPT_LEVELS;

export interface Tape {
  readonly capture: Capture;
  /** When each row was received, in ms from the first. */
  readonly timesMs: readonly number[];
  readonly priceFactor: number;
  /** Below 1 where the capture is finer: what is less than a lot is cut off. */
  readonly lotFactor: number;
}

/** @throws UnreadableInput */
export async function readTape(path: string): Promise<Tape> {
  const lines = await readLines(path);
  const capture = readCapture(unpackedName(path), lines);
  const { priceDecimals, lotDecimals, rows } = capture;
  if (priceDecimals > PRICE_DECIMALS) throw new UnreadableInput(`${path} is finer than BTCUSDT's ticks`);
  const nsOf = (row: number): bigint => BigInt(/^\d+/.exec(lines[row] ?? "")?.[0] ?? 0);
  const firstNs = nsOf(0);
  return {
    capture,
    timesMs: rows.map((_, row) => Number(nsOf(row) - firstNs) / NS_PER_MS),
    priceFactor: 10 ** (PRICE_DECIMALS - priceDecimals),
    lotFactor: 10 ** (LOT_DECIMALS - lotDecimals),
  };
}

export interface ReplayOptions {
  readonly tape: Tape;
  readonly plan: InstrumentPlan;
  /** 2: twice as fast as it was. */
  readonly speed: number;
  readonly maker: Trader;
  readonly taker: Trader;
  /** The end was reached, with so many trades printed; it begins again. */
  readonly onRound: (prints: number) => void;
}

/** @returns the way to stop: nothing is sent once it has resolved. */
export function startReplay(options: ReplayOptions): () => Promise<void> {
  const stopping = new AbortController();
  const rounds = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const prints = await new Round(options, stopping.signal).play();
      if (!stopping.signal.aborted) options.onRound(prints);
    }
  };
  const ended = rounds();
  return async () => {
    stopping.abort();
    await ended;
  };
}

class Round {
  readonly #options: ReplayOptions;
  readonly #stopping: AbortSignal;
  readonly #book = new CaptureBook(LEVELS_LOOKED_AT);
  #row = 0;
  #prints = 0;
  #beganMs = performance.now();

  constructor(options: ReplayOptions, stopping: AbortSignal) {
    this.#options = options;
    this.#stopping = stopping;
  }

  /** @returns how many trades were printed. */
  async play(): Promise<number> {
    const { tape, plan, speed, maker, taker } = this.#options;
    while (this.#row < tape.timesMs.length && !this.#stopping.aborted) {
      const nowMs = performance.now();
      if (!maker.takesPart(plan.symbol, nowMs) || !taker.takesPart(plan.symbol, nowMs)) {
        await delay(NOT_READY_MS);
        continue;
      }
      const atMs = this.#nextMs();
      if ((nowMs - this.#beganMs) * speed - atMs > LATE_MAX_MS) this.#beganMs = nowMs - atMs / speed;
      await this.#playUntil((nowMs - this.#beganMs) * speed);
      await delay(BATCH_MS);
    }
    return this.#prints;
  }

  #nextMs(): number {
    return this.#options.tape.timesMs[this.#row] ?? Number.POSITIVE_INFINITY;
  }

  async #playUntil(dueMs: number): Promise<void> {
    const { rows } = this.#options.tape.capture;
    for (; this.#nextMs() <= dueMs && !this.#stopping.aborted; this.#row++) {
      for (const print of this.#book.follow(rows[this.#row]!)) await this.#print(print);
    }
    await this.#show(this.#book.near());
  }

  async #print({ taker: order, book }: Print): Promise<void> {
    const { plan, maker, taker } = this.#options;
    const { priceTicks, lots } = this.#level(order);
    if (!isLargeEnough({ priceTicks, lots })) return;
    await this.#show(book);
    const tradeId = await taker.take(plan, { side: order.side, priceTicks, lots });
    // Until the maker knows what it has left, it cannot tell what the next trade lacks.
    await maker.heardTrade(plan, tradeId, HEARD_WITHIN_MS);
    this.#prints += 1;
  }

  /** Resolves when the exchange shows it. */
  async #show(book: NearBook): Promise<void> {
    const { plan, maker } = this.#options;
    const resting = maker.openOrders(plan.symbol);
    const actions = (["buy", "sell"] as const).flatMap((side) => {
      const levels = book[side].map((level) => this.#level(level)).filter(isLargeEnough);
      return windowed(side, levels, resting);
    });
    await Promise.all(actions.map((action) => maker.quote(plan, action)));
  }

  #level({ priceTicks, quantityLots }: { priceTicks: number; quantityLots: number }): WantedLevel {
    const { priceFactor, lotFactor } = this.#options.tape;
    return { priceTicks: priceTicks * priceFactor, lots: Math.floor(quantityLots * lotFactor) };
  }
}

function isLargeEnough({ priceTicks, lots }: WantedLevel): boolean {
  return priceTicks * lots >= NOTIONAL_LEAST;
}
