/**
 * Makes the reply to one command from the events it caused and the read model right after it.
 *
 * An order that the command took in is told from the events alone, as they left it (protocol/order-story.ts): what another
 * order did in the same command, or what came later, does not show. Orders and lists that the command ended are told by the
 * read model: they change no more.
 */
import { COMMAND, type Command } from "../core/command.ts";
import type { CoreState } from "../core/state.ts";
import { assert } from "../domain/assert.ts";
import { unpackClientOrderId } from "../domain/client-order-id.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Reject } from "../domain/rejects.ts";
import { decodeRow, rowLength } from "../protocol/event-decoder.ts";
import type { CommandRejected, EngineEvent, OrderAccepted, OrderAmended, OrderCanceled } from "../protocol/events.ts";
import { acceptedOrder, concerns, fillOf, listAfter, listWithLeg, orderAfter } from "../protocol/order-story.ts";
import type {
  Canceled,
  Done,
  FillView,
  ListCanceled,
  OrderCounts,
  OrderListView,
  OrderView,
  Placed,
  Rejected,
  Reply,
} from "../protocol/views.ts";
import type { ReadModel } from "./read-model.ts";

/** The events of the rows from `start` to `end`; `firstSeq` is that of the first of them. */
export function eventsBetween(
  state: CoreState,
  start: number,
  end: number,
  firstSeq: number,
  timeUs: number,
): EngineEvent[] {
  const { rows, words, texts } = state.events;
  const events: EngineEvent[] = [];
  for (let at = start, seq = firstSeq; at < end; at += rowLength(rows, at), seq++)
    events.push(decodeRow(rows, words, at, texts, seq, timeUs));
  return events;
}

/** Of a command, what its answer depends on. */
export type AskedCommand = Pick<Command, "type" | "account" | "operator" | "orderId" | "origClientId">;

/** A copy that outlives the machine's own record. */
export function askedOf({ type, account, operator, orderId, origClientId }: Command): AskedCommand {
  return { type, account, operator, orderId, origClientId: origClientId.slice() };
}

/** Only the cancel of a cancel-replace is refused for these; for any other first refusal neither half was tried. */
const CANCEL_REFUSALS: ReadonlySet<Reject> = new Set([
  "order_not_found",
  "client_order_id_mismatch",
  "cancel_restricted",
]);

interface Answered {
  readonly seq: number;
  readonly timeUs: number;
}

export class ReplyMaker {
  private readonly model: ReadModel;
  private readonly instrumentOf: (id: number) => Instrument;
  private readonly countsOf: (account: number) => OrderCounts;

  /** @param countsOf the account's order counts right after the command. */
  constructor(model: ReadModel, instrumentOf: (id: number) => Instrument, countsOf: (account: number) => OrderCounts) {
    this.model = model;
    this.instrumentOf = instrumentOf;
    this.countsOf = countsOf;
  }

  /** The first answer, right after the command. @param events all that it caused, in order; not empty. */
  reply(command: AskedCommand, events: readonly EngineEvent[]): Reply {
    const reply = this.again(command, events);
    assert(reply !== null, "a command that is not a repetition is answered from its events");
    switch (reply.outcome) {
      case "placed":
      case "list_placed":
      case "replaced":
        return { ...reply, orderCounts: this.countsOf(command.account) };
      default:
        return reply;
    }
  }

