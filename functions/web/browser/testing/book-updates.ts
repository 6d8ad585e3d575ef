/**
 * A market that changes so many levels a second, over the public WebSocket API: real orders, placed and canceled in turn on
 * both sides of the spread, and now and then a trade. Nothing is left to chance but which level is next, by a seed.
 *
 * Every second level has a resting order below what comes and goes, so that its quantity changes; the others appear and
 * vanish, so that whatever shows the book must move rows, too. Behind them a thousand levels rest.
 */
import WebSocket from "ws";
import { seededRandom } from "../../../../engine/sim/prng.ts";
import { eventually } from "../../../_acceptance/target.ts";
import type { Trader } from "../../../_acceptance/trader.ts";
import type { ExchangeUnderTest } from "./exchange-under-test.ts";

export interface UpdateRates {
  /** Orders placed or canceled: each changes one level. */
  readonly levelsPerSecond: number;
  readonly tradesPerSecond: number;
}

export interface UpdateReport {
  readonly elapsedMs: number;
  readonly levels: number;
  readonly trades: number;
  /** Answered with anything but 200. */
  readonly refused: number;
  /** null: none was. */
  readonly firstRefusal: string | null;
}

type Side = "BUY" | "SELL";
interface Place {
  readonly side: Side;
  readonly price: string;
  /** null: nothing of ours comes and goes there now. */
  orderId: string | null;
}

/** Of BTCUSDT and its like: tick 0.01. */
const MID_TICKS = 6_000_000;
const LEVEL_TICKS = 50;
/** A side: about what a ladder shows. */
const LEVELS_MOVING = 20;
const LEVELS_RESTING = 500;
const FUNDS = { BTC: "100000", ETH: "100000", SOL: "1000000", USDT: "5000000000", USDC: "5000000000" };
/** Ends no order that rests, however long it goes on. */
const TRADE_QUANTITY = "0.0002";
const RESTING_QUANTITY = "5";
/** MAX_NUM_ORDERS of a new instrument. */
const ORDERS_PER_ACCOUNT = 200;
const TICK_MS = 5;
const SETTLED_LIMIT_MS = 10_000;
const WHOLE_LIMIT_MS = 60_000;

export class BookUpdates {
  readonly #symbol: string;
  readonly #maker: Trader;
  readonly #taker: Trader;
  readonly #socket: WebSocket;
  readonly #random: () => number;
  readonly #places: readonly Place[];
  #next = 0;
  #ids = 0;
  #sides = 0;
  #answered = 0;
  #refused = 0;
  #firstRefusal: string | null = null;

  private constructor(symbol: string, maker: Trader, taker: Trader, socket: WebSocket, seed: number) {
    this.#symbol = symbol;
    this.#maker = maker;
    this.#taker = taker;
    this.#socket = socket;
    this.#random = seededRandom(seed);
    this.#places = shuffled(
      (["BUY", "SELL"] as const).flatMap((side) =>
        Array.from({ length: LEVELS_MOVING }, (_, level) => ({ side, price: priceOf(side, level), orderId: null })),
      ),
      this.#random,
    );
    socket.on("message", (data) => this.#onAnswer(String(data)));
  }

  /** Resolves when the book stands, a thousand levels and a last price, and the exchange is whole. */
  static async prepare(exchange: ExchangeUnderTest, symbol: string, seed = 1): Promise<BookUpdates> {
    const [maker, taker] = [await exchange.operator.trader(FUNDS), await exchange.operator.trader(FUNDS)];
    await rest(exchange, symbol);
    await taker.limit(symbol, "BUY", TRADE_QUANTITY, priceOf("SELL", 0), { timeInForce: "IOC" });
    await isWhole(exchange, symbol);
    const address = `${exchange.http.origin.replace(/^http/, "ws")}/ws-api/v3?returnRateLimits=false`;
    const socket = new WebSocket(address, { perMessageDeflate: false });
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return new BookUpdates(symbol, maker, taker, socket, seed);
  }

