/**
 * Seeded streams of plausible events, as an engine would emit them: for tests and the bench of persistence alone.
 *
 * Prices and quantities wander and orders really rest, fill in part, shrink, expire and end; there is no matching here,
 * and balances are made up, because persistence must not care how they came about.
 */
import {
  NO_CONDITIONS,
  type OrderPhase,
  type OrderType,
  type Side,
  type TimeInForce,
} from "../../../engine/domain/order.ts";
import type { EngineEvent, OrderListChanged, SpecialTerms } from "../../../engine/protocol/events.ts";
import { seededRandom } from "../../../engine/sim/prng.ts";
import { instrumentOf, STREAM_ASSETS, STREAM_SELF_TRADE_MODES } from "./stream-instruments.ts";

interface OpenOrder {
  readonly orderId: number;
  readonly account: number;
  readonly side: Side;
  readonly priceTicks: number;
  quantityLots: number;
  remainingLots: number;
}

/** Orders that are not on the book yet, alone or in a list. */
interface Waiting {
  readonly orders: readonly (OpenOrder & { readonly phase: OrderPhase })[];
  readonly list: Omit<OrderListChanged, "type" | "seq" | "timeUs" | "status"> | null;
}

export interface StreamOptions {
  readonly seed: number;
  /** At least so many; the last command's events are whole. */
  readonly eventsMin: number;
  readonly accounts?: number;
  /** The clock's mean step per command. */
  readonly stepUs?: number;
  readonly startUs?: number;
}

/** One per event type but `happened`: what `push` is given. */
type Unnumbered<Event> = Event extends EngineEvent ? Omit<Event, "seq" | "timeUs"> : never;

/** Sequences 1 … n without gaps, level_changed among them. */
export function eventStream(options: StreamOptions): readonly EngineEvent[] {
  const stream = new EventStream(options);
  while (stream.events.length < options.eventsMin) stream.command();
  return stream.events;
}

class EventStream {
  readonly events: EngineEvent[] = [];
  readonly #chance: () => number;
  readonly #accounts: number;
  readonly #stepUs: number;
  readonly #open: OpenOrder[][] = [[], []];
  readonly #orderIds = [0, 0];
  readonly #tradeIds = [0, 0];
  readonly #updateIds = [0, 0];
  readonly #waiting: Waiting[][] = [[], []];
  #listIds = 0;
  readonly #midTicks = [5_000_000, 300_000];
  #timeUs: number;

  constructor(options: StreamOptions) {
    this.#chance = seededRandom(options.seed);
    this.#accounts = options.accounts ?? 5;
    this.#stepUs = options.stepUs ?? 400_000;
    // A Sunday before midnight at the end of a month: week, month and day all turn early.
    this.#timeUs = options.startUs ?? Date.UTC(2026, 4, 31, 23, 58) * 1_000;
    for (const [id, name] of STREAM_ASSETS.entries())
      this.#push({ type: "asset_added", asset: { id, name, decimals: 8 } });
    for (const id of [0, 1]) this.#push({ type: "instrument_changed", instrument: instrumentOf(id, "trading") });
    for (let id = 0; id <= this.#accounts; id += 1) {
      const name = `account "${id}" \\ of {tests}, null`;
      this.#push({ type: "account_changed", account: { id, name, canTrade: true, canWithdraw: true } });
    }
  }

