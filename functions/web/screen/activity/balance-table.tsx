/** What the account has: free, held by orders, and what it is worth at the last prices. */
import { createMemo, type JSX, Show } from "solid-js";
import type { Balance } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { askToFund } from "../shell/funding-request.ts";
import { decimalOf, unitsOf } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import { worthIn } from "./balance-value.ts";
import type { Column } from "./csv.ts";
import { NONE, quantityText } from "./order-texts.ts";
import { RecordTable, type TableColumn } from "./record-table.tsx";
import { ExportButton, stateOfAccount, type TableProps } from "./table-parts.tsx";

const PLACES = 8;
const UNIT = "USDT";

const IN_FILE: readonly Column<Balance>[] = [
  { title: "asset", value: (balance) => balance.asset },
  { title: "free", value: (balance) => balance.free },
  { title: "locked", value: (balance) => balance.locked },
];

export function BalanceTable(_props: TableProps): JSX.Element {
  const { account, marketData } = useExchange();
  const balances = createMemo(() => [...account.balances().values()].sort((a, b) => a.asset.localeCompare(b.asset)));
  const total = (balance: Balance): string =>
    decimalOf((unitsOf(balance.free, PLACES) ?? 0n) + (unitsOf(balance.locked, PLACES) ?? 0n), PLACES);
  const worthOf = (balance: Balance): number | null =>
    worthIn(UNIT, balance.asset, Number(total(balance)), marketData.markets() ?? [], marketData.tickers());
  const worth = (balance: Balance): string => {
    const value = worthOf(balance);
    return value === null ? NONE : moneyText(value);
  };
  // What has no price here counts for nothing.
  const worthOfAll = createMemo(() => balances().reduce((sum, balance) => sum + (worthOf(balance) ?? 0), 0));
  const columns = createMemo((): readonly TableColumn<Balance>[] => {
    const { activity } = words();
    return [
      { heading: activity.asset, kind: "name", cell: (balance) => balance().asset },
      { heading: activity.free, kind: "number", cell: (balance) => quantityText(balance().free) },
      { heading: activity.locked, kind: "number", cell: (balance) => quantityText(balance().locked) },
      { heading: activity.total, kind: "number", cell: (balance) => quantityText(total(balance())) },
      { heading: activity.worth(UNIT), kind: "number", cell: (balance) => worth(balance()) },
      { heading: activity.actions, kind: "buttons", cell: (balance) => <FundingButtons asset={balance().asset} /> },
    ];
  });
  return (
    <RecordTable
      caption={words().activity.tabs.balances}
      columns={columns}
      rows={balances}
      keyOf={({ asset }) => asset}
      state={stateOfAccount(account)}
      nothing={words().activity.noBalances}
      isInHalves
      bar={
        <>
          <Show when={balances().length > 0}>
            <p class="activity-worth">
              {words().activity.worthOfAll(UNIT)} <span class="number">{moneyText(worthOfAll())}</span>
            </p>
          </Show>
          <ExportButton name="balances" columns={IN_FILE} rows={balances} />
        </>
      }
    />
  );
}

function FundingButtons(props: { readonly asset: string }): JSX.Element {
  const { people } = useExchange();
  return (
    <span class="activity-actions">
      <Show when={people.venue()?.isDemo}>
        <button
          type="button"
          class="button button-small"
          aria-label={words().activity.depositOf(props.asset)}
          onClick={() => askToFund({ kind: "deposit", coin: props.asset })}
        >
          {words().activity.deposit}
        </button>
      </Show>
      <button
        type="button"
        class="button button-small"
        aria-label={words().activity.withdrawOf(props.asset)}
        onClick={() => askToFund({ kind: "withdraw", coin: props.asset })}
      >
        {words().activity.withdraw}
      </button>
    </span>
  );
}

function moneyText(value: number): string {
  return value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