  /** Each is due at its own time; what is late is sent at once. Resolves when all are answered. */
  async run(rates: UpdateRates, durationMs: number): Promise<UpdateReport> {
    const [sentBefore, refusedBefore] = [this.#ids, this.#refused];
    const startedMs = performance.now();
    let [levels, trades] = [0, 0];
    for (;;) {
      const elapsedMs = performance.now() - startedMs;
      for (; levels * 1_000 < Math.min(elapsedMs, durationMs) * rates.levelsPerSecond; levels++) this.#changeLevel();
      for (; trades * 1_000 < Math.min(elapsedMs, durationMs) * rates.tradesPerSecond; trades++) this.#trade();
      if (elapsedMs >= durationMs) break;
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    const elapsedMs = performance.now() - startedMs;
    await this.#settled();
    if (this.#ids - sentBefore !== levels + trades) throw new Error("two runs at once");
    const refused = this.#refused - refusedBefore;
    return { elapsedMs, levels, trades, refused, firstRefusal: this.#firstRefusal };
  }

  close(): void {
    this.#socket.close();
  }

  #changeLevel(): void {
    const place = this.#places[this.#next++ % this.#places.length]!;
    const { side, price, orderId } = place;
    if (orderId !== null) {
      place.orderId = null;
      this.#send(this.#maker, "order.cancel", { symbol: this.#symbol, origClientOrderId: orderId });
      return;
    }
    place.orderId = `level-${this.#ids}`;
    const quantity = (0.01 + this.#random() * 2).toFixed(4);
    const terms = { symbol: this.#symbol, side, type: "LIMIT", timeInForce: "GTC", price, quantity };
    this.#send(this.#maker, "order.place", { ...terms, newClientOrderId: place.orderId, newOrderRespType: "ACK" });
  }

  /** In turn what is bid and what is asked: the last price moves each time. */
  #trade(): void {
    const side: Side = this.#sides++ % 2 === 0 ? "BUY" : "SELL";
    const terms = { symbol: this.#symbol, side, type: "MARKET", quantity: TRADE_QUANTITY };
    this.#send(this.#taker, "order.place", { ...terms, newOrderRespType: "ACK" });
  }

  #send(trader: Trader, method: string, parameters: Readonly<Record<string, string>>): void {
    this.#socket.send(JSON.stringify({ id: ++this.#ids, method, params: trader.signedParams(parameters) }));
  }

  #onAnswer(text: string): void {
    this.#answered += 1;
    if ((JSON.parse(text) as { readonly status: number }).status === 200) return;
    this.#refused += 1;
    this.#firstRefusal ??= text;
  }

  async #settled(): Promise<void> {
    const deadlineMs = performance.now() + SETTLED_LIMIT_MS;
    while (this.#answered < this.#ids) {
      if (performance.now() > deadlineMs) throw new Error(`${this.#ids - this.#answered} orders were never answered`);
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  }
}

/** History and people open after the book, and a page asks for both. */
async function isWhole({ http }: ExchangeUnderTest, symbol: string): Promise<void> {
  for (const ask of [
    () => http.get("/api/v3/klines", { symbol, interval: "1m" }),
    () => http.get("/people/v1/session"),
  ]) {
    await eventually(ask, ({ status }) => status !== 503, WHOLE_LIMIT_MS);
  }
}

/** What does not move: every second level near the middle, and all behind; of as many accounts as may hold so many. */
async function rest(exchange: ExchangeUnderTest, symbol: string): Promise<void> {
  const levels = Array.from({ length: LEVELS_RESTING }, (_, level) => level).filter(
    (level) => level >= LEVELS_MOVING || level % 2 === 0,
  );
  const orders = levels.flatMap((level) => (["BUY", "SELL"] as const).map((side) => ({ side, level })));
  for (let from = 0; from < orders.length; from += ORDERS_PER_ACCOUNT) {
    const owner = await exchange.operator.trader(FUNDS);
    // As many at a time as the client has connections.
    await Promise.all(
      orders.slice(from, from + ORDERS_PER_ACCOUNT).map(async ({ side, level }) => {
        const { status, body } = await owner.limit(symbol, side, RESTING_QUANTITY, priceOf(side, level));
        if (status !== 200) throw new Error(`an order that should rest was refused: ${JSON.stringify(body)}`);
      }),
    );
  }
}

/** @param level from the best, 0. */
function priceOf(side: Side, level: number): string {
  const awayTicks = LEVEL_TICKS * (level + 1);
  const ticks = MID_TICKS + (side === "SELL" ? awayTicks : -awayTicks);
  return `${Math.floor(ticks / 100)}.${String(ticks % 100).padStart(2, "0")}`;
}

function shuffled<T>(values: readonly T[], random: () => number): readonly T[] {
  const drawn = values.map((value) => ({ value, rank: random() }));
  return drawn.sort((one, other) => one.rank - other.rank).map(({ value }) => value);
}
