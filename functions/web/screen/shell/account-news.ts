/** What happened to the account, as toasts: accepted, filled, cancelled, expired, triggered. What comes at once is told at once. */
import { onCleanup } from "solid-js";
import type { Account, AccountNews, MarketData } from "../exchange/contract.ts";
import { toastsOf } from "./news-toasts.ts";
import { announce } from "./toasts.ts";

/** An order that takes twenty levels is told in one breath; nobody sees that it waits. */
const BURST_MS = 80;
const PRICE_PLACES = 8;

/** In an owner: ends with it. */
export function announceNews(account: Account, marketData: MarketData): void {
  let burst: AccountNews[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = (): void => {
    timer = undefined;
    const news = burst;
    burst = [];
    for (const toast of toastsOf(news, (symbol) => marketData.marketOf(symbol)?.pricePlaces ?? PRICE_PLACES)) {
      announce(toast);
    }
  };
  onCleanup(
    account.onNews((news) => {
      burst.push(news);
      timer ??= setTimeout(tell, BURST_MS);
    }),
  );
  onCleanup(() => clearTimeout(timer));
}
