/**
 * Makes the reply to one command from the events it caused and the read model right after it.
 */
import { COMMAND, type Command } from "../core/command.ts";
import type { CoreState } from "../core/state.ts";
import { assert } from "../domain/assert.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { OrderStatus } from "../domain/order.ts";
import type { Reject } from "../domain/rejects.ts";
import { decodeRow, rowLength } from "../protocol/event-decoder.ts";
import type {
  CommandRejected,
  EngineEvent,
  OrderAccepted,
  OrderAmended,
  OrderCanceled,
  OrderExpired,
  TradeExecuted,
} from "../protocol/events.ts";
import type { Canceled, Done, FillView, OrderView, Placed, Rejected, Reply } from "../protocol/views.ts";
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
export type AskedCommand = Pick<Command, "type" | "account" | "operator">;

/** Only the cancel of a cancel-replace is refused for these; for any other first refusal neither half was tried. */
const CANCEL_REFUSALS: ReadonlySet<Reject> = new Set([
  "order_not_found",
  "client_order_id_mismatch",
  "cancel_restricted",
]);

export class ReplyMaker {
  private readonly model: ReadModel;
  private readonly instrumentOf: (id: number) => Instrument;

  constructor(model: ReadModel, instrumentOf: (id: number) => Instrument) {
    this.model = model;
    this.instrumentOf = instrumentOf;
  }

  /**
   * @param events all that the command caused, in order; not empty.
   * @returns null for a repeated command alone: the order it speaks of has changed since or is no longer remembered, or
   *   the first command of this id was another one.
   */
  reply(command: AskedCommand, events: readonly EngineEvent[]): Reply | null {
    const last = events.at(-1);
    const first = events[0];
    assert(last !== undefined && first !== undefined, "every command that is not a repetition causes an event");
    if (isOfAnother(command, first)) return null;
    const answered = { seq: last.seq, timeUs: last.timeUs };
    switch (command.type) {
      case COMMAND.placeOrder:
        return first.type === "command_rejected" ? rejected(first, answered) : this.placed(events, answered);
      case COMMAND.cancelOrder:
        return first.type === "command_rejected" ? rejected(first, answered) : this.canceled(events, answered);
      case COMMAND.amendOrder:
        return first.type === "command_rejected" ? rejected(first, answered) : this.amended(events, answered);
      case COMMAND.cancelAll:
        return first.type === "command_rejected" ? rejected(first, answered) : this.canceledAll(events, answered);
      case COMMAND.cancelReplace:
        return this.replaced(events, answered);
      default: {
        assert(command.operator !== null, "what is answered is a trader's command or an operator's");
        if (first.type === "command_rejected") return rejected(first, answered);
        const isCancelAll = command.operator.type === "operator_cancel_all";
        return isCancelAll ? this.canceledAll(events, answered) : done(events, answered);
      }
    }
  }

  private view(instrument: number, orderId: number): OrderView | null {
    return this.model.order(instrument, orderId);
  }

  private placed(events: readonly EngineEvent[], answered: Answered): Placed | null {
    const accepted = events.find((event) => event.type === "order_accepted");
    if (accepted === undefined) return null;
    const fills = events.filter((event) => event.type === "trade_executed").map((trade) => this.takerFill(trade));
    return { outcome: "placed", order: orderAfter(accepted, fills, events), fills, ...answered };
  }

  private takerFill(trade: TradeExecuted): FillView {
    const { baseAsset, quoteAsset, quoteAtomsPerTickLot } = this.instrumentOf(trade.instrument);
    return {
      instrument: trade.instrument,
      tradeId: trade.tradeId,
      orderId: trade.takerOrderId,
      account: trade.takerAccount,
      side: trade.takerSide,
      priceTicks: trade.priceTicks,
      quantityLots: trade.quantityLots,
      quoteAtoms: BigInt(trade.priceTicks * quoteAtomsPerTickLot) * BigInt(trade.quantityLots),
      commissionAtoms: trade.takerFeeAtoms,
      commissionAsset: trade.takerSide === "buy" ? baseAsset : quoteAsset,
      isMaker: false,
      timeUs: trade.timeUs,
      seq: trade.seq,
    };
  }

