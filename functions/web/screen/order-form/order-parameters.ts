/** A draft without faults as the parameters of the dialect: order.place, or one of the lists. */
import type { Parameters } from "../exchange/contract.ts";
import type { ListKind } from "./draft.ts";
import type { Leg, LegPrefix } from "./legs.ts";
import { basisPointsOf, numberOf, quantityOf, type Terms, textOf } from "./terms.ts";

export interface OrderRequest {
  readonly call: "place" | ListKind;
  readonly parameters: Parameters;
}

/** What the legs of each prefix share, and so say once. */
const SHARED: Readonly<Record<LegPrefix, readonly [side: string, quantity: string]>> = {
  "": ["side", "quantity"],
  above: ["side", "quantity"],
  below: ["side", "quantity"],
  working: ["workingSide", "workingQuantity"],
  pending: ["pendingSide", "pendingQuantity"],
  pendingAbove: ["pendingSide", "pendingQuantity"],
  pendingBelow: ["pendingSide", "pendingQuantity"],
};

/** @param clientOrderId of the order, or of the list. null: a number is missing. */
export function requestOf(terms: Terms, clientOrderId: string): OrderRequest | null {
  const { draft, legs, surroundings } = terms;
  const named = legs.map((leg) => parametersOf(terms, leg));
  if (named.includes(null)) return null;
  const isList = draft.family === "list";
  const parameters: Parameters = {
    symbol: surroundings.market.symbol,
    ...Object.assign({}, ...named),
    ...(draft.selfTradeMode === "" ? {} : { selfTradePreventionMode: draft.selfTradeMode }),
    [isList ? "listClientOrderId" : "newClientOrderId"]: clientOrderId,
  };
  return { call: isList ? draft.list : "place", parameters };
}

function parametersOf(terms: Terms, leg: Leg): Parameters | null {
  const [side, quantity] = SHARED[leg.prefix];
  const size = leg.quote === null ? quantityOf(terms, leg) : numberOf(terms, leg.quote);
  const own: Record<string, string | number | null> = { type: leg.type };
  if (leg.timeInForce !== null) own.timeInForce = leg.timeInForce;
  if (leg.price !== null) own.price = decimalAt(terms, leg.price);
  if (leg.stopPrice !== null) own.stopPrice = decimalAt(terms, leg.stopPrice);
  if (leg.trailing !== null) own.trailingDelta = toNumber(basisPointsOf(terms, leg.trailing));
  if (leg.iceberg !== null) own.icebergQty = decimalAt(terms, leg.iceberg);
  const all: Record<string, string | number | null> = {
    [side]: leg.side,
    [leg.quote === null ? quantity : "quoteOrderQty"]: size === null ? null : textOf(size),
  };
  for (const [name, value] of Object.entries(own)) all[nameOf(leg.prefix, name)] = value;
  return Object.values(all).includes(null) ? null : (all as Parameters);
}

function decimalAt(terms: Terms, field: Leg["price"]): string | null {
  const number = numberOf(terms, field);
  return number === null ? null : textOf(number);
}

function toNumber(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}

function nameOf(prefix: LegPrefix, name: string): string {
  return prefix === "" ? name : prefix + name.charAt(0).toUpperCase() + name.slice(1);
}