  /**
   * The first answer made again, without counts.
   *
   * @returns null: the order it speaks of has changed since or is no longer remembered, or the first command of this id was
   *   another one.
   */
  again(command: AskedCommand, events: readonly EngineEvent[]): Reply | null {
    const last = events.at(-1);
    const first = events[0];
    assert(last !== undefined && first !== undefined, "every command that is not a repetition causes an event");
    if (isOfAnother(command, first)) return null;
    const answered = { seq: last.seq, timeUs: last.timeUs };
    if (command.type === COMMAND.cancelReplace) return this.replaced(command, events, answered);
    if (first.type === "command_rejected") return rejected(first, answered);
    switch (command.type) {
      case COMMAND.placeOrder:
        return this.placed(events, answered);
      case COMMAND.cancelOrder:
        return this.canceled(command, events, answered);
      case COMMAND.amendOrder:
        return this.amended(events, answered);
      case COMMAND.cancelAll:
        return this.canceledAll(events, answered);
      case COMMAND.placeOrderList:
        return this.listPlaced(events, answered);
      case COMMAND.cancelOrderList:
        return this.canceledList(events, answered);
      default:
        assert(command.operator !== null, "what is answered is a trader's command or an operator's");
        return command.operator.type === "operator_cancel_all"
          ? this.canceledAll(events, answered)
          : done(events, answered);
    }
  }

  /** An order as its command left it, and its fills in it. */
  private taken(accepted: OrderAccepted, events: readonly EngineEvent[]): Pick<Placed, "order" | "fills"> {
    const terms = this.instrumentOf(accepted.instrument);
    const fills: FillView[] = [];
    let order = acceptedOrder(accepted);
    for (const event of events) {
      if (!concerns(event, order)) continue;
      order = orderAfter(order, event, terms);
      if (event.type !== "trade_executed") continue;
      // Under the self-trade mode none one order is never both sides.
      fills.push(fillOf(event, event.takerOrderId === order.orderId ? "taker" : "maker", terms));
    }
    return { order, fills };
  }

  private placed(events: readonly EngineEvent[], answered: Answered): Placed | null {
    const accepted = events.find((event) => event.type === "order_accepted");
    return accepted === undefined ? null : { outcome: "placed", ...this.taken(accepted, events), ...answered };
  }

  private listPlaced(events: readonly EngineEvent[], answered: Answered): Reply | null {
    const [first] = events;
    if (first?.type !== "order_list_changed") return null;
    let list = listAfter(null, first);
    const legs: Pick<Placed, "order" | "fills">[] = [];
    for (const event of events) {
      if (event.type === "order_list_changed" && event.orderListId === list.orderListId) list = listAfter(list, event);
      else if (event.type === "order_accepted") {
        list = listWithLeg(list, event);
        legs.push(this.taken(event, events));
      }
    }
    return {
      outcome: "list_placed",
      list,
      orders: legs.map(({ order }) => order),
      fills: legs.flatMap(({ fills }) => fills).sort((one, other) => one.tradeId - other.tradeId),
      ...answered,
    };
  }

  private canceled(command: AskedCommand, events: readonly EngineEvent[], answered: Answered): Canceled | null {
    const ended = this.endedBy(events);
    const order = ended?.orders.find((each) => isNamed(command, each, ended.orders.length));
    if (ended === null || order === undefined) return null;
    const [list] = ended.lists;
    return {
      outcome: "canceled",
      order,
      cancelClientOrderId: ended.cancelClientOrderId,
      ...(list !== undefined && { list: { list, orders: ended.orders } }),
      ...answered,
    };
  }

  private canceledAll(events: readonly EngineEvent[], answered: Answered): Reply | null {
    const ended = this.endedBy(events);
    if (ended === null) return null;
    const { orders, lists, cancelClientOrderId } = ended;
    return {
      outcome: "canceled_all",
      orders,
      cancelClientOrderId,
      ...(lists.length > 0 && { lists }),
      ...answered,
    };
  }

  private canceledList(events: readonly EngineEvent[], answered: Answered): Reply | null {
    const ended = this.endedBy(events);
    const list = ended?.lists[0];
    if (ended === null || list === undefined) return null;
    const { orders, cancelClientOrderId } = ended;
    return { outcome: "canceled_list", list, orders, cancelClientOrderId, ...answered };
  }

