/** Orders that are over, newest first. */
import { createMemo, For, type JSX, Show } from "solid-js";
import type { Order } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { atEnd, TableHead } from "../shell/table-head.tsx";
import { lateMomentText } from "../trade/moments.ts";
import { words } from "../words/words.ts";
import { orderHistory } from "./account-history.ts";
import { ORDER_COLUMNS } from "./open-orders-table.tsx";
import { averagePriceText, filledPercent, priceText, quantityText, triggerText } from "./order-texts.ts";
import { ExportButton, Nothing, OlderButton, orderTypeText, SideText, type TableProps } from "./table-parts.tsx";

const OPEN = new Set(["NEW", "PARTIALLY_FILLED", "PENDING_NEW"]);
const COLUMNS = [
  ...ORDER_COLUMNS,
  { title: "quoteExecuted", value: (order: Order) => order.cummulativeQuoteQty },
  { title: "updated", value: (order: Order) => new Date(order.updateTime).toISOString() },
];

export function OrderHistoryTable(props: TableProps): JSX.Element {
  const { account, marketData } = useExchange();
  const history = orderHistory(account, props.symbols);
  const closed = createMemo(() => history.rows().filter(({ status }) => !OPEN.has(status)));
  return (
    <>
      <div class="activity-bar">
        <ExportButton name="orders" columns={COLUMNS} rows={closed} />
      </div>
      <Show
        when={closed().length > 0}
        fallback={<Nothing state={history.state()} nothing={words().activity.noHistory} retry={history.reload} />}
      >
        <table class="activity-table">
          <caption class="only-heard">{words().activity.tabs.history}</caption>
          <TableHead
            cells={[
              words().activity.time,
              words().activity.market,
              words().activity.type,
              words().activity.side,
              atEnd(words().activity.price),
              atEnd(words().activity.average),
              atEnd(words().activity.trigger),
              atEnd(words().activity.quantity),
              atEnd(words().activity.filled),
              words().activity.status,
            ]}
          />
          <tbody>
            <For each={closed()}>
              {(order) => (
                <tr data-order-id={order.orderId}>
                  <td class="number faint" data-label={words().activity.time}>
                    {lateMomentText(order.time)}
                  </td>
                  <td class="activity-market">{order.symbol}</td>
                  <td>{orderTypeText(order.type)}</td>
                  <td>
                    <SideText side={order.side} />
                  </td>
                  <td class="number to-end" data-label={words().activity.price}>
                    {priceText(order, marketData.marketOf(order.symbol))}
                  </td>
                  <td class="number to-end" data-label={words().activity.average}>
                    {averagePriceText(order, marketData.marketOf(order.symbol))}
                  </td>
                  <td class="number to-end" data-label={words().activity.trigger}>
                    {triggerText(order, marketData.marketOf(order.symbol))}
                  </td>
                  <td class="number to-end" data-label={words().activity.quantity}>
                    {quantityText(order.origQty)}
                  </td>
                  <td class="number to-end" data-label={words().activity.filled}>
                    {filledPercent(order)}%
                  </td>
                  <td class="activity-end">
                    {(words().activity.statuses as Readonly<Record<string, string>>)[order.status] ?? order.status}
                  </td>
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
