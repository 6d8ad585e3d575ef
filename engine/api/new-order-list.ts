/**
 * A list of orders from its parameters (trading-api.md §1.11, §1.12): OCO by above and below, OTO by working and pending, OTOCO by
 * both, and the OCO of old by limit and stop. Checked as a single order is (order-words.ts), leg by leg in each step.
 */
import type { Instrument } from "../domain/instrument.ts";
import type { ListContingency, OrderType } from "../domain/order.ts";
import type { ListLeg } from "../protocol/commands.ts";
import type { Catalog } from "../protocol/views.ts";
import { quoteDecimalsOf } from "./amounts.ts";
import {
  checkSelfTradeMode,
  clientOrderIdOr,
  instrumentOf,
  type ResponseType,
  readResponseType,
  readSelfTradeMode,
} from "./new-order.ts";
import { checkPresence, type OrderNames, readNumbers, readWords, termsOf } from "./order-words.ts";
import type { Parameters } from "./parameters.ts";
import type { LegPrefix } from "./reference/parameter-catalog.ts";
import { notSupported, parameterNotRequired } from "./refusal.ts";
import { SIDE_OF } from "./words.ts";

export interface NewOrderListRequest {
  readonly instrument: Instrument;
  readonly contingency: ListContingency;
  readonly listClientOrderId: string;
  readonly legs: readonly ListLeg[];
  readonly responseType: ResponseType;
}

export type ListForm = "oco" | "oto" | "otoco" | "old_oco";

/** @throws Refusal */
export function readNewOrderList(
  form: ListForm,
  parameters: Parameters,
  catalog: Catalog,
  randomText: (length: number) => string,
): NewOrderListRequest {
  const instrument = instrumentOf(parameters, catalog);
  if (parameters.asksForPeg()) throw notSupported();
  const selfTradeMode = readSelfTradeMode(parameters);
  const words = namesOf(form, parameters).map((names) => readWords(parameters, names));
  const responseType = readResponseType(parameters);
  if (form === "old_oco") checkStopLimitTime(parameters);
  for (const leg of words) checkPresence(parameters, leg);
  const numbered = words.map((leg) => ({ leg, numbers: readNumbers(parameters, leg) }));
  checkSelfTradeMode(instrument, selfTradeMode);
  const quoteDecimals = quoteDecimalsOf(catalog, instrument);
  const legs = numbered.map(({ leg, numbers }): ListLeg => {
    const terms = termsOf(parameters, instrument, quoteDecimals, leg, numbers, selfTradeMode);
    const { instrument: _ofTheList, quoteAtoms: _never, ...rest } = terms;
    return { ...rest, clientOrderId: clientOrderIdOr(parameters.text(leg.names.clientOrderId), randomText) };
  });
  return {
    instrument,
    contingency: form === "old_oco" ? "oco" : form,
    listClientOrderId: clientOrderIdOr(parameters.text("listClientOrderId"), randomText),
    legs,
    responseType: responseType ?? "RESULT",
  };
}

/** In the order of the engine's legs: below before above, working before pending. */
function namesOf(form: ListForm, parameters: Parameters): readonly OrderNames[] {
  switch (form) {
    case "oco":
      return [legNames("below", "side", "quantity"), legNames("above", "side", "quantity")];
    case "oto":
      return [legNames("working"), legNames("pending")];
    case "otoco":
      return [
        legNames("working"),
        legNames("pendingBelow", "pendingSide", "pendingQuantity"),
        legNames("pendingAbove", "pendingSide", "pendingQuantity"),
      ];
    case "old_oco":
      return oldNames(parameters);
  }
}

/** @param side where the legs of a pair share one */
function legNames(prefix: LegPrefix, side = `${prefix}Side`, quantity = `${prefix}Quantity`): OrderNames {
  // The order that works at once is a plain limit order.
  const isWorking = prefix === "working";
  return {
    type: `${prefix}Type`,
    side,
    timeInForce: `${prefix}TimeInForce`,
    quantity,
    quoteOrderQty: null,
    price: `${prefix}Price`,
    stopPrice: isWorking ? null : `${prefix}StopPrice`,
    trailingDelta: isWorking ? null : `${prefix}TrailingDelta`,
    icebergQty: `${prefix}IcebergQty`,
    strategyId: `${prefix}StrategyId`,
    strategyType: `${prefix}StrategyType`,
    clientOrderId: `${prefix}ClientOrderId`,
  };
}

/** The old form has no types: a price is a LIMIT_MAKER, a stop with a limit price a STOP_LOSS_LIMIT. */
function oldNames(parameters: Parameters): readonly OrderNames[] {
  const fixed = (fixedType: OrderType): Pick<OrderNames, "type" | "fixedType" | "side" | "quantity"> => ({
    type: null,
    fixedType,
    side: "side",
    quantity: "quantity",
  });
  const limit: OrderNames = {
    ...fixed("limit_maker"),
    timeInForce: null,
    quoteOrderQty: null,
    price: "price",
    stopPrice: null,
    trailingDelta: null,
    icebergQty: "limitIcebergQty",
    strategyId: "limitStrategyId",
    strategyType: "limitStrategyType",
    clientOrderId: "limitClientOrderId",
  };
  const stop: OrderNames = {
    ...fixed(parameters.has("stopLimitPrice") ? "stop_loss_limit" : "stop_loss"),
    timeInForce: "stopLimitTimeInForce",
    quoteOrderQty: null,
    price: "stopLimitPrice",
    stopPrice: "stopPrice",
    trailingDelta: "trailingDelta",
    icebergQty: "stopIcebergQty",
    strategyId: "stopStrategyId",
    strategyType: "stopStrategyType",
    clientOrderId: "stopClientOrderId",
  };
  return SIDE_OF.get(parameters.text("side")) === "buy" ? [limit, stop] : [stop, limit];
}

/** Without a limit price the stop is a market order, which has no time in force: said in the words of the old form. */
function checkStopLimitTime(parameters: Parameters): void {
  if (parameters.has("stopLimitTimeInForce") && !parameters.has("stopLimitPrice")) {
    throw parameterNotRequired("stopLimitTimeInForce");
  }
}
