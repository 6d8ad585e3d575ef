/** The person's own trades, newest first, with what each cost. */
import { createMemo, type JSX } from "solid-js";
import type { Fill } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { fillKey } from "../exchange/record-keys.ts";
import { drawn, trimmed } from "../trade/amounts.ts";
import { lateMomentText } from "../trade/moments.ts";
import { words } from "../words/words.ts";
import { tradeHistory } from "./account-history.ts";
import type { Column } from "./csv.ts";
import { quantityText } from "./order-texts.ts";
import { RecordTable, type TableColumn } from "./record-table.tsx";
import { ExportButton, OlderButton, SideText, type TableProps } from "./table-parts.tsx";

const PLACES = 8;
const IN_FILE: readonly Column<Fill>[] = [
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
  const priceText = ({ symbol, price }: Fill): string =>
    drawn(price, marketData.marketOf(symbol)?.pricePlaces ?? PLACES);
  const columns = createMemo((): readonly TableColumn<Fill>[] => {
    const { activity } = words();
    return [
      { heading: activity.time, kind: "time", cell: (fill) => lateMomentText(fill().time) },
      { heading: activity.market, kind: "name", cell: (fill) => fill().symbol },
      { heading: activity.side, kind: "word", cell: (fill) => <SideText side={fill().side} /> },
      { heading: activity.price, kind: "number", cell: (fill) => priceText(fill()) },
      { heading: activity.quantity, kind: "number", cell: (fill) => quantityText(fill().quantity) },
      { heading: activity.total, kind: "number", cell: (fill) => quantityText(fill().quoteQuantity) },
      {
        heading: activity.fee,
        kind: "number",
        cell: (fill) => `${trimmed(fill().commission)} ${fill().commissionAsset}`,
      },
      {
        heading: activity.role,
        kind: "last_word",
        cell: (fill) => (fill().isMaker ? activity.maker : activity.taker),
      },
    ];
  });
  return (
    <>
      <RecordTable
        caption={words().activity.tabs.trades}
        columns={columns}
        rows={history.rows}
        keyOf={fillKey}
        state={history.state()}
        nothing={words().activity.noTrades}
        retry={history.reload}
        bar={<ExportButton name="trades" columns={IN_FILE} rows={history.rows} />}
      />
      <OlderButton hasOlder={history.hasOlder()} load={history.loadOlder} />
    </>
  );
}
