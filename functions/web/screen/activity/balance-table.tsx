/** What the account has: free, held by orders, and what it is worth at the last prices. */
import { createMemo, For, type JSX, Show } from "solid-js";
import type { Balance } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { askToFund } from "../shell/funding-request.ts";
import { atEnd, onlyHeardAtEnd, TableHead } from "../shell/table-head.tsx";
import { decimalOf, unitsOf } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import { worthIn } from "./balance-value.ts";
import type { Column } from "./csv.ts";
import { NONE, quantityText } from "./order-texts.ts";
import { ExportButton, Nothing, type TableProps } from "./table-parts.tsx";

const PLACES = 8;
const UNIT = "USDT";

const COLUMNS: readonly Column<Balance>[] = [
  { title: "asset", value: (balance) => balance.asset },
  { title: "free", value: (balance) => balance.free },
  { title: "locked", value: (balance) => balance.locked },
];

export function BalanceTable(_props: TableProps): JSX.Element {
  const { account, marketData, people } = useExchange();
  const balances = createMemo(() => [...account.balances().values()].sort((a, b) => a.asset.localeCompare(b.asset)));
  const total = (balance: Balance): string =>
    decimalOf((unitsOf(balance.free, PLACES) ?? 0n) + (unitsOf(balance.locked, PLACES) ?? 0n), PLACES);
  const worth = (balance: Balance): string => {
    const value = worthIn(
      UNIT,
      balance.asset,
      Number(total(balance)),
      marketData.markets() ?? [],
      marketData.tickers(),
    );
    return value === null ? NONE : moneyText(value);
  };
  const worthOfAll = createMemo(() => {
    const markets = marketData.markets() ?? [];
    const values = balances().map((each) =>
      worthIn(UNIT, each.asset, Number(total(each)), markets, marketData.tickers()),
    );
    // What has no price here counts for nothing.
    return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  });
  return (
    <>
      <div class="activity-bar">
        <Show when={balances().length > 0}>
          <p class="activity-worth">
            {words().activity.worthOfAll(UNIT)} <span class="number">{moneyText(worthOfAll())}</span>
          </p>
        </Show>
        <ExportButton name="balances" columns={COLUMNS} rows={balances} />
      </div>
      <Show
        when={balances().length > 0}
        fallback={
          <Nothing state={account.state() === "opening" ? "loading" : "ready"} nothing={words().activity.noBalances} />
        }
      >
        <table class="activity-table activity-halves">
          <caption class="only-heard">{words().activity.tabs.balances}</caption>
          <TableHead
            cells={[
              words().activity.asset,
              atEnd(words().activity.free),
              atEnd(words().activity.locked),
              atEnd(words().activity.total),
              atEnd(words().activity.worth(UNIT)),
              onlyHeardAtEnd(words().activity.actions),
            ]}
          />
          <tbody>
            <For each={balances()}>
              {(balance) => (
                <tr data-asset={balance.asset}>
                  <td class="activity-market">{balance.asset}</td>
                  <td class="number to-end" data-label={words().activity.free}>
                    {quantityText(balance.free)}
                  </td>
                  <td class="number to-end" data-label={words().activity.locked}>
                    {quantityText(balance.locked)}
                  </td>
                  <td class="number to-end" data-label={words().activity.total}>
                    {quantityText(total(balance))}
                  </td>
                  <td class="number to-end" data-label={words().activity.worth(UNIT)}>
                    {worth(balance)}
                  </td>
                  <td class="to-end activity-end activity-actions">
                    <Show when={people.venue()?.isDemo}>
                      <button
                        type="button"
                        class="button button-small"
                        aria-label={words().activity.depositOf(balance.asset)}
                        onClick={() => askToFund({ kind: "deposit", coin: balance.asset })}
                      >
                        {words().activity.deposit}
                      </button>
                    </Show>
                    <button
                      type="button"
                      class="button button-small"
                      aria-label={words().activity.withdrawOf(balance.asset)}
                      onClick={() => askToFund({ kind: "withdraw", coin: balance.asset })}
                    >
                      {words().activity.withdraw}
                    </button>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </>
  );
}

function moneyText(value: number): string {
  return value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