  command(): void {
    this.#timeUs += Math.floor(this.#chance() * 2 * this.#stepUs);
    const instrument = this.#below(2);
    const open = this.#open[instrument] ?? [];
    const dice = this.#chance();
    if (dice < 0.6) this.#place(instrument, open);
    else if (dice < 0.65) this.#wait(instrument);
    else if (dice < 0.7) this.#wake(instrument, open);
    else if (dice < 0.85) this.#cancel(instrument, open);
    else if (dice < 0.9) this.#amend(instrument, open);
    else if (dice < 0.95) this.#fund();
    else if (dice < 0.98) this.#push({ type: "command_rejected", account: 1, instrument, reason: "balance_too_low" });
    else if (dice < 0.99) this.#changeStatus(instrument);
    else {
      const id = 1 + this.#below(this.#accounts);
      const account = { id, name: `renamed ${id}`, canTrade: this.#chance() < 0.5, canWithdraw: true };
      this.#push({ type: "account_changed", account });
    }
  }

  #place(instrument: number, open: OpenOrder[]): void {
    const kind = this.#oneOf<[OrderType, TimeInForce]>([
      ["limit", "gtc"],
      ["limit", "gtc"],
      ["limit", "ioc"],
      ["limit", "fok"],
      ["market", "gtc"],
      ["limit_maker", "gtc"],
    ]);
    const [orderType, timeInForce] = kind;
    const side = this.#oneOf<Side>(["buy", "sell"]);
    this.#midTicks[instrument] = (this.#midTicks[instrument] ?? 0) + this.#below(21) - 10;
    const priceTicks = orderType === "market" ? 0 : (this.#midTicks[instrument] ?? 1) + this.#below(11) - 5;
    const quantityLots = 1 + this.#below(1_000);
    const orderId = this.#next(this.#orderIds, instrument);
    const account = 1 + this.#below(this.#accounts);
    this.#push({
      type: "order_accepted",
      instrument,
      orderId,
      account,
      side,
      orderType,
      timeInForce,
      selfTradeMode: this.#oneOf(STREAM_SELF_TRADE_MODES),
      priceTicks,
      quantityLots,
      quoteAtoms: orderType === "market" && this.#chance() < 0.5 ? 123_456_789n : 0n,
      // Ids come back: the newest order of a client id is the one that is asked for.
      clientOrderId: `c-${this.#below(400)}`,
      ...(this.#chance() < 0.2 && { special: this.#special("working", 0) }),
    });
    const order: OpenOrder = { orderId, account, side, priceTicks, quantityLots, remainingLots: quantityLots };
    if (orderType !== "limit_maker") this.#fill(instrument, order, open);
    if (order.remainingLots > 0) {
      const reason = timeInForce === "ioc" ? "ioc_unfilled" : timeInForce === "fok" ? "fok_unfilled" : "none";
      const gone = orderType === "market" ? "insufficient_liquidity" : reason;
      if (gone === "none") {
        open.push(order);
        this.#level(instrument, order);
      } else {
        this.#expire(instrument, order, gone, 0);
      }
    }
    this.#balance(account, this.#below(3));
  }

  #fill(instrument: number, taker: OpenOrder, open: OpenOrder[]): void {
    for (let met = this.#below(4); met > 0 && taker.remainingLots > 0; met -= 1) {
      const index = open.findIndex((order) => order.side !== taker.side);
      const maker = open[index];
      if (maker === undefined) return;
      if (maker.account === taker.account && this.#chance() < 0.4) {
        this.#prevent(instrument, taker, maker, open, index);
        continue;
      }
      if (maker.account === taker.account && this.#chance() < 0.5) {
        open.splice(index, 1);
        this.#expire(instrument, maker, "self_trade", taker.orderId);
        continue;
      }
      const quantityLots = Math.min(taker.remainingLots, maker.remainingLots);
      taker.remainingLots -= quantityLots;
      maker.remainingLots -= quantityLots;
      if (maker.remainingLots === 0) open.splice(index, 1);
      this.#push({
        type: "trade_executed",
        instrument,
        tradeId: this.#next(this.#tradeIds, instrument),
        takerSide: taker.side,
        priceTicks: maker.priceTicks,
        quantityLots,
        takerOrderId: taker.orderId,
        makerOrderId: maker.orderId,
        takerAccount: taker.account,
        makerAccount: maker.account,
        takerFeeAtoms: BigInt(this.#below(1_000)),
        makerFeeAtoms: BigInt(this.#below(1_000)),
        takerRemainingLots: taker.remainingLots,
        makerRemainingLots: maker.remainingLots,
      });
      this.#level(instrument, maker);
      this.#balance(maker.account, this.#below(3));
    }
  }

  /** Both lose what they have in common; the one that has nothing left expires. */
  #prevent(instrument: number, taker: OpenOrder, maker: OpenOrder, open: OpenOrder[], index: number): void {
    const preventedLots = Math.min(taker.remainingLots, maker.remainingLots);
    taker.remainingLots -= preventedLots;
    maker.remainingLots -= preventedLots;
    this.#push({
      type: "trade_prevented",
      instrument,
      account: taker.account,
      takerOrderId: taker.orderId,
      makerOrderId: maker.orderId,
      selfTradeMode: "decrement",
      priceTicks: maker.priceTicks,
      preventedLots,
      takerRemainingLots: taker.remainingLots,
      makerRemainingLots: maker.remainingLots,
    });
    if (maker.remainingLots === 0) {
      open.splice(index, 1);
      this.#expire(instrument, maker, "self_trade", taker.orderId);
    }
    if (taker.remainingLots === 0) this.#expire(instrument, taker, "self_trade", maker.orderId);
  }

  #special(phase: SpecialTerms["phase"], orderListId: number): SpecialTerms {
    const strategyId = this.#below(3);
    const stops = { stopTicks: phase === "waiting" ? 1 + this.#below(9) : 0, trailingDeltaBips: this.#below(2) * 100 };
    return { conditions: { ...NO_CONDITIONS, ...stops, strategyId }, orderListId, phase };
  }

  /** Taken in, on no book: a stop order, or a list of two or three. */
  #wait(instrument: number): void {
    const count = 1 + this.#below(3);
    const account = 1 + this.#below(this.#accounts);
    const firstId = (this.#orderIds[instrument] ?? 0) + 1;
    const orderIds = Array.from({ length: count }, (_, leg) => firstId + leg);
    this.#listIds += count > 1 ? 1 : 0;
    const orderListId = count > 1 ? this.#listIds : 0;
    const contingency = this.#oneOf(["oco", "oto", "otoco"] as const);
    const listClientOrderId = `list-${this.#below(20)}`;
    const list = count > 1 ? { instrument, orderListId, account, contingency, listClientOrderId, orderIds } : null;
    if (list !== null) this.#push({ type: "order_list_changed", status: "exec_started", ...list });
    const orders = orderIds.map(() => {
      const orderId = this.#next(this.#orderIds, instrument);
      const phase = this.#oneOf(count === 1 ? (["waiting", "tracking"] as const) : (["waiting", "pending"] as const));
      const order = {
        orderId,
        account,
        side: this.#oneOf(["buy", "sell"] as const),
        quantityLots: 1 + this.#below(500),
      };
      const priceTicks = (this.#midTicks[instrument] ?? 1) + this.#below(11) - 5;
      this.#push({
        type: "order_accepted",
        ...{ instrument, ...order, priceTicks, quoteAtoms: 0n },
        orderType: "stop_loss_limit",
        timeInForce: "gtc",
        selfTradeMode: this.#oneOf(STREAM_SELF_TRADE_MODES),
        clientOrderId: `w-${this.#below(400)}`,
        special: this.#special(phase, orderListId),
      });
      return { ...order, priceTicks, remainingLots: order.quantityLots, phase };
    });
    this.#waiting[instrument]?.push({ orders, list });
  }

  /** The first of those that wait works or follows the price from now on, the others expire; then its list is done. */
  #wake(instrument: number, open: OpenOrder[]): void {
    const [waking] = this.#waiting[instrument]?.splice(0, 1) ?? [];
    if (waking === undefined) return;
    const { orders, list } = waking;
    for (const [leg, order] of orders.entries()) {
      const { orderId, account } = order;
      if (leg > 0) {
        this.#expire(instrument, order, "oco_trigger", 0);
        continue;
      }
      if (order.phase === "waiting" && this.#chance() < 0.3)
        this.#push({ type: "order_activated", instrument, orderId, account, phase: "tracking" });
      this.#push({ type: "order_activated", instrument, orderId, account, phase: "working" });
      this.#fill(instrument, order, open);
      if (order.remainingLots > 0) open.push(order);
    }
    if (list !== null) this.#push({ type: "order_list_changed", status: "all_done", ...list });
  }

  #cancel(instrument: number, open: OpenOrder[]): void {
    const [order] = open.splice(this.#below(open.length), 1);
    if (order === undefined) return;
    this.#push({
      type: "order_canceled",
      instrument,
      orderId: order.orderId,
      account: order.account,
      remainingLots: order.remainingLots,
      cause: this.#oneOf(["cancel", "cancel_all", "operator"]),
      cancelClientOrderId: "x",
    });
    this.#level(instrument, order);
    this.#balance(order.account, 1);
  }

  #amend(instrument: number, open: OpenOrder[]): void {
    const order = open[this.#below(open.length)];
    if (order === undefined || order.remainingLots < 2) return;
    const lessLots = 1 + this.#below(order.remainingLots - 1);
    order.quantityLots -= lessLots;
    order.remainingLots -= lessLots;
    const { orderId, account, quantityLots, remainingLots } = order;
    const clientOrderId = `amended-${this.#below(50)}`;
    this.#push({ type: "order_amended", instrument, orderId, account, quantityLots, remainingLots, clientOrderId });
    this.#level(instrument, order);
  }

  #expire(
    instrument: number,
    order: OpenOrder,
    reason: "ioc_unfilled" | "fok_unfilled" | "insufficient_liquidity" | "self_trade" | "oco_trigger",
    counterOrderId: number,
  ): void {
    const { orderId, account, remainingLots } = order;
    const preventedLots = reason === "self_trade" ? remainingLots : 0;
    this.#push({
      type: "order_expired",
      instrument,
      orderId,
      account,
      remainingLots,
      reason,
      counterOrderId,
      preventedLots,
    });
  }

  #fund(): void {
    const account = 1 + this.#below(this.#accounts);
    const asset = this.#below(3);
    const kind = this.#oneOf(["deposited", "withdrawal_held", "withdrawal_settled"] as const);
    const reference = `ref "${this.events.length}"`;
    this.#push({
      type: "funds_moved",
      account,
      asset,
      kind,
      atoms: BigInt(1 + this.#below(1e9)) * 1_000_003n,
      reference,
    });
    this.#balance(account, asset);
  }

  #changeStatus(instrument: number): void {
    const status = this.#oneOf(["trading", "cancel_only", "halt"] as const);
    this.#push({ type: "instrument_changed", instrument: instrumentOf(instrument, status) });
  }

  #balance(account: number, asset: number): void {
    const freeAtoms = BigInt(this.#below(2 ** 31)) * 2_147_483_647n;
    this.#push({ type: "balance_changed", account, asset, freeAtoms, lockedAtoms: BigInt(this.#below(1_000_000)) });
  }

  #level(instrument: number, order: OpenOrder): void {
    const updateId = this.#next(this.#updateIds, instrument);
    const { side, priceTicks, remainingLots: quantityLots } = order;
    this.#push({ type: "level_changed", instrument, updateId, side, priceTicks, quantityLots });
  }

  #push(event: Unnumbered<EngineEvent>): void {
    this.events.push({ seq: this.events.length + 1, timeUs: this.#timeUs, ...event } as EngineEvent);
  }

  #next(counters: number[], instrument: number): number {
    const next = (counters[instrument] ?? 0) + 1;
    counters[instrument] = next;
    return next;
  }

  #below(bound: number): number {
    return Math.floor(this.#chance() * bound);
  }

  #oneOf<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }
}