  private canceled(events: readonly EngineEvent[], answered: Answered): Canceled | null {
    const event = events.find((each) => each.type === "order_canceled");
    if (event === undefined) return null;
    const order = this.view(event.instrument, event.orderId);
    return order === null
      ? null
      : { outcome: "canceled", order, cancelClientOrderId: event.cancelClientOrderId, ...answered };
  }

  private canceledAll(events: readonly EngineEvent[], answered: Answered): Reply | null {
    const canceled = events.filter((event): event is OrderCanceled => event.type === "order_canceled");
    if (canceled.length === 0) return null;
    const orders = canceled.map((event) => this.view(event.instrument, event.orderId));
    const known = orders.filter((order) => order !== null);
    if (known.length < canceled.length) return null;
    return {
      outcome: "canceled_all",
      orders: known,
      cancelClientOrderId: canceled[0]?.cancelClientOrderId ?? "",
      ...answered,
    };
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

  private replaced(events: readonly EngineEvent[], answered: Answered): Reply | null {
    const [first, ...others] = events;
    assert(first !== undefined, "a cancel-replace causes an event");
    const afterCancel = first.type === "command_rejected" ? others : events;
    const accepted = afterCancel.some((event) => event.type === "order_accepted");
    const refused = afterCancel.find((event) => event.type === "command_rejected");
    if (first.type === "command_rejected" && !CANCEL_REFUSALS.has(first.reason)) return rejected(first, answered);
    const canceled = first.type === "command_rejected" ? rejected(first, answered) : this.canceled(events, answered);
    const placed = accepted
      ? this.placed(afterCancel, answered)
      : refused !== undefined
        ? rejected(refused, answered)
        : null;
    if (canceled === null || (accepted && placed === null)) return null;
    return { outcome: "replaced", canceled, placed, ...answered };
  }
}

interface Answered {
  readonly seq: number;
  readonly timeUs: number;
}

/** One command id for two accounts' commands: whoever comes second is not told what the first was answered. */
function isOfAnother({ account, operator }: AskedCommand, first: EngineEvent): boolean {
  const sender = operator === null ? account : "account" in operator ? operator.account : null;
  const answered = "account" in first ? first.account : null;
  return typeof sender === "number" && typeof answered === "number" && sender !== answered;
}

/** The order as the command that placed it left it: what has become of it since does not show. */
function orderAfter(accepted: OrderAccepted, fills: readonly FillView[], events: readonly EngineEvent[]): OrderView {
  const { type, seq, timeUs, ...terms } = accepted;
  const executedLots = fills.reduce((sum, fill) => sum + fill.quantityLots, 0);
  const expired = events.find((event) => event.type === "order_expired" && event.orderId === accepted.orderId);
  const expiry = expired?.type === "order_expired" ? expired : null;
  return {
    ...terms,
    executedLots,
    preventedLots: expiry?.preventedLots ?? 0,
    cumulativeQuoteAtoms: fills.reduce((sum, fill) => sum + fill.quoteAtoms, 0n),
    status: statusAfter(accepted.quantityLots, executedLots, expiry),
    expiryReason: expiry?.reason ?? "none",
    createdUs: timeUs,
    updatedUs: timeUs,
    firstSeq: seq,
    lastSeq: expiry?.seq ?? fills.at(-1)?.seq ?? seq,
  };
}

function statusAfter(quantityLots: number, executedLots: number, expiry: OrderExpired | null): OrderStatus {
  if (expiry !== null) return expiry.reason === "self_trade" ? "expired_in_match" : "expired";
  if (executedLots === 0) return "new";
  return executedLots === quantityLots ? "filled" : "partially_filled";
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
  }
  return reply;
}
