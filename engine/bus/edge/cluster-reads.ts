/**
 * The engine's reads for an edge of its own: keys and catalog from Redis, everything else from the engine's read port.
 */

import type { EngineReads } from "../engine-client.ts";
import type { RemoteEngineReads } from "../http/rpc-client.ts";
import type { ProjectionReads } from "./projection-reads.ts";

/** @param remote asked for at the first read that needs the engine: many requests need none. */
export function clusterReads(projections: ProjectionReads, remote: () => RemoteEngineReads): EngineReads {
  return {
    catalog: () => projections.catalog(),
    keyByApiKey: (apiKey) => projections.keyByApiKey(apiKey),
    account: (account) => remote().account(account),
    order: (account, instrument, orderId, clientOrderId) => remote().order(account, instrument, orderId, clientOrderId),
    openOrders: (account, instrument) => remote().openOrders(account, instrument),
    recentOrders: (account, instrument) => remote().recentOrders(account, instrument),
    recentFills: (account, instrument) => remote().recentFills(account, instrument),
    dropped: (account, instrument) => remote().dropped(account, instrument),
    keys: (account) => remote().keys(account),
    eventsSince: (fromSeq, eventsMax) => remote().eventsSince(fromSeq, eventsMax),
    orderList: (account, orderListId, listClientOrderId) => remote().orderList(account, orderListId, listClientOrderId),
    recentOrderLists: (account) => remote().recentOrderLists(account),
    recentPreventedMatches: (account, instrument) => remote().recentPreventedMatches(account, instrument),
    recentAmendments: (account, instrument, orderId) => remote().recentAmendments(account, instrument, orderId),
    orderCounts: (account) => remote().orderCounts(account),
    accountEvents: (fromSeq, eventsMax, accounts) => remote().accountEvents(fromSeq, eventsMax, accounts),
    withdrawals: (account, state) => remote().withdrawals(account, state),
    audit: () => remote().audit(),
    bookSnapshot: (instrument) => remote().bookSnapshot(instrument),
    standing: () => remote().standing(),
  };
}
