/**
 * Events of a user data stream as the dialect shows them (trading-api.md §1.16): each from what the engine told and the order
 * behind it. Pure.
 *
 * E and T are both the engine's time of the change: the same on every replica, and when it is asked for again.
 */

import { unreachable } from "../domain/assert.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { AccountChange, ListChange, OrderChange } from "../protocol/account-story.ts";
import { formatAtoms, formatLots, formatTicks } from "../protocol/decimal.ts";
import type { FundingKind, FundsMoved } from "../protocol/events.ts";
import { isOpen, restOf, specialOf } from "../protocol/order-story.ts";
import type { BalanceView, Catalog, OrderView, PreventedMatchView } from "../protocol/views.ts";
import { decimalsOf } from "./amounts.ts";
import { type ShapeContext, shapeContext } from "./order-shapes.ts";
import { moment, type TimeUnit } from "./time-unit.ts";
import {
  EXPIRY_REASON_WORD,
  LIST_CONTINGENCY_WORD,
  LIST_ORDER_STATUS_WORD,
  LIST_STATUS_WORD,
  ORDER_STATUS_WORD,
  ORDER_TYPE_WORD,
  SELF_TRADE_WORD,
  SIDE_WORD,
  TIME_IN_FORCE_WORD,
} from "./words.ts";

type Shape = Record<string, unknown>;

const NO_LIST = -1;
const NO_TRADE = -1;
/** There are no trade groups. */
const NO_TRADE_GROUP = -1;

/** An order or a list has changed: executionReport, listStatus. */
export function changeShape(catalog: Catalog, change: AccountChange, unit: TimeUnit): Shape {
  return change.kind === "order" ? executionReport(catalog, change, unit) : listStatus(catalog, change, unit);
}

function instrumentAt(catalog: Catalog, id: number): Instrument {
  const instrument = catalog.instruments[id];
  if (instrument === undefined) throw new RangeError(`the catalog at hand has no instrument ${id}`);
  return instrument;
}

function executionReport(catalog: Catalog, change: OrderChange, unit: TimeUnit): Shape {
  const { event, order, fill, prevented } = change;
  const instrument = instrumentAt(catalog, order.instrument);
  const context = shapeContext(catalog, instrument, unit);
  const special = specialOf(order);
  const { conditions } = special;
  const time = moment(unit, event.timeUs);
  const commissionAsset = fill === null ? undefined : catalog.assets[fill.commissionAsset];
  const { c, C } = clientIdsOf(change);
  const shape: Shape = {
    e: "executionReport",
    E: time,
    s: instrument.symbol,
    c,
    S: SIDE_WORD[order.side],
    o: ORDER_TYPE_WORD[order.orderType],
    f: TIME_IN_FORCE_WORD[order.timeInForce],
    q: formatLots(instrument, order.quantityLots),
    p: formatTicks(instrument, order.priceTicks),
    P: formatTicks(instrument, conditions.stopTicks),
    F: formatLots(instrument, conditions.icebergLots),
    g: special.orderListId === 0 ? NO_LIST : special.orderListId,
    C,
    x: executionType(change),
    X: ORDER_STATUS_WORD[order.status],
    r: rejectReason(order),
    i: order.orderId,
    l: formatLots(instrument, fill?.quantityLots ?? 0),
    z: formatLots(instrument, order.executedLots),
    L: formatTicks(instrument, fill?.priceTicks ?? 0),
    n: fill === null ? "0" : formatAtoms(decimalsOf(catalog, fill.commissionAsset), fill.commissionAtoms),
    N: commissionAsset?.name ?? null,
    T: time,
    t: fill?.tradeId ?? NO_TRADE,
    I: event.seq,
    w: isOpen(order) && special.phase === "working",
    m: fill?.isMaker ?? false,
    M: false,
    O: moment(unit, order.createdUs),
    Z: formatAtoms(context.quoteDecimals, order.cumulativeQuoteAtoms),
    Y: formatAtoms(context.quoteDecimals, fill?.quoteAtoms ?? 0n),
    Q: formatAtoms(context.quoteDecimals, order.quoteAtoms),
  };
  if (special.workingUs > 0) shape.W = moment(unit, special.workingUs);
  shape.V = SELF_TRADE_WORD[order.selfTradeMode];
  if (conditions.trailingDeltaBips > 0) shape.d = conditions.trailingDeltaBips;
  if (special.trailingUs > 0) shape.D = moment(unit, special.trailingUs);
  if (conditions.strategyId > 0) shape.j = conditions.strategyId;
  if (conditions.strategyType > 0) shape.J = conditions.strategyType;
  const lostLots = preventedLotsOf(change);
  if (prevented !== null) Object.assign(shape, preventionShape(context, change, prevented, lostLots));
  const reason = EXPIRY_REASON_WORD[order.expiryReason];
  if (reason !== null) shape.eR = reason;
  return shape;
}

/** What this event took away from the order without a trade. */
function preventedLotsOf({ event }: OrderChange): number {
  return event.type === "trade_prevented" || event.type === "order_expired" ? event.preventedLots : 0;
}

