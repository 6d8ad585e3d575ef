/**
 * An account as its events tell it, from a snapshot on: open orders, balances, fills, and what is news. Pure.
 *
 * The stream is subscribed first, then the snapshot is read; what is told meanwhile waits, and is folded after it. All of it
 * happened at some time after the subscription, so some may be in the snapshot already: an order's or a balance's state never
 * goes back to an older one, while every event is news once, by its execution id.
 */
import type { AccountNews, Balance, Fill, Order } from "./contract.ts";
import { type ExecutionReport, fillOfReport, isOpen, type OrderShape, orderOf, orderOfReport } from "./order-shapes.ts";
import { fillKey, orderKey } from "./record-keys.ts";

const FILLS_KEPT_MAX = 500;
/** Events that may wait for a snapshot; more and the reading begins anew. */
const WAITING_MAX = 10_000;

export interface PositionEvent {
  readonly e: "outboundAccountPosition";
  readonly u: number;
  readonly B: readonly { readonly a: string; readonly f: string; readonly l: string }[];
}
export interface BalanceEvent {
  readonly e: "balanceUpdate";
  readonly a: string;
  readonly d: string;
}
/** Other events change nothing here: a list's orders have reports of their own. */
export type AccountEvent = ExecutionReport | PositionEvent | BalanceEvent | { readonly e: string };

export interface AccountSnapshot {
  readonly updateTime: number;
  readonly balances: readonly Balance[];
  readonly openOrders: readonly OrderShape[];
}

/** What a snapshot brings. */
export interface Taken {
  readonly news: readonly AccountNews[];
  /** As they were before it: orders that are not so any more, and nobody was told why. */
  readonly missed: readonly Order[];
}

export class AccountFold {
  #waiting: AccountEvent[] | null = [];
  readonly #orders = new Map<string, Order>();
  readonly #balances = new Map<string, Balance>();
  #fills: readonly Fill[] = [];
  #balancesAsOf = 0;
  #lastExecutionId = 0;

  /** Newest first. */
  get openOrders(): readonly Order[] {
    return [...this.#orders.values()].sort((a, b) => b.time - a.time || b.orderId - a.orderId);
  }
  get balances(): ReadonlyMap<string, Balance> {
    return new Map(this.#balances);
  }
  get fills(): readonly Fill[] {
    return this.#fills;
  }

  /** A subscription begins: its events wait for the snapshot. */
  begin(): void {
    this.#waiting = [];
  }

  take(snapshot: AccountSnapshot): Taken {
    const before = this.openOrders;
    this.#balances.clear();
    for (const { asset, free, locked } of snapshot.balances) this.#balances.set(asset, { asset, free, locked });
    this.#balancesAsOf = snapshot.updateTime;
    this.#orders.clear();
    for (const shape of snapshot.openOrders) this.#keep(orderOf(shape));
    const missed = before.filter((order) => this.#orders.get(orderKey(order))?.executedQty !== order.executedQty);
    const waited = this.#waiting ?? [];
    this.#waiting = null;
    const news = waited.flatMap((event) => this.#fold(event));
    const told = new Set(news.flatMap((each) => (each.kind === "balance_changed" ? [] : [orderKey(each.order)])));
    return { news, missed: missed.filter((order) => !told.has(orderKey(order))) };
  }

  /** What became of an order while nobody listened. @param fills all of its own, oldest first. @returns its end as news. */
  learned(order: Order, fills: readonly Fill[]): readonly AccountNews[] {
    const known = new Set(this.#fills.map(fillKey));
    const fresh = fills.filter((fill) => !known.has(fillKey(fill)));
    this.#fills = [...fresh.toReversed(), ...this.#fills]
      .sort((a, b) => b.time - a.time || b.tradeId - a.tradeId)
      .slice(0, FILLS_KEPT_MAX);
    const fill = fresh.at(-1);
    if (order.status === "CANCELED") return [{ kind: "order_canceled", order }];
    if (order.status !== "FILLED" && !isOpen(order)) return [{ kind: "order_expired", order }];
    if (fill === undefined) return [];
    return [{ kind: order.status === "FILLED" ? "order_filled" : "order_partly_filled", order, fill }];
  }

  /** @returns news; none while a snapshot is awaited. `too_many`: nobody came for them. */
  event(event: AccountEvent): readonly AccountNews[] | "too_many" {
    if (this.#waiting === null) return this.#fold(event);
    if (this.#waiting.length >= WAITING_MAX) return "too_many";
    this.#waiting.push(event);
    return [];
  }

  #fold(event: AccountEvent): readonly AccountNews[] {
    switch (event.e) {
      case "executionReport":
        return this.#onReport(event as ExecutionReport);
      case "outboundAccountPosition":
        this.#onPosition(event as PositionEvent);
        return [];
      case "balanceUpdate": {
        const { a: asset, d: delta } = event as BalanceEvent;
        return [{ kind: "balance_changed", asset, delta }];
      }
      default:
        return [];
    }
  }

  #onReport(report: ExecutionReport): readonly AccountNews[] {
    // The engine's sequence: what has been told is not told again.
    if (report.I <= this.#lastExecutionId) return [];
    this.#lastExecutionId = report.I;
    const order = orderOfReport(report);
    const before = this.#orders.get(orderKey(order));
    if (before === undefined || !isOlder(order, before)) this.#keep(order);
    return newsOf(report, order, before, () => this.#filled(report));
  }

  #filled(report: ExecutionReport): Fill {
    const fill = fillOfReport(report);
    this.#fills = [fill, ...this.#fills].slice(0, FILLS_KEPT_MAX);
    return fill;
  }

  #onPosition({ u, B }: PositionEvent): void {
    if (u < this.#balancesAsOf) return;
    this.#balancesAsOf = u;
    for (const { a: asset, f: free, l: locked } of B) this.#balances.set(asset, { asset, free, locked });
  }

  #keep(order: Order): void {
    if (isOpen(order)) this.#orders.set(orderKey(order), order);
    else this.#orders.delete(orderKey(order));
  }
}

/** Told of a time before what is known. Within one millisecond what has been executed decides. */
function isOlder(told: Order, known: Order): boolean {
  if (told.updateTime !== known.updateTime) return told.updateTime < known.updateTime;
  return atoms(told.executedQty) < atoms(known.executedQty);
}

/** Decimals of the wire all have as many places. */
function atoms(decimal: string): bigint {
  return BigInt(decimal.replace(".", ""));
}

function newsOf(
  report: ExecutionReport,
  order: Order,
  before: Order | undefined,
  fill: () => Fill,
): readonly AccountNews[] {
  switch (report.x) {
    case "NEW": {
      const isTriggered = report.w && (report.T > report.O || before?.isWorking === false);
      return [{ kind: isTriggered ? "order_triggered" : "order_accepted", order }];
    }
    case "TRADE":
      return [{ kind: report.X === "FILLED" ? "order_filled" : "order_partly_filled", order, fill: fill() }];
    case "CANCELED":
      return [{ kind: "order_canceled", order }];
    case "EXPIRED":
    case "REJECTED":
      return [{ kind: "order_expired", order }];
    case "TRADE_PREVENTION":
      return isOpen(order) ? [] : [{ kind: "order_expired", order }];
    default:
      // REPLACED: whoever amended has the answer.
      return [];
  }
}
