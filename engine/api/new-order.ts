/**
 * A new order from its parameters (trading-api.md §1.9), checked in the order of §1.3: symbol, enums, what the type
 * needs and forbids, precision, filters. What needs the book, balances or the instrument's status is the engine's.
 */
import type { Instrument } from "../domain/instrument.ts";
import type { OrderType, SelfTradeMode, TimeInForce } from "../domain/order.ts";
import type { NewOrder } from "../protocol/commands.ts";
import type { Catalog } from "../protocol/views.ts";
import { checkMarketLots, checkNotional, decimalE8, priceTicksOf, quantityLotsOf, quoteAtomsOf } from "./amounts.ts";
import type { Parameters } from "./parameters.ts";
import {
  bothMissing,
  orderRefused,
  orderTypeInvalid,
  parameterInvalid,
  parameterMissing,
  parameterNotRequired,
  selfTradeModeNotAllowed,
  sideInvalid,
  strategyTypeTooSmall,
  symbolInvalid,
  timeInForceInvalid,
  timeInForceNotRequired,
} from "./refusal.ts";
import { ORDER_TYPE_OF, SELF_TRADE_OF, SIDE_OF, TIME_IN_FORCE_OF } from "./words.ts";

const CLIENT_ORDER_ID_LENGTH = 22;
const STRATEGY_TYPE_MIN = 1_000_000;

export const RESPONSE_TYPES = ["ACK", "RESULT", "FULL"] as const;
export type ResponseType = (typeof RESPONSE_TYPES)[number];

export interface NewOrderRequest {
  readonly instrument: Instrument;
  readonly order: NewOrder;
  readonly responseType: ResponseType;
  /** Echoed in the answer, never stored. */
  readonly strategyId: number | null;
  readonly strategyType: number | null;
}

type Need = "required" | "refused";
interface TypeRule {
  readonly price: Need;
  readonly timeInForce: Need;
  readonly responseType: ResponseType;
}
type SupportedType = "limit" | "market" | "limit_maker";
const RULES: Readonly<Record<SupportedType, TypeRule>> = {
  limit: { price: "required", timeInForce: "required", responseType: "FULL" },
  market: { price: "refused", timeInForce: "refused", responseType: "FULL" },
  limit_maker: { price: "required", timeInForce: "refused", responseType: "ACK" },
};

/** Types of the dialect that the core does not have yet. */
const UNSUPPORTED: Readonly<Record<Exclude<OrderType, SupportedType>, string>> = {
  stop_loss: "Stop loss orders are not supported for this symbol.",
  stop_loss_limit: "Stop loss limit orders are not supported for this symbol.",
  take_profit: "Take profit orders are not supported for this symbol.",
  take_profit_limit: "Take profit limit orders are not supported for this symbol.",
};

/** @throws Refusal -1121 */
export function instrumentOf(parameters: Parameters, catalog: Catalog): Instrument {
  const instrument = catalog.instrumentBySymbol.get(parameters.text("symbol"));
  if (instrument === undefined) throw symbolInvalid();
  return instrument;
}

/**
 * @param randomText makes the client order id where none was sent.
 * @throws Refusal
 */
