/**
 * The words of one order among a request's parameters: POST order has the plain names, a leg of a list has names of its own
 * (`aboveStopPrice`, `pendingBelowType` …). Read in the order of trading-api.md §1.3: enums, what the type needs and forbids
 * (§1.9), precision, filters. What needs the book, balances or the instrument's status is the engine's.
 */
import { type Instrument, rulesOf } from "../domain/instrument.ts";
import type { OrderConditions, OrderType, SelfTradeMode, Side, TimeInForce } from "../domain/order.ts";
import type { NewOrder } from "../protocol/commands.ts";
import {
  checkIcebergParts,
  checkMarketLots,
  checkNotional,
  checkTrailingDelta,
  decimalE8,
  priceTicksOf,
  quantityLotsOf,
  quoteAtomsOf,
} from "./amounts.ts";
import type { Parameters } from "./parameters.ts";
import {
  bothMissing,
  orderCombinationUnsupported,
  orderRefused,
  orderTypeInvalid,
  parameterMissing,
  parameterNotRequired,
  sideInvalid,
  strategyTypeTooSmall,
  timeInForceInvalid,
  timeInForceNotRequired,
} from "./refusal.ts";
import { ORDER_TYPE_OF, SIDE_OF, TIME_IN_FORCE_OF } from "./words.ts";

const STRATEGY_TYPE_MIN = 1_000_000;

/** What each word is called in the request. null: this order has no such parameter. */
export interface OrderNames {
  /** null: the type is not asked for, `fixedType` is it. */
  readonly type: string | null;
  readonly fixedType?: OrderType;
  readonly side: string;
  readonly timeInForce: string | null;
  readonly quantity: string;
  readonly quoteOrderQty: string | null;
  readonly price: string;
  readonly stopPrice: string | null;
  readonly trailingDelta: string | null;
  readonly icebergQty: string | null;
  readonly strategyId: string;
  readonly strategyType: string;
  readonly clientOrderId: string;
}

export const PLAIN_NAMES: OrderNames = {
  type: "type",
  side: "side",
  timeInForce: "timeInForce",
  quantity: "quantity",
  quoteOrderQty: "quoteOrderQty",
  price: "price",
  stopPrice: "stopPrice",
  trailingDelta: "trailingDelta",
  icebergQty: "icebergQty",
  strategyId: "strategyId",
  strategyType: "strategyType",
  clientOrderId: "newClientOrderId",
};

export interface TypeRule {
  readonly hasPrice: boolean;
  readonly hasTimeInForce: boolean;
  /** A stop price, a trailing delta, or both. */
  readonly hasTrigger: boolean;
  readonly mayBeIceberg: boolean;
}
export const TYPE_RULES: Readonly<Record<OrderType, TypeRule>> = {
  limit: { hasPrice: true, hasTimeInForce: true, hasTrigger: false, mayBeIceberg: true },
  market: { hasPrice: false, hasTimeInForce: false, hasTrigger: false, mayBeIceberg: false },
  limit_maker: { hasPrice: true, hasTimeInForce: false, hasTrigger: false, mayBeIceberg: true },
  stop_loss: { hasPrice: false, hasTimeInForce: false, hasTrigger: true, mayBeIceberg: false },
  stop_loss_limit: { hasPrice: true, hasTimeInForce: true, hasTrigger: true, mayBeIceberg: true },
  take_profit: { hasPrice: false, hasTimeInForce: false, hasTrigger: true, mayBeIceberg: false },
  take_profit_limit: { hasPrice: true, hasTimeInForce: true, hasTrigger: true, mayBeIceberg: true },
};

/** The enums of an order. */
export interface OrderWords {
  readonly names: OrderNames;
  readonly side: Side;
  readonly orderType: OrderType;
  readonly timeInForce: TimeInForce | null;
}

/** @throws Refusal -1115, -1116, -1117 */
export function readWords(parameters: Parameters, names: OrderNames): OrderWords {
  const timeInForce = timeInForceOf(textOf(parameters, names.timeInForce));
  const orderType = names.type === null ? names.fixedType : ORDER_TYPE_OF.get(parameters.text(names.type));
  if (orderType === undefined) throw orderTypeInvalid();
  const side = SIDE_OF.get(parameters.text(names.side));
  if (side === undefined) throw sideInvalid();
  return { names, side, orderType, timeInForce };
}

function timeInForceOf(sent: string): TimeInForce | null {
  if (sent === "") return null;
  const timeInForce = TIME_IN_FORCE_OF.get(sent);
  if (timeInForce === undefined) throw timeInForceInvalid();
  return timeInForce;
}

function textOf(parameters: Parameters, name: string | null): string {
  return name === null ? "" : parameters.text(name);
}

