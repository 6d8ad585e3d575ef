/** The person's own trades, newest first, with what each cost. */
import { For, type JSX, Show } from "solid-js";
import type { Fill } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { atEnd, TableHead } from "../shell/table-head.tsx";
import { drawn, trimmed } from "../trade/amounts.ts";
import { lateMomentText } from "../trade/moments.ts";
import { words } from "../words/words.ts";
import { tradeHistory } from "./account-history.ts";
import type { Column } from "./csv.ts";
import { quantityText } from "./order-texts.ts";
import { ExportButton, Nothing, OlderButton, SideText, type TableProps } from "./table-parts.tsx";

const COLUMNS: readonly Column<Fill>[] = [
  { title: "time", value: (fill) => new Date(fill.time).toISOString() },
  { title: "symbol", value: (fill) => fill.symbol },
  { title: "tradeId", value: (fill) => fill.tradeId },
  { title: "orderId", value: (fill) => fill.orderId },
  { title: "side", value: (fill) => fill.side },
  { title: "price", value: (fill) => fill.price },
  { title: "quantity", value: (fill) => fill.quantity },
  { title: "quoteQuantity", value: (fill) => fill.quoteQuantity },
  { title: "commission", value: (fill) => fill.commission },
  { title: "commissionAsset", value: (fill) => fill.commissionAsset },
  { title: "role", value: (fill) => (fill.isMaker ? "maker" : "taker") },
];

export function TradeHistoryTable(props: TableProps): JSX.Element {
  const { account, marketData } = useExchange();
  const history = tradeHistory(account, props.symbols);
  return (
    <>
      <div class="activity-bar">
        <ExportButton name="trades" columns={COLUMNS} rows={history.rows} />
      </div>
      <Show
        when={history.rows().length > 0}
        fallback={<Nothing state={history.state()} nothing={words().activity.noTrades} retry={history.reload} />}
      >
        <table class="activity-table">
          <caption class="only-heard">{words().activity.tabs.trades}</caption>
          <TableHead
            cells={[
              words().activity.time,
              words().activity.market,
              words().activity.side,
              atEnd(words().activity.price),
              atEnd(words().activity.quantity),
              atEnd(words().activity.total),
              atEnd(words().activity.fee),
              words().activity.role,
            ]}
          />
          <tbody>
            <For each={history.rows()}>
              {(fill) => (
                <tr data-trade-id={fill.tradeId}>
                  <td class="number faint" data-label={words().activity.time}>
                    {lateMomentText(fill.time)}
                  </td>
                  <td class="activity-market">{fill.symbol}</td>
                  <td>
                    <SideText side={fill.side} />
                  </td>
                  <td class="number to-end" data-label={words().activity.price}>
                    {drawn(fill.price, marketData.marketOf(fill.symbol)?.pricePlaces ?? 8)}
                  </td>
                  <td class="number to-end" data-label={words().activity.quantity}>
                    {quantityText(fill.quantity)}
                  </td>
                  <td class="number to-end" data-label={words().activity.total}>
                    {quantityText(fill.quoteQuantity)}
                  </td>
                  <td class="number to-end" data-label={words().activity.fee}>
                    {trimmed(fill.commission)} {fill.commissionAsset}
                  </td>
                  <td class="activity-end">{fill.isMaker ? words().activity.maker : words().activity.taker}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
      <OlderButton hasOlder={history.hasOlder()} load={history.loadOlder} />
    </>
  );
}
