/** What the exchange says of the market in hand, as the form's rules take it: changes with each frame of the book. */
import { type Accessor, createMemo } from "solid-js";
import type { Account, Exchange, Market, Order } from "../exchange/contract.ts";
import { decimalOf, unitsOf } from "../trade/amounts.ts";
import type { TradeState } from "../trade/trade-state.tsx";
import type { Funds, Surroundings } from "./terms.ts";

const PLACES = 8;

/** null: no market yet. In an owner: opens the streams that it needs. */
export function createSurroundings(
  { marketData, account }: Exchange,
  trade: TradeState,
): Accessor<Surroundings | null> {
  const book = marketData.book(trade.symbol);
  const trades = marketData.trades(trade.symbol);
  const last = createMemo(() => {
    const newest = trades()[0]?.price ?? marketData.tickers().get(trade.symbol())?.last ?? null;
    return newest !== null && /[1-9]/.test(newest) ? newest : null;
  });
  const rates = createMemo(() => account.commission(trade.symbol()));
  const funds = createMemo(() => {
    const market = trade.market();
    return market === null || account.state() !== "live" ? null : fundsOf(account, market);
  });
  return createMemo(() => {
    const market = trade.market();
    return market === null ? null : { market, last: last(), book: book(), funds: funds(), rates: rates()() };
  });
}

function fundsOf(account: Account, market: Market): Funds {
  const balances = account.balances();
  const base = balances.get(market.base);
  const openBuys = account
    .openOrders()
    .filter(({ symbol, side }) => symbol === market.symbol && side === "BUY")
    .reduce((sum, order) => sum + restOf(order), 0n);
  return {
    baseFree: base?.free ?? "0",
    baseLocked: base?.locked ?? "0",
    quoteFree: balances.get(market.quote)?.free ?? "0",
    openBuys: decimalOf(openBuys, PLACES),
  };
}

function restOf({ origQty, executedQty }: Order): bigint {
  return (unitsOf(origQty, PLACES) ?? 0n) - (unitsOf(executedQty, PLACES) ?? 0n);
}
