/**
 * All that needs no key (engine/api/calls/market-data.ts), over HTTP; the reference for machines; and the port of history for
 * our own processes.
 */

import type { Call } from "../../engine/api/calls/call.ts";
import * as market from "../../engine/api/calls/market-data.ts";
import { noPairs, noSymbols, systemStatus } from "../../engine/api/calls/stubs.ts";
import { answerPublic, type CallHandlers } from "../_shared/answer.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import type { Handler, HttpReply, HttpRequest } from "../_shared/http.ts";
import { documentAt, documentReply } from "./documents.ts";
import { answerHistoryCall, isHistoryCall } from "./history-port.ts";

export const handleMarketData: Handler<EdgeDeps> = (request, deps) =>
  isHistoryCall(request.path) ? answerHistoryCall(request, deps) : answerMarketData(request, deps);

/** A document takes the place of its handler's answer, once the request has passed all that others pass. */
async function answerMarketData(request: HttpRequest, deps: EdgeDeps): Promise<HttpReply> {
  const reply = await answerPublic("market-data", HANDLERS, request, deps);
  const name = documentAt(request.path);
  return name === null || reply.status !== 200 ? reply : documentReply(name, request, reply);
}

const IN_ITS_PLACE = {};

const HANDLERS: CallHandlers<"market-data", Call> = {
  ping: market.ping,
  time: market.time,
  exchangeInfo: market.exchangeInfo,
  depth: market.depth,
  trades: market.trades,
  historicalTrades: market.historicalTrades,
  aggTrades: market.aggTrades,
  blockTrades: market.blockTrades,
  klines: market.klines,
  uiKlines: market.uiKlines,
  avgPrice: market.avgPrice,
  ticker: market.ticker,
  tradingDay: market.tradingDay,
  ticker24hr: market.ticker24hr,
  tickerPrice: market.tickerPrice,
  bookTicker: market.bookTicker,
  notOffered: market.notOffered,
  systemStatus,
  noPairs,
  noSymbols,
  openApi: () => IN_ITS_PLACE,
  asyncApi: () => IN_ITS_PLACE,
};
