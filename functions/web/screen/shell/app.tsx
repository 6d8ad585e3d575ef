/** The page as a whole: header, the page that is asked for, and what lies above all of them. */
import { type JSX, lazy, Match, Suspense, Switch } from "solid-js";
import { ExchangeProvider } from "../exchange/exchange-context.tsx";
import { openExchange } from "../exchange/open-exchange.ts";
import { TradeProvider } from "../trade/trade-state.tsx";
import { announceNews } from "./account-news.ts";
import { CommandKeys } from "./command-keys.tsx";
import { ConnectionBanner } from "./connection-state.tsx";
import { Header } from "./header.tsx";
import { currentPage } from "./location.ts";
import "./app.css";
import { pagePart } from "./page-part.ts";
import { keepTheme } from "./theme.ts";
import { Toasts } from "./toast-region.tsx";
import { TradePage } from "./trade-page.tsx";

const AccountPage = lazy(() => pagePart(() => import("../account/account-page.tsx")));
const SignInPage = lazy(() => pagePart(() => import("../account/sign-in-page.tsx")));
const OpsPage = lazy(() => pagePart(() => import("../ops/ops-page.tsx")));

export function App(): JSX.Element {
  keepTheme();
  const exchange = openExchange();
  announceNews(exchange.account, exchange.marketData);
  return (
    <ExchangeProvider exchange={exchange}>
      <TradeProvider marketData={exchange.marketData}>
        <div class="app">
          <Header />
          <Suspense>
            <Switch fallback={<TradePage />}>
              <Match when={currentPage() === "account"}>
                <AccountPage />
              </Match>
              <Match when={currentPage() === "sign-in"}>
                <SignInPage />
              </Match>
              <Match when={currentPage() === "ops"}>
                <OpsPage />
              </Match>
            </Switch>
          </Suspense>
        </div>
        <ConnectionBanner />
        <CommandKeys />
        <Toasts />
      </TradeProvider>
    </ExchangeProvider>
  );
}
