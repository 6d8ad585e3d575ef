/** Orders that rest or wait, each with its cancel; one press cancels all that are shown. */
import { type Accessor, createMemo, For, type JSX, Show } from "solid-js";
import type { Order } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { atEnd, onlyHeardAtEnd, TableHead } from "../shell/table-head.tsx";
import { lateMomentText } from "../trade/moments.ts";
import { words } from "../words/words.ts";
import { type Cancelling, keyOf } from "./cancelling.ts";
import type { Column } from "./csv.ts";
import { filledPercent, priceText, quantityText, triggerText } from "./order-texts.ts";
import { ExportButton, Nothing, orderTypeText, SideText, type TableProps } from "./table-parts.tsx";

/** Of an order in a file, open or closed. */
export const ORDER_COLUMNS: readonly Column<Order>[] = [
  { title: "time", value: (order) => new Date(order.time).toISOString() },
  { title: "symbol", value: (order) => order.symbol },
  { title: "orderId", value: (order) => order.orderId },
  { title: "clientOrderId", value: (order) => order.clientOrderId },
  { title: "type", value: (order) => order.type },
  { title: "side", value: (order) => order.side },
  { title: "price", value: (order) => order.price },
  { title: "stopPrice", value: (order) => order.stopPrice },
  { title: "quantity", value: (order) => order.origQty },
  { title: "executed", value: (order) => order.executedQty },
  { title: "status", value: (order) => order.status },
];

interface OpenOrdersProps extends TableProps {
  readonly orders: Accessor<readonly Order[]>;
  readonly cancelling: Cancelling;
}

export function OpenOrdersTable(props: OpenOrdersProps): JSX.Element {
  const { account } = useExchange();
  const byKey = createMemo(() => new Map(props.orders().map((order) => [keyOf(order), order])));
  return (
    <>
      <div class="activity-bar">
        <ExportButton name="open-orders" columns={ORDER_COLUMNS} rows={props.orders} />
        <button
          type="button"
          class="button button-small"
          disabled={props.orders().length === 0 || props.cancelling.isBusyWithAll()}
          onClick={() => props.cancelling.cancelAll()}
        >
          {words().activity.cancelAll}
        </button>
      </div>
      <Show
        when={props.orders().length > 0}
        fallback={
          <Nothing
            state={account.state() === "opening" ? "loading" : "ready"}
            nothing={words().activity.noOpenOrders}
          />
        }
      >
        <table class="activity-table">
          <caption class="only-heard">{words().activity.tabs.open}</caption>
          <TableHead
            cells={[
              words().activity.time,
              words().activity.market,
              words().activity.type,
              words().activity.side,
              atEnd(words().activity.price),
              atEnd(words().activity.trigger),
              atEnd(words().activity.quantity),
              atEnd(words().activity.filled),
              onlyHeardAtEnd(words().activity.cancel),
            ]}
          />
          <tbody>
            {/* A row is kept while its order changes: a button that is about to be pressed stays where it is. */}
            <For each={[...byKey().keys()]}>
              {(key) => {
                const order = createMemo((before: Order | undefined) => byKey().get(key) ?? before);
                return (
                  <Show when={order()}>
                    {(shown) => (
                      <OpenOrder
                        order={shown()}
                        isBusy={props.cancelling.isBusy(shown())}
                        cancel={() => props.cancelling.cancel(shown())}
                      />
                    )}
                  </Show>
                );
              }}
            </For>
          </tbody>
        </table>
      </Show>
    </>
  );
}

function OpenOrder(props: {
  readonly order: Order;
  readonly isBusy: boolean;
  readonly cancel: () => void;
}): JSX.Element {
  const { marketData } = useExchange();
  const market = () => marketData.marketOf(props.order.symbol);
  return (
    <tr data-order-id={props.order.orderId}>
      <td class="number faint" data-label={words().activity.time}>
        {lateMomentText(props.order.time)}
      </td>
      <td class="activity-market">{props.order.symbol}</td>
      <td>
        {orderTypeText(props.order.type)}
        <Show when={props.order.orderListId !== -1}>
          {" "}
          <span class="activity-badge">{words().activity.ofList}</span>
        </Show>
      </td>
      <td>
        <SideText side={props.order.side} />
      </td>
      <td class="number to-end" data-label={words().activity.price}>
        {priceText(props.order, market())}
      </td>
      <td class="number to-end" data-label={words().activity.trigger}>
        {triggerText(props.order, market())}
      </td>
      <td class="number to-end" data-label={words().activity.quantity}>
        {quantityText(props.order.origQty)}
      </td>
      <td class="number to-end" data-label={words().activity.filled}>
        {filledPercent(props.order)}%
      </td>
      <td class="to-end activity-end">
        <button
          type="button"
          class="button button-small"
          disabled={props.isBusy}
          aria-label={words().activity.cancelOrder(props.order.symbol, props.order.orderId)}
          onClick={() => props.cancel()}
        >
          {words().activity.cancel}
        </button>
      </td>
    </tr>
  );
}
