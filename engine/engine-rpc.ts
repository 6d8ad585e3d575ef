/**
 * What other processes may ask the engine, and what they tell it, on the internal port (bus/http).
 */
import type { EngineRpcPort } from "./bus/http/rpc-methods.ts";
import type { EventsOut } from "./events-out.ts";
import type { Engine } from "./runtime/contract.ts";

export function engineRpcPort(
  name: string,
  engine: Engine,
  events: EventsOut,
  log: (line: object) => void,
): EngineRpcPort {
  const { lineage } = engine.recovery;
  let ignored = 0;
  return {
    catalog: () => engine.catalog(),
    keyByApiKey: (apiKey) => engine.keyByApiKey(apiKey),
    account: (account) => engine.account(account),
    order: (account, instrument, orderId, clientOrderId) => engine.order(account, instrument, orderId, clientOrderId),
    openOrders: (account, instrument) => engine.openOrders(account, instrument),
    recentOrders: (account, instrument) => engine.recentOrders(account, instrument),
    recentFills: (account, instrument) => engine.recentFills(account, instrument),
    ...(engine.dropped && { dropped: engine.dropped.bind(engine) }),
    ...(engine.keys && { keys: engine.keys.bind(engine) }),
    eventsSince: (fromSeq, eventsMax) => engine.eventsSince(fromSeq, eventsMax),
    orderList: (account, orderListId, listClientOrderId) => engine.orderList(account, orderListId, listClientOrderId),
    recentOrderLists: (account) => engine.recentOrderLists(account),
    recentPreventedMatches: (account, instrument) => engine.recentPreventedMatches(account, instrument),
    recentAmendments: (account, instrument, orderId) => engine.recentAmendments(account, instrument, orderId),
    orderCounts: (account) => engine.orderCounts(account),
    accountEvents: (fromSeq, eventsMax, accounts) => engine.accountEvents(fromSeq, eventsMax, accounts),
    withdrawals: (account) => engine.withdrawals(account),
    audit: () => engine.audit(),
    bookSnapshot: (instrument) => engine.bookSnapshot(instrument),
    standing: async () => ({ ...(await engine.standing()), outbox: events.lag() }),
    committed(told, seq, toldLineage = 0) {
      const { headSeq } = engine.stats();
      if (told === name && seq <= headSeq && toldLineage === lineage) {
        engine.committed(seq);
        events.committed(seq);
        return;
      }
      // Tables of another journal may claim more than this one has: nothing is forgotten on their word. It is said again
      // and again; once is enough for an operator.
      ignored += 1;
      if (ignored === 1) log({ at: "engine", outcome: "committed_ignored", engine: told, seq, headSeq });
    },
    publish: (headers, body) => events.publish({ headers, body }),
  };
}
