/** Orders that are over, newest first. */
import { createMemo, type JSX } from "solid-js";
import type { Order } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { orderKey } from "../exchange/record-keys.ts";
import { words } from "../words/words.ts";
import { orderHistory } from "./account-history.ts";
import { ORDER_COLUMNS, orderColumns } from "./order-columns.tsx";
import { RecordTable, type TableColumn } from "./record-table.tsx";
import { ExportButton, OlderButton, orderStatusText, type TableProps } from "./table-parts.tsx";

const OPEN = new Set(["NEW", "PARTIALLY_FILLED", "PENDING_NEW"]);
const IN_FILE = [
  ...ORDER_COLUMNS,
  { title: "quoteExecuted", value: (order: Order) => order.cummulativeQuoteQty },
  { title: "updated", value: (order: Order) => new Date(order.updateTime).toISOString() },
];

export function OrderHistoryTable(props: TableProps): JSX.Element {
  const { account, marketData } = useExchange();
  const history = orderHistory(account, props.symbols);
  const closed = createMemo(() => history.rows().filter(({ status }) => !OPEN.has(status)));
  const columns = createMemo((): readonly TableColumn<Order>[] => [
    ...orderColumns({ marketOf: marketData.marketOf, areClosed: true }),
    { heading: words().activity.status, kind: "last_word", cell: (order) => orderStatusText(order().status) },
  ]);
  return (
    <>
      <RecordTable
        caption={words().activity.tabs.history}
        columns={columns}
        rows={closed}
        keyOf={orderKey}
        state={history.state()}
        nothing={words().activity.noHistory}
        retry={history.reload}
        bar={<ExportButton name="orders" columns={IN_FILE} rows={closed} />}
      />
      <OlderButton hasOlder={history.hasOlder()} load={history.loadOlder} />
    </>
  );
}