  /** What a cancel ended: its orders in the order of its events, and their lists; null: none, or not all are known any more. */
  private endedBy(events: readonly EngineEvent[]): Ended | null {
    const canceled = events.filter((event): event is OrderCanceled => event.type === "order_canceled");
    const [first] = canceled;
    if (first === undefined) return null;
    const orders: OrderView[] = [];
    const lists: OrderListView[] = [];
    for (const event of canceled) {
      const order = this.model.order(event.instrument, event.orderId);
      if (order === null) return null;
      orders.push(order);
      const orderListId = order.special?.orderListId ?? 0;
      if (orderListId === 0 || lists.some((list) => list.orderListId === orderListId)) continue;
      const list = this.model.lists.view(orderListId);
      if (list === null) return null;
      lists.push(list);
    }
    return { orders, lists, cancelClientOrderId: first.cancelClientOrderId };
  }

  private amended(events: readonly EngineEvent[], answered: Answered): Reply | null {
    const event = events.find((each): each is OrderAmended => each.type === "order_amended");
    if (event === undefined) return null;
    const order = this.model.order(event.instrument, event.orderId);
    // The events alone do not say what the order had cost by then.
    if (order === null || order.lastSeq !== event.seq) return null;
    const origClientOrderId = this.model.clientOrderIdBefore(event.instrument, event.orderId);
    return origClientOrderId === null ? null : { outcome: "amended", order, origClientOrderId, ...answered };
  }

  private replaced(command: AskedCommand, events: readonly EngineEvent[], answered: Answered): Reply | null {
    const [first, ...others] = events;
    assert(first !== undefined, "a cancel-replace causes an event");
    const afterCancel = first.type === "command_rejected" ? others : events;
    const accepted = afterCancel.some((event) => event.type === "order_accepted");
    const refused = afterCancel.find((event) => event.type === "command_rejected");
    if (first.type === "command_rejected" && !CANCEL_REFUSALS.has(first.reason)) return rejected(first, answered);
    const canceled =
      first.type === "command_rejected" ? rejected(first, answered) : this.canceled(command, events, answered);
    const placed = accepted
      ? this.placed(afterCancel, answered)
      : refused !== undefined
        ? rejected(refused, answered)
        : null;
    if (canceled === null || (accepted && placed === null)) return null;
    return { outcome: "replaced", canceled, placed, ...answered };
  }
}

interface Ended extends Pick<ListCanceled, "orders"> {
  readonly lists: readonly OrderListView[];
  readonly cancelClientOrderId: string;
}

/** Whether a cancel named this one of the orders that it ended: of a list, all go with the one that is named. */
function isNamed({ orderId, origClientId }: AskedCommand, order: OrderView, count: number): boolean {
  if (count === 1) return true;
  return orderId === 0 ? order.clientOrderId === unpackClientOrderId(origClientId, 0) : order.orderId === orderId;
}

/** One command id for two accounts' commands: whoever comes second is not told what the first was answered. */
function isOfAnother({ account, operator }: AskedCommand, first: EngineEvent): boolean {
  const sender = operator === null ? account : "account" in operator ? operator.account : null;
  const answered = "account" in first ? first.account : null;
  return typeof sender === "number" && typeof answered === "number" && sender !== answered;
}

function rejected(event: CommandRejected, answered: Answered): Rejected {
  return { outcome: "rejected", reason: event.reason, ...answered };
}

function done(events: readonly EngineEvent[], answered: Answered): Done {
  let reply: Done = { outcome: "done", ...answered };
  for (const event of events) {
    if (event.type === "asset_added") reply = { ...reply, asset: event.asset };
    else if (event.type === "instrument_changed") reply = { ...reply, instrument: event.instrument };
    else if (event.type === "account_changed") reply = { ...reply, account: event.account };
    else if (event.type === "key_changed") reply = { ...reply, key: event.key };
    else if (event.type === "exchange_limits_changed") reply = { ...reply, limits: event.limits };
  }
  return reply;
}