function preventionShape(
  { instrument, quoteDecimals }: ShapeContext,
  { order, before }: OrderChange,
  prevented: PreventedMatchView,
  lostLots: number,
): Shape {
  const isTaker = prevented.takerOrderId === order.orderId;
  // What would have been traded: no more than either side had, where both are known.
  const sides = [prevented.takerPreventedLots, prevented.makerPreventedLots, before === null ? 0 : restOf(before)];
  const wouldTrade = Math.min(...sides.filter((lots) => lots > 0));
  const wouldTradeLots = Number.isFinite(wouldTrade) ? wouldTrade : 0;
  const quote = BigInt(prevented.priceTicks * instrument.quoteAtomsPerTickLot) * BigInt(wouldTradeLots);
  return {
    v: prevented.preventedMatchId,
    A: formatLots(instrument, order.preventedLots),
    B: formatLots(instrument, lostLots),
    u: NO_TRADE_GROUP,
    U: isTaker ? prevented.makerOrderId : prevented.takerOrderId,
    Cs: instrument.symbol,
    pl: formatLots(instrument, wouldTradeLots),
    pL: formatTicks(instrument, prevented.priceTicks),
    pY: formatAtoms(quoteDecimals, quote),
  };
}

/** c: of the order; of a cancel, the cancel's own. C: the order's, where c is not, or was another before. */
function clientIdsOf({ event, order, before }: OrderChange): { readonly c: string; readonly C: string } {
  switch (event.type) {
    case "order_canceled":
      // Whoever ends orders for the exchange gives its cancel no id.
      return { c: event.cancelClientOrderId || order.clientOrderId, C: order.clientOrderId };
    case "order_amended":
      return { c: order.clientOrderId, C: before?.clientOrderId ?? "" };
    default:
      return { c: order.clientOrderId, C: "" };
  }
}

function executionType({ event }: OrderChange): string {
  switch (event.type) {
    case "order_accepted":
    case "order_activated":
      return "NEW";
    case "trade_executed":
      return "TRADE";
    case "trade_prevented":
      return "TRADE_PREVENTION";
    case "order_canceled":
      return "CANCELED";
    case "order_amended":
      return "REPLACED";
    case "order_expired":
      return event.reason === "self_trade" ? "TRADE_PREVENTION" : "EXPIRED";
    default:
      return unreachable(event);
  }
}

/** Of an order that was refused when its turn came. */
function rejectReason({ expiryReason }: OrderView): string {
  switch (expiryReason) {
    case "unfunded_on_trigger":
      return "INSUFFICIENT_BALANCES";
    case "would_take_on_activation":
      return "WOULD_MATCH_IMMEDIATELY";
    case "would_trigger_on_activation":
      return "STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY";
    default:
      return "NONE";
  }
}

function listStatus(catalog: Catalog, { event, list }: ListChange, unit: TimeUnit): Shape {
  const { symbol } = instrumentAt(catalog, list.instrument);
  return {
    e: "listStatus",
    E: moment(unit, event.timeUs),
    s: symbol,
    g: list.orderListId,
    c: LIST_CONTINGENCY_WORD[list.contingency],
    l: LIST_STATUS_WORD[list.status],
    L: LIST_ORDER_STATUS_WORD[list.status],
    r: "NONE",
    C: list.listClientOrderId,
    T: moment(unit, event.timeUs),
    O: list.orders.map(({ orderId, clientOrderId }) => ({ s: symbol, i: orderId, c: clientOrderId })),
  };
}

/** Absolute values of the assets that one action of the engine may have changed. */
export function accountPositionShape(
  catalog: Catalog,
  balances: readonly BalanceView[],
  timeUs: number,
  unit: TimeUnit,
): Shape {
  return {
    e: "outboundAccountPosition",
    E: moment(unit, timeUs),
    u: moment(unit, timeUs),
    B: balances.map(({ asset, freeAtoms, lockedAtoms }) => {
      const { name, decimals } = assetAt(catalog, asset);
      return { a: name, f: formatAtoms(decimals, freeAtoms), l: formatAtoms(decimals, lockedAtoms) };
    }),
  };
}

/**
 * What each movement of funds means to a trader: a withdrawal leaves when it is held, and comes back when it is released.
 * 0: what it means has been told before.
 */
const SIGN_OF: Readonly<Record<FundingKind, bigint>> = {
  deposited: 1n,
  withdrawal_held: -1n,
  withdrawal_settled: 0n,
  withdrawal_released: 1n,
};

/** null: nothing to tell. */
export function balanceUpdateShape(catalog: Catalog, event: FundsMoved, unit: TimeUnit): Shape | null {
  const sign = SIGN_OF[event.kind];
  if (sign === 0n) return null;
  const { name, decimals } = assetAt(catalog, event.asset);
  const time = moment(unit, event.timeUs);
  return { e: "balanceUpdate", E: time, a: name, d: formatAtoms(decimals, sign * event.atoms), T: time };
}

function assetAt(catalog: Catalog, id: number): { readonly name: string; readonly decimals: number } {
  const asset = catalog.assets[id];
  if (asset === undefined) throw new RangeError(`the catalog at hand has no asset ${id}`);
  return asset;
}

export function streamTerminatedShape(nowUs: number, unit: TimeUnit): Shape {
  return { e: "eventStreamTerminated", E: moment(unit, nowUs) };
}
