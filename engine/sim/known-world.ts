/**
 * What a stream of commands has learnt from the events of the exchange it drives: which orders are open, which have
 * just closed, which withdrawals and keys there are, what is switched off. Chance picks its targets from here.
 */
import type { EngineCommand } from "../protocol/commands.ts";
import type { EngineEvent, OrderListChanged } from "../protocol/events.ts";

const CLOSED_KEPT = 16;

export interface KnownOrder {
  readonly orderId: number;
  readonly account: number;
  clientOrderId: string;
  readonly priceTicks: number;
  quantityLots: number;
  restLots: number;
}

export class KnownWorld {
  /** Per instrument, by order id. */
  readonly open: Map<number, KnownOrder>[] = [];
  readonly closed: KnownOrder[] = [];
  /** Open lists by id. */
  readonly lists = new Map<number, OrderListChanged>();
  /** Price of the last trade, by instrument. */
  readonly lastTicks: number[] = [];
  readonly heldReferences: string[] = [];
  /** What has been switched off, as the command that switches it on again. */
  readonly switchedOff = new Map<string, EngineCommand>();
  /** The highest key id. */
  keys = 0;

  constructor(instruments: number) {
    for (let id = 0; id < instruments; id += 1) this.open.push(new Map());
  }

  observe(event: EngineEvent): void {
    switch (event.type) {
      case "order_accepted":
        this.open[event.instrument]!.set(event.orderId, { ...event, restLots: event.quantityLots });
        break;
      case "trade_executed":
        this.#trade(event.instrument, event.takerOrderId, event.takerRemainingLots);
        this.#trade(event.instrument, event.makerOrderId, event.makerRemainingLots);
        this.lastTicks[event.instrument] = event.priceTicks;
        break;
      case "trade_prevented":
        // Who has nothing left after this ends by an event of its own.
        this.open[event.instrument]!.get(event.takerOrderId)!.restLots = event.takerRemainingLots;
        this.open[event.instrument]!.get(event.makerOrderId)!.restLots = event.makerRemainingLots;
        break;
      case "order_list_changed":
        if (event.status === "all_done") this.lists.delete(event.orderListId);
        else this.lists.set(event.orderListId, event);
        break;
      case "withdrawals_frozen":
        if (event.frozen)
          this.switchedOff.set("withdrawals", { type: "freeze_withdrawals", frozen: false, reason: "found" });
        else this.switchedOff.delete("withdrawals");
        break;
      case "order_canceled":
      case "order_expired":
        this.#close(event.instrument, event.orderId);
        break;
      case "order_amended": {
        const order = this.open[event.instrument]!.get(event.orderId)!;
        order.quantityLots = event.quantityLots;
        order.restLots = event.remainingLots;
        order.clientOrderId = event.clientOrderId;
        break;
      }
      case "instrument_changed": {
        const { id, symbol, status } = event.instrument;
        // Records from outside may add more than the stream itself does.
        this.open[id] ??= new Map();
        if (status === "trading") this.switchedOff.delete(symbol);
        else this.switchedOff.set(symbol, { type: "set_instrument_status", symbol, status: "trading" });
        break;
      }
      case "account_changed": {
        const { id, canTrade } = event.account;
        const on = { type: "set_account", account: id, canTrade: true, canWithdraw: true } as const;
        if (canTrade) this.switchedOff.delete(`${id}`);
        else this.switchedOff.set(`${id}`, on);
        break;
      }
      case "key_changed":
        this.keys = Math.max(this.keys, event.key.id);
        break;
      case "funds_moved":
        if (event.kind === "withdrawal_held") this.heldReferences.push(event.reference);
        break;
      default:
    }
  }

  #trade(instrument: number, orderId: number, restLots: number): void {
    const order = this.open[instrument]!.get(orderId)!;
    order.restLots = restLots;
    if (restLots === 0) this.#close(instrument, orderId);
  }

  #close(instrument: number, orderId: number): void {
    this.closed.push(this.open[instrument]!.get(orderId)!);
    if (this.closed.length > CLOSED_KEPT) this.closed.shift();
    this.open[instrument]!.delete(orderId);
  }
}
