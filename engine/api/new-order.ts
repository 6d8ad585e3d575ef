/**
 * A new order from its parameters (trading-api.md §1.9), checked in the order of §1.3: symbol, enums, what the type
 * needs and forbids, precision, filters (order-words.ts).
 */
import type { Instrument } from "../domain/instrument.ts";
import type { OrderType, SelfTradeMode } from "../domain/order.ts";
import type { NewOrder } from "../protocol/commands.ts";
import type { Catalog } from "../protocol/views.ts";
import { quoteDecimalsOf } from "./amounts.ts";
import { checkPresence, PLAIN_NAMES, readNumbers, readWords, termsOf } from "./order-words.ts";
import type { Parameters } from "./parameters.ts";
import { notSupported, parameterInvalid, selfTradeModeNotAllowed, symbolInvalid } from "./refusal.ts";
import { SELF_TRADE_OF } from "./words.ts";

const CLIENT_ORDER_ID_LENGTH = 22;

export const RESPONSE_TYPES = ["ACK", "RESULT", "FULL"] as const;
export type ResponseType = (typeof RESPONSE_TYPES)[number];

/** What an order is answered with where its sender asked for nothing. */
const DEFAULT_RESPONSE: Readonly<Record<OrderType, ResponseType>> = {
  limit: "FULL",
  market: "FULL",
  limit_maker: "ACK",
  stop_loss: "ACK",
  stop_loss_limit: "ACK",
  take_profit: "ACK",
  take_profit_limit: "ACK",
};

export interface NewOrderRequest {
  readonly instrument: Instrument;
  readonly order: NewOrder;
  readonly responseType: ResponseType;
}

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
  if (parameters.asksForPeg()) throw notSupported();
  const selfTradeMode = readSelfTradeMode(parameters);
  const words = readWords(parameters, PLAIN_NAMES);
  const responseType = readResponseType(parameters);
  checkPresence(parameters, words);
  const numbers = readNumbers(parameters, words);
  checkSelfTradeMode(instrument, selfTradeMode);
  const quoteDecimals = quoteDecimalsOf(catalog, instrument);
  const terms = termsOf(parameters, instrument, quoteDecimals, words, numbers, selfTradeMode);
  return {
    instrument,
    order: { ...terms, clientOrderId: clientOrderIdOr(parameters.text(PLAIN_NAMES.clientOrderId), randomText) },
    responseType: responseType ?? DEFAULT_RESPONSE[words.orderType],
  };
}

/** An id for an order, a list or a cancel whose sender named none. */
export function clientOrderIdOr(sent: string, randomText: (length: number) => string): string {
  return sent === "" ? randomText(CLIENT_ORDER_ID_LENGTH) : sent;
}

/** null: the instrument's default. @throws Refusal -1130 */
export function readSelfTradeMode(parameters: Parameters): SelfTradeMode | null {
  if (!parameters.has("selfTradePreventionMode")) return null;
  const mode = SELF_TRADE_OF.get(parameters.text("selfTradePreventionMode"));
  if (mode === undefined) throw parameterInvalid("selfTradePreventionMode");
  return mode;
}

/** @throws Refusal -1013 */
export function checkSelfTradeMode(instrument: Instrument, mode: SelfTradeMode | null): void {
  if (mode !== null && !instrument.selfTradeAllowed.includes(mode)) throw selfTradeModeNotAllowed();
}

/** null: not sent. @throws Refusal -1130 */
export function readResponseType(parameters: Parameters): ResponseType | null {
  const sent = parameters.text("newOrderRespType");
  if (sent === "") return null;
  const type = RESPONSE_TYPES.find((known) => known === sent);
  if (type === undefined) throw parameterInvalid("newOrderRespType");
  return type;
}
