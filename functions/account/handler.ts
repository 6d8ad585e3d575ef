/**
 * What an account sees of itself (engine/api/calls/account.ts), over HTTP.
 */
import { account, allOrders, allocations, myTrades, preventedMatches } from "../../engine/api/calls/account.ts";
import { coins, commission, orderCounts, ownFilters, tradeFees } from "../../engine/api/calls/account-rules.ts";
import type { SignedCall } from "../../engine/api/calls/call.ts";
import { closeListenKey, extendListenKey, openListenKey } from "../../engine/api/calls/user-stream.ts";
import { answerSigned, type CallHandlers } from "../_shared/answer.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import type { Handler } from "../_shared/http.ts";

export const handleAccount: Handler<EdgeDeps> = (request, deps) => answerSigned("account", HANDLERS, request, deps);

const HANDLERS: CallHandlers<"account", SignedCall> = {
  account,
  allOrders,
  myTrades,
  preventedMatches,
  allocations,
  commission,
  orderCounts,
  ownFilters,
  tradeFees,
  coins,
  openListenKey,
  extendListenKey,
  closeListenKey,
};