export function readNewOrder(
  parameters: Parameters,
  catalog: Catalog,
  randomText: (length: number) => string,
): NewOrderRequest {
  const instrument = instrumentOf(parameters, catalog);
  const side = SIDE_OF.get(parameters.text("side"));
  const named = ORDER_TYPE_OF.get(parameters.text("type"));
  const timeInForce = timeInForceOf(parameters);
  const selfTradeMode = selfTradeModeOf(parameters);
  if (named === undefined) throw orderTypeInvalid();
  if (side === undefined) throw sideInvalid();
  const responseType = responseTypeOf(parameters);
  const orderType = supported(named);
  const rule = RULES[orderType];
  checkPresence(parameters, orderType, rule);
  const strategyType = parameters.integer("strategyType");
  if (strategyType !== null && strategyType < STRATEGY_TYPE_MIN) throw strategyTypeTooSmall();

  const price = parameters.text("price");
  const quantity = parameters.text("quantity");
  const quoteAmount = parameters.text("quoteOrderQty");
  const priceE8 = price === "" ? 0n : decimalE8(price, "price");
  const quantityE8 = quantity === "" ? 0n : decimalE8(quantity, "quantity");
  const quoteE8 = quoteAmount === "" ? 0n : decimalE8(quoteAmount, "quoteOrderQty");

  if (selfTradeMode !== null && !isAllowed(instrument, selfTradeMode)) throw selfTradeModeNotAllowed();
  const quoteDecimals = catalog.assets[instrument.quoteAsset]?.decimals ?? 8;
  const priceTicks = price === "" ? 0 : priceTicksOf(instrument, priceE8);
  const quantityLots = quantity === "" ? 0 : quantityLotsOf(instrument, quantityE8);
  const quoteAtoms = quoteAmount === "" ? 0n : quoteAtomsOf(instrument, quoteDecimals, quoteE8);
  if (orderType !== "market") checkNotional(instrument, quoteDecimals, priceTicks, quantityLots);
  else if (quantity !== "") checkMarketLots(instrument, quantityLots);
  else if (quoteAtoms === 0n) throw orderRefused("Price * QTY is zero or less.");

  const clientOrderId = parameters.text("newClientOrderId");
  return {
    instrument,
    order: {
      instrument: instrument.id,
      side,
      orderType,
      timeInForce: timeInForce ?? "gtc",
      selfTradeMode,
      priceTicks,
      quantityLots,
      quoteAtoms,
      clientOrderId: clientOrderId === "" ? randomText(CLIENT_ORDER_ID_LENGTH) : clientOrderId,
    },
    responseType: responseType ?? rule.responseType,
    strategyId: parameters.integer("strategyId"),
    strategyType,
  };
}

/** An id for an order or a cancel whose sender named none. */
export function clientOrderIdOr(sent: string, randomText: (length: number) => string): string {
  return sent === "" ? randomText(CLIENT_ORDER_ID_LENGTH) : sent;
}

function supported(orderType: OrderType): SupportedType {
  switch (orderType) {
    case "limit":
    case "market":
    case "limit_maker":
      return orderType;
    case "stop_loss":
    case "stop_loss_limit":
    case "take_profit":
    case "take_profit_limit":
      throw orderRefused(UNSUPPORTED[orderType]);
  }
}

function checkPresence(parameters: Parameters, orderType: SupportedType, rule: TypeRule): void {
  if (rule.timeInForce === "required" && !parameters.has("timeInForce")) throw parameterMissing("timeInForce");
  if (orderType === "market") {
    if (!parameters.has("quantity") && !parameters.has("quoteOrderQty")) throw bothMissing("quantity", "quoteOrderQty");
    if (parameters.has("quantity") && parameters.has("quoteOrderQty")) throw parameterNotRequired("quoteOrderQty");
  } else {
    if (!parameters.has("quantity")) throw parameterMissing("quantity");
    if (parameters.has("quoteOrderQty")) throw parameterNotRequired("quoteOrderQty");
  }
  if (rule.price === "required" && !parameters.has("price")) throw parameterMissing("price");
  if (rule.price === "refused" && parameters.has("price")) throw parameterNotRequired("price");
  if (rule.timeInForce === "refused" && parameters.has("timeInForce")) throw timeInForceNotRequired();
  if (parameters.has("stopPrice")) throw parameterNotRequired("stopPrice");
  if (parameters.has("trailingDelta")) throw parameterNotRequired("trailingDelta");
  if (parameters.has("icebergQty")) throw orderRefused("Iceberg orders are not supported for this symbol.");
}

function timeInForceOf(parameters: Parameters): TimeInForce | null {
  if (!parameters.has("timeInForce")) return null;
  const timeInForce = TIME_IN_FORCE_OF.get(parameters.text("timeInForce"));
  if (timeInForce === undefined) throw timeInForceInvalid();
  return timeInForce;
}

function selfTradeModeOf(parameters: Parameters): SelfTradeMode | null {
  if (!parameters.has("selfTradePreventionMode")) return null;
  const mode = SELF_TRADE_OF.get(parameters.text("selfTradePreventionMode"));
  if (mode === undefined) throw parameterInvalid("selfTradePreventionMode");
  return mode;
}

function isAllowed(instrument: Instrument, mode: SelfTradeMode): boolean {
  return (instrument.selfTradeAllowed as readonly SelfTradeMode[]).includes(mode);
}

function responseTypeOf(parameters: Parameters): ResponseType | null {
  const sent = parameters.text("newOrderRespType");
  if (sent === "") return null;
  const type = RESPONSE_TYPES.find((known) => known === sent);
  if (type === undefined) throw parameterInvalid("newOrderRespType");
  return type;
}
