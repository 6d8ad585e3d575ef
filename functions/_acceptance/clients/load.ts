/**
 * Traders for a book to be held against: seeded, over HTTP, each placing, crossing and canceling on its own. They share no
 * code with the clients under test, and stop when they are told to.
 */
import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../../../engine/sim/prng.ts";
import type { Market, Trader } from "../trader.ts";

/** Between two requests of one trader. */
const PAUSE_MS = 8;
const OPEN_MAX = 60;
const MID_TICKS = 10_000;
const SPREAD_TICKS = 150;
const LOTS_MAX = 400;

export class Load {
  /** Requests that were answered with 200. */
  done = 0;
  #stopped = false;
  readonly #running: readonly Promise<void>[];

  constructor({ symbol }: Pick<Market, "symbol">, traders: readonly Trader[], seed: number) {
    this.#running = traders.map((trader, index) => this.#trade(trader, symbol, seededRandom(seed + index)));
  }

  /** Resolves when the last request has its answer. Rejects with the first that was not a refusal in our words. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #trade(trader: Trader, symbol: string, random: () => number): Promise<void> {
    const open: number[] = [];
    while (!this.#stopped) {
      const cancels = open.length > 0 && (open.length > OPEN_MAX || random() < 0.4);
      const answer = cancels
        ? await trader.call("DELETE", "/api/v3/order", { symbol, orderId: take(open, random()) })
        : await trader.order(orderOf(symbol, random));
      if (answer.status === 200) this.done += 1;
      else if (answer.status >= 500)
        throw new Error(`the load was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      const { orderId, status } = answer.body;
      if (!cancels && (status === "NEW" || status === "PARTIALLY_FILLED")) open.push(orderId);
      await delay(PAUSE_MS);
    }
  }
}

function orderOf(symbol: string, random: () => number): Readonly<Record<string, string>> {
  const side = random() < 0.5 ? "BUY" : "SELL";
  // Never below the smallest order of 5.
  const quantity = (0.06 + Math.floor(random() * LOTS_MAX) / 1_000).toFixed(3);
  if (random() < 0.05) return { symbol, side, type: "MARKET", quantity };
  // Mostly behind the middle, sometimes through it.
  const behind = Math.floor(random() * SPREAD_TICKS) - SPREAD_TICKS / 5;
  const price = ((MID_TICKS + (side === "BUY" ? -behind : behind)) / 100).toFixed(2);
  return { symbol, side, type: "LIMIT", timeInForce: "GTC", quantity, price };
}

function take(from: number[], share: number): number {
  const [taken] = from.splice(Math.floor(share * from.length), 1);
  if (taken === undefined) throw new Error("nothing to take");
  return taken;
}
