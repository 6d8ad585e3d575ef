/**
 * What an account sees of itself: balances, all its orders, its own trades.
 */
import { accountShape } from "../account-shapes.ts";
import { checkWithinADay, LIST_LIMITS, readLimit, readWindow } from "../lists.ts";
import { instrumentOf } from "../new-order.ts";
import { ownTradeShape, preventedMatchShape, queriedShape, shapeContext } from "../order-shapes.ts";
import { apiKeyInvalid, bothMissing, combinationInvalid } from "../refusal.ts";
import { listFills, listOrders } from "./account-reads.ts";
import type { SignedCall } from "./call.ts";
import { listPreventedMatches } from "./list-reads.ts";

export async function account(call: SignedCall): Promise<object> {
  const { deps, parameters, sender, unit } = call;
  const { value, asOfSeq } = await deps.reads.account(sender.account);
  call.noteAsOf(asOfSeq);
  // A key without its account: the engine would refuse its commands in the same words.
  if (value === null) throw apiKeyInvalid();
  // The engine's answer may know an asset that is younger than the catalog at hand.
  const { assets } = deps.reads.catalog();
  if (value.balances.some(({ asset }) => assets[asset] === undefined)) await deps.refresh?.();
  return accountShape(deps.reads.catalog(), value, parameters.flag("omitZeroBalances", false), unit);
}

/** With orderId: orders from that id on, whatever the times say. */
export async function allOrders(call: SignedCall): Promise<object> {
  const { deps, parameters, sender, unit } = call;
  const catalog = deps.reads.catalog();
  const instrument = instrumentOf(parameters, catalog);
  const window = readWindow(parameters);
  checkWithinADay(window);
  const fromOrderId = parameters.integer("orderId");
  const limit = readLimit(parameters, LIST_LIMITS);
  const within = fromOrderId === null ? window : { startUs: null, endUs: null };
  const orders = await listOrders(call, sender.account, instrument.id, { ...within, limit, fromOrderId });
  const context = shapeContext(catalog, instrument, unit);
  return orders.map((order) => queriedShape(context, order));
}

export async function myTrades(call: SignedCall): Promise<object> {
  const { deps, parameters, sender, unit } = call;
  const catalog = deps.reads.catalog();
  const instrument = instrumentOf(parameters, catalog);
  const orderId = parameters.integer("orderId");
  const fromTradeId = parameters.integer("fromId");
  const window = readWindow(parameters);
  const timed = window.startUs !== null || window.endUs !== null;
  // Times go with nothing else (trading-api.md §1.10).
  if (timed && (orderId !== null || fromTradeId !== null)) throw combinationInvalid();
  checkWithinADay(window);
  const limit = readLimit(parameters, LIST_LIMITS);
  const fills = await listFills(call, sender.account, instrument.id, { ...window, limit, orderId, fromTradeId });
  const context = shapeContext(catalog, instrument, unit);
  return fills.map((fill) => ownTradeShape(context, catalog, fill));
}

/** One by its id, or those of an order, perhaps from an id on. */
export async function preventedMatches(call: SignedCall): Promise<object> {
  const { deps, parameters, sender, unit } = call;
  const catalog = deps.reads.catalog();
  const instrument = instrumentOf(parameters, catalog);
  const preventedMatchId = parameters.integer("preventedMatchId");
  const orderId = parameters.integer("orderId");
  const fromPreventedMatchId = parameters.integer("fromPreventedMatchId");
  if (preventedMatchId === null && orderId === null) throw bothMissing("preventedMatchId", "orderId");
  const byId = preventedMatchId !== null;
  if (byId && (orderId !== null || fromPreventedMatchId !== null)) throw combinationInvalid();
  const limit = readLimit(parameters, LIST_LIMITS);
  const matches = await listPreventedMatches(call, sender.account, instrument.id, {
    limit,
    preventedMatchId,
    orderId,
    fromPreventedMatchId,
  });
  const context = shapeContext(catalog, instrument, unit);
  return matches.map((match) => preventedMatchShape(context, match));
}

/** Orders are filled by one book, so nothing is allocated from another. */
export function allocations(call: SignedCall): object {
  instrumentOf(call.parameters, call.deps.reads.catalog());
  return [];
}