/** What the type needs and forbids. @throws Refusal -1102, -1106, -1114, -1014, -1134 */
export function checkPresence(parameters: Parameters, words: OrderWords): void {
  const { names, orderType } = words;
  const rule = TYPE_RULES[orderType];
  const has = (name: string | null): boolean => name !== null && parameters.has(name);
  const need = (name: string): void => {
    if (!parameters.has(name)) throw parameterMissing(name);
  };
  const refuse = (name: string | null): void => {
    if (name !== null && parameters.has(name)) throw parameterNotRequired(name);
  };

  if (rule.hasTimeInForce) need(names.timeInForce ?? "timeInForce");
  if (orderType === "market" && names.quoteOrderQty !== null) {
    if (!has(names.quantity) && !has(names.quoteOrderQty)) throw bothMissing(names.quantity, names.quoteOrderQty);
    if (has(names.quantity)) refuse(names.quoteOrderQty);
  } else {
    need(names.quantity);
    refuse(names.quoteOrderQty);
  }
  if (rule.hasPrice) need(names.price);
  else refuse(names.price);
  if (!rule.hasTimeInForce && has(names.timeInForce)) throw timeInForceNotRequired();
  if (!rule.hasTrigger) {
    refuse(names.stopPrice);
    refuse(names.trailingDelta);
  } else if (!has(names.stopPrice) && !has(names.trailingDelta)) {
    throw bothMissing(names.stopPrice ?? "stopPrice", names.trailingDelta ?? "trailingDelta");
  }
  if (!rule.mayBeIceberg) refuse(names.icebergQty);
  else if (has(names.icebergQty) && rule.hasTimeInForce && words.timeInForce !== "gtc") {
    throw orderCombinationUnsupported();
  }
  const strategyType = parameters.integer(names.strategyType);
  if (strategyType !== null && strategyType < STRATEGY_TYPE_MIN) throw strategyTypeTooSmall();
}

/** The numbers of an order, in 1e-8; null: not sent. */
export interface OrderNumbers {
  readonly priceE8: bigint | null;
  readonly quantityE8: bigint | null;
  readonly quoteE8: bigint | null;
  readonly stopE8: bigint | null;
  readonly icebergE8: bigint | null;
}

/** @throws Refusal -1111 */
export function readNumbers(parameters: Parameters, { names }: OrderWords): OrderNumbers {
  const read = (name: string | null): bigint | null =>
    name !== null && parameters.has(name) ? decimalE8(parameters.text(name), name) : null;
  return {
    priceE8: read(names.price),
    quantityE8: read(names.quantity),
    quoteE8: read(names.quoteOrderQty),
    stopE8: read(names.stopPrice),
    icebergE8: read(names.icebergQty),
  };
}

/** A new order but for its client order id. */
export type Terms = Omit<NewOrder, "clientOrderId">;

/** @throws Refusal -1013, -2010 */
export function termsOf(
  parameters: Parameters,
  instrument: Instrument,
  quoteDecimals: number,
  words: OrderWords,
  numbers: OrderNumbers,
  selfTradeMode: SelfTradeMode | null,
): Terms {
  const { names, side, orderType, timeInForce } = words;
  const { priceE8, quantityE8, quoteE8, stopE8, icebergE8 } = numbers;
  const rules = rulesOf(instrument);
  const trailingDeltaBips = (names.trailingDelta !== null && parameters.integer(names.trailingDelta)) || 0;

  const priceTicks = priceE8 === null ? 0 : priceTicksOf(instrument, priceE8);
  const stopTicks = stopE8 === null ? 0 : priceTicksOf(instrument, stopE8);
  const quantityLots = quantityE8 === null ? 0 : quantityLotsOf(instrument, quantityE8);
  const quoteAtoms = quoteE8 === null ? 0n : quoteAtomsOf(instrument, quoteDecimals, quoteE8);
  const icebergLots = icebergE8 === null ? 0 : quantityLotsOf(instrument, icebergE8);
  if (icebergLots > quantityLots) throw orderRefused("IcebergQty exceeds QTY.");
  if (priceE8 !== null) checkNotional(instrument, quoteDecimals, priceTicks, quantityLots);
  else if (quantityE8 !== null) checkMarketLots(instrument, quantityLots);
  else if (quoteAtoms === 0n) throw orderRefused("Price * QTY is zero or less.");
  if (icebergLots > 0) checkIcebergParts(rules, quantityLots, icebergLots);
  if (names.trailingDelta !== null && parameters.has(names.trailingDelta)) {
    checkTrailingDelta(rules, side, orderType, trailingDeltaBips);
  }

  const conditions: OrderConditions = {
    stopTicks,
    trailingDeltaBips,
    icebergLots,
    strategyId: parameters.integer(names.strategyId) ?? 0,
    strategyType: parameters.integer(names.strategyType) ?? 0,
  };
  return {
    instrument: instrument.id,
    side,
    orderType,
    timeInForce: timeInForce ?? "gtc",
    selfTradeMode,
    priceTicks,
    quantityLots,
    quoteAtoms,
    ...(hasCondition(conditions) ? { conditions } : {}),
  };
}

/** A plain order carries none, so that it costs what it did before there were any. */
function hasCondition(conditions: OrderConditions): boolean {
  return (
    conditions.stopTicks !== 0 ||
    conditions.trailingDeltaBips !== 0 ||
    conditions.icebergLots !== 0 ||
    conditions.strategyId !== 0 ||
    conditions.strategyType !== 0
  );
}
