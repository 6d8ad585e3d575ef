/** What is the person's own: open orders, closed ones, trades, balances; each as a table and as a file. */
import * as Tabs from "@kobalte/core/tabs";
import { createEffect, createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { offerCommands } from "../shell/commands.ts";
import { isBoolean, preference } from "../shell/preferences.ts";
import { askToSignIn } from "../shell/sign-in-request.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import "./activity.css";
import { BalanceTable } from "./balance-table.tsx";
import { createCancelling } from "./cancelling.ts";
import { OpenOrdersTable } from "./open-orders-table.tsx";
import { OrderHistoryTable } from "./order-history-table.tsx";
import { TradeHistoryTable } from "./trade-history-table.tsx";

const TABS = ["open", "history", "trades", "balances"] as const;
type TabName = (typeof TABS)[number];

export function ActivityPane(): JSX.Element {
  const { account, marketData } = useExchange();
  const { symbol } = useTrade();
  const [isOneMarket, setIsOneMarket] = preference("activity-one-market", false, isBoolean);
  const [tab, setTab] = createSignal<TabName>("open");
  const symbols = createMemo<readonly string[]>(() =>
    isOneMarket() ? [symbol()] : (marketData.markets() ?? []).map((market) => market.symbol),
  );
  const openOrders = createMemo(() => account.openOrders().filter((order) => symbols().includes(order.symbol)));
  const cancelling = createCancelling(account, openOrders);
  // Whichever table is shown: who wants out does not look for a tab first.
  createEffect(() => {
    if (openOrders().length === 0) return;
    offerCommands({
      id: "cancel-all",
      group: "trade",
      label: () => words().activity.cancelAllOf(isOneMarket() ? symbol() : ""),
      run: cancelling.cancelAll,
    });
  });
  const parts: Readonly<Record<TabName, () => JSX.Element>> = {
    open: () => <OpenOrdersTable symbols={symbols} orders={openOrders} cancelling={cancelling} />,
    history: () => <OrderHistoryTable symbols={symbols} />,
    trades: () => <TradeHistoryTable symbols={symbols} />,
    balances: () => <BalanceTable symbols={symbols} />,
  };
  const countOf = (name: TabName): string => {
    if (account.state() === "none") return "";
    const counts: Partial<Record<TabName, number>> = {
      open: account.openOrders().length,
      balances: [...account.balances().values()].filter(({ free, locked }) => /[1-9]/.test(free + locked)).length,
    };
    return counts[name] === undefined ? "" : ` (${counts[name]})`;
  };
  return (
    <section class="pane activity" data-freshness={account.state()} aria-label={words().activity.title}>
      <Tabs.Root class="activity-tabs" value={tab()} onChange={(name) => setTab(name as TabName)}>
        <div class="pane-head">
          <Tabs.List class="activity-tab-list" aria-label={words().activity.title}>
            <For each={TABS}>
              {(name) => (
                <Tabs.Trigger class="tab" value={name}>
                  {words().activity.tabs[name]}
                  <span class="number">{countOf(name)}</span>
                </Tabs.Trigger>
              )}
            </For>
          </Tabs.List>
          <Show when={account.state() === "stale"}>
            <span class="activity-stale">{words().activity.stale}</span>
          </Show>
          <Show when={tab() !== "balances" && account.state() !== "none"}>
            <label class="activity-filter">
              <input
                type="checkbox"
                checked={isOneMarket()}
                onChange={(event) => setIsOneMarket(event.currentTarget.checked)}
              />
              {words().activity.oneMarket(symbol())}
            </label>
          </Show>
        </div>
        <Show when={account.state() !== "none"} fallback={<SignedOut />}>
          <For each={TABS}>
            {(name) => (
              <Tabs.Content class="pane-body" classList={{ "is-stale": account.state() === "stale" }} value={name}>
                {parts[name]()}
              </Tabs.Content>
            )}
          </For>
        </Show>
      </Tabs.Root>
    </section>
  );
}

function SignedOut(): JSX.Element {
  return (
    <div class="activity-empty">
      <p>{words().activity.signedOut}</p>
      <button type="button" class="button" onClick={askToSignIn}>
        {words().activity.signIn}
      </button>
    </div>
  );
}
