/**
 * The audit's stops (I31): what a price fires works or ends before the command does, in the order in which it was fired;
 * nothing works, or begins to trail, without having been fired. One for each instrument.
 *
 * A task's first and last price are seen after its lists have been looked at, so they are kept until the next phase of any
 * order, or the end of the command, tells that they have been.
 */
import type { AuditedOrder } from "./audit-book.ts";
import { must } from "./audit-failure.ts";

export class AuditedTriggers {
  /** Those that wait or trail. */
  readonly #following = new Set<AuditedOrder>();
  /** Best price that a trailing order has seen. */
  readonly #watermarks = new Map<AuditedOrder, number>();
  /** Fired and not yet working, first in, first out. */
  readonly #due: AuditedOrder[] = [];
  /** Fired by a price that they trail from now on. */
  #dueToTrack: AuditedOrder[] = [];
  #unseenTicks: number[] = [];
  lastTicks = 0;

  traded(priceTicks: number): void {
    this.lastTicks = priceTicks;
    this.#unseenTicks.push(priceTicks);
  }

  /** An order is taken in, or activated, in a phase in which it follows the price. */
  begins(order: AuditedOrder): void {
    if (order.phase === "pending") return;
    this.#following.add(order);
    if (order.phase === "tracking") this.#watermarks.set(order, this.lastTicks);
    const { stopTicks } = conditionsOf(order);
    const isPassed = stopTicks > 0 && this.lastTicks > 0 && isFiredAt(order, this.lastTicks);
    must(order.phase !== "waiting" || !isPassed, "I31", () => `${nameOf(order)} waits for a price that has passed`);
  }

  /** Before an order comes to another phase: the prices of the task before have been seen. */
  see(): void {
    const prices = this.#unseenTicks;
    this.#unseenTicks = [];
    if (prices.length === 0) return;
    const [first, last] = [prices[0]!, prices.at(-1)!];
    for (const price of first === last ? [first] : [first, last]) this.#seePrice(price);
  }

  #seePrice(price: number): void {
    const open = [...this.#following].filter((order) => order.isOpen);
    const orders = open.sort((a, b) => a.accepted.orderId - b.accepted.orderId);
    for (const order of orders) {
      if (this.#due.includes(order)) continue;
      const isTrailing = conditionsOf(order).trailingDeltaBips > 0;
      const isWaiting = order.phase === "waiting" && !this.#dueToTrack.includes(order);
      if (isWaiting && isFiredAt(order, price)) {
        if (!isTrailing) this.#due.push(order);
        else {
          this.#dueToTrack.push(order);
          this.#watermarks.set(order, price);
        }
      } else if (this.#watermarks.has(order) && order.phase !== "working" && this.#comesBack(order, price)) {
        this.#due.push(order);
      }
    }
  }

  #comesBack(order: AuditedOrder, price: number): boolean {
    const before = this.#watermarks.get(order)!;
    const isSell = order.accepted.side === "sell";
    const isBetter = before === 0 || (isSell ? price > before : price < before);
    const best = isBetter ? price : before;
    this.#watermarks.set(order, best);
    const delta = conditionsOf(order).trailingDeltaBips;
    const way = BigInt(isSell ? best - price : price - best) * 10_000n;
    return way >= BigInt(best) * BigInt(delta) && way > 0n;
  }

  activated(order: AuditedOrder, from: AuditedOrder["phase"]): void {
    if (from === "pending") return;
    if (order.phase === "tracking") {
      must(this.#dueToTrack[0] === order, "I31", () => `${nameOf(order)} begins to trail out of turn`);
      this.#dueToTrack.shift();
      return;
    }
    must(order.phase === "working", "I31", () => `${nameOf(order)} goes back to ${order.phase}`);
    while (this.#due.length > 0 && this.#due[0]!.isOpen === false) this.#due.shift();
    must(this.#due[0] === order, "I31", () => `${nameOf(order)} is triggered out of turn`);
    this.#due.shift();
    this.#following.delete(order);
    this.#watermarks.delete(order);
  }

  checkAtCommandEnd(): void {
    this.see();
    const left = [...this.#due, ...this.#dueToTrack].find((order) => order.isOpen);
    must(left === undefined, "I31", () => `${nameOf(left!)} was fired and stays ${left!.phase}`);
    this.#due.length = 0;
    this.#dueToTrack = [];
    for (const order of this.#following) if (!order.isOpen) this.#following.delete(order);
    for (const order of this.#watermarks.keys()) if (!order.isOpen) this.#watermarks.delete(order);
  }
}

const NONE = { stopTicks: 0, trailingDeltaBips: 0 };

function conditionsOf({ accepted }: AuditedOrder): { readonly stopTicks: number; readonly trailingDeltaBips: number } {
  return accepted.special?.conditions ?? NONE;
}

/** Above: a stop_loss that buys, a take_profit that sells. Below: the other two. */
function isFiredAt(order: AuditedOrder, price: number): boolean {
  const { orderType, side } = order.accepted;
  const isStopLoss = orderType === "stop_loss" || orderType === "stop_loss_limit";
  const { stopTicks } = conditionsOf(order);
  return isStopLoss === (side === "buy") ? price >= stopTicks : price <= stopTicks;
}

function nameOf({ accepted }: AuditedOrder): string {
  return `order ${accepted.orderId}`;
}
