/** What happened to the account, as toasts: accepted, filled, cancelled, expired, triggered. */
import { onCleanup } from "solid-js";
import type { Account, AccountNews, MarketData, Order } from "../exchange/contract.ts";
import { drawn, trimmed } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import { announce, type Toast } from "./toasts.ts";

/** In an owner: ends with it. */
export function announceNews(account: Account, marketData: MarketData): void {
  onCleanup(account.onNews((news) => announce(toastOf(news, marketData))));
}

function toastOf(news: AccountNews, marketData: MarketData): Omit<Toast, "id"> {
  const texts = words().shell.news;
  if (news.kind === "balance_changed") {
    const isMore = !news.delta.startsWith("-");
    const amount = `${isMore ? "+" : ""}${trimmed(news.delta)} ${news.asset}`;
    return { kind: "news", title: isMore ? texts.balanceGrew : texts.balanceShrank, detail: amount };
  }
  const { order } = news;
  const places = marketData.marketOf(order.symbol)?.pricePlaces ?? 8;
  const detail = "fill" in news ? filledText(order, news.fill, places) : orderText(order, places);
  return { kind: news.kind === "order_expired" ? "news" : "done", title: texts[news.kind], detail };
}

function orderText(order: Order, pricePlaces: number): string {
  const price = /[1-9]/.test(order.price) ? drawn(order.price, pricePlaces) : "";
  return words().shell.news.order(order.side, trimmed(order.origQty), order.symbol, price);
}

function filledText(order: Order, fill: { readonly price: string; readonly quantity: string }, places: number): string {
  return words().shell.news.order(order.side, trimmed(fill.quantity), order.symbol, drawn(fill.price, places));
}
