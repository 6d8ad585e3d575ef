/** Orders that rest or wait, each with its cancel; one press cancels all that are shown. */
import { type Accessor, createMemo, type JSX } from "solid-js";
import type { Order } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { orderKey } from "../exchange/record-keys.ts";
import { words } from "../words/words.ts";
import type { Cancelling } from "./cancelling.ts";
import { ORDER_COLUMNS, orderColumns } from "./order-columns.tsx";
import { RecordTable, type TableColumn } from "./record-table.tsx";
import { ExportButton, stateOfAccount, type TableProps } from "./table-parts.tsx";

interface OpenOrdersProps extends TableProps {
  readonly orders: Accessor<readonly Order[]>;
  readonly cancelling: Cancelling;
}

export function OpenOrdersTable(props: OpenOrdersProps): JSX.Element {
  const { account, marketData } = useExchange();
  const cancelButton = (order: Accessor<Order>): JSX.Element => (
    <button
      type="button"
      class="button button-small"
      disabled={props.cancelling.isBusy(order())}
      aria-label={words().activity.cancelOrder(order().symbol, order().orderId)}
      onClick={() => props.cancelling.cancel(order())}
    >
      {words().activity.cancel}
    </button>
  );
  const columns = createMemo((): readonly TableColumn<Order>[] => [
    ...orderColumns({ marketOf: marketData.marketOf, areClosed: false }),
    { heading: words().activity.cancel, kind: "buttons", cell: cancelButton },
  ]);
  return (
    <RecordTable
      caption={words().activity.tabs.open}
      columns={columns}
      rows={props.orders}
      keyOf={orderKey}
      state={stateOfAccount(account)}
      nothing={words().activity.noOpenOrders}
      bar={
        <>
          <ExportButton name="open-orders" columns={ORDER_COLUMNS} rows={props.orders} />
          <button
            type="button"
            class="button button-small"
            disabled={props.orders().length === 0 || props.cancelling.isBusyWithAll()}
            onClick={() => props.cancelling.cancelAll()}
          >
            {words().activity.cancelAll}
          </button>
        </>
      }
    />
  );
}
