/** The columns of orders, open or closed: on the screen and in a file. */
import { Show } from "solid-js";
import type { Market, Order } from "../exchange/contract.ts";
import { lateMomentText } from "../trade/moments.ts";
import { words } from "../words/words.ts";
import type { Column } from "./csv.ts";
import { averagePriceText, filledPercent, priceText, quantityText, triggerText } from "./order-texts.ts";
import type { TableColumn } from "./record-table.tsx";
import { orderTypeText, SideText } from "./table-parts.tsx";

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

interface OrderColumnsOptions {
  readonly marketOf: (symbol: string) => Market | null;
  /** Whether they are over: then the price that they got is told, and nobody needs to know any more that they were of a list. */
  readonly areClosed: boolean;
}

/** All but the last one. */
export function orderColumns({ marketOf, areClosed }: OrderColumnsOptions): readonly TableColumn<Order>[] {
  const { activity } = words();
  const average: TableColumn<Order> = {
    heading: activity.average,
    kind: "number",
    cell: (order) => averagePriceText(order(), marketOf(order().symbol)),
  };
  return [
    { heading: activity.time, kind: "time", cell: (order) => lateMomentText(order().time) },
    { heading: activity.market, kind: "name", cell: (order) => order().symbol },
    {
      heading: activity.type,
      kind: "word",
      cell: (order) => (
        <>
          {orderTypeText(order().type)}
          <Show when={!areClosed && order().orderListId !== -1}>
            {" "}
            <span class="activity-badge">{words().activity.ofList}</span>
          </Show>
        </>
      ),
    },
    { heading: activity.side, kind: "word", cell: (order) => <SideText side={order().side} /> },
    { heading: activity.price, kind: "number", cell: (order) => priceText(order(), marketOf(order().symbol)) },
    ...(areClosed ? [average] : []),
    { heading: activity.trigger, kind: "number", cell: (order) => triggerText(order(), marketOf(order().symbol)) },
    { heading: activity.quantity, kind: "number", cell: (order) => quantityText(order().origQty) },
    { heading: activity.filled, kind: "number", cell: (order) => `${filledPercent(order())}%` },
  ];
}
