/** Orders that rest or wait, each with its cancel; one press cancels all that are shown. */
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { Answer, Order } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { offerCommands } from "../shell/commands.ts";
import { announce } from "../shell/toasts.ts";
import { words } from "../words/words.ts";
import type { Column } from "./csv.ts";
import { filledPercent, priceText, quantityText, timeText, triggerText } from "./order-texts.ts";
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
const ALL = "all";

/** Ids count by instrument. */
function keyOf({ symbol, orderId }: Order): string {
  return `${symbol} ${orderId}`;
}

export function OpenOrdersTable(props: TableProps): JSX.Element {
  const { account } = useExchange();
  const [isBusy, setIsBusy] = createSignal<ReadonlySet<string>>(new Set());
  const orders = createMemo(() => account.openOrders().filter(({ symbol }) => props.symbols().includes(symbol)));
  const byKey = createMemo(() => new Map(orders().map((order) => [keyOf(order), order])));

  /** Runs one thing at a time per button; what the exchange refuses is told. */
  const doing = async (what: string, act: () => Promise<Answer<unknown>>): Promise<void> => {
    if (isBusy().has(what)) return;
    setIsBusy((now) => new Set([...now, what]));
    const answer = await act();
    setIsBusy((now) => new Set([...now].filter((each) => each !== what)));
    if (answer.outcome !== "ok") {
      const title = answer.outcome === "unknown" ? words().activity.cancelUnknown : words().activity.cancelRefused;
      announce({ kind: "refused", title, detail: answer.message });
    }
  };
  const cancelAll = (): Promise<void> =>
    doing(ALL, async () => {
      const symbols = new Set(orders().map(({ symbol }) => symbol));
      const [only] = symbols;
      return account.cancelAll(symbols.size === 1 ? only : undefined);
    });
  const cancel = (order: Order): Promise<void> => doing(keyOf(order), () => account.cancel(order));
  offerCommands({
    id: "cancel-all",
    group: "trade",
    label: () => words().activity.cancelAll,
    run: () => void cancelAll(),
  });

  return (
    <>
      <div class="activity-bar">
        <ExportButton name="open-orders" columns={ORDER_COLUMNS} rows={orders} />
        <button
          type="button"
          class="button button-small"
          disabled={orders().length === 0 || isBusy().has(ALL)}
          onClick={() => void cancelAll()}
        >
          {words().activity.cancelAll}
        </button>
      </div>
      <Show
        when={orders().length > 0}
        fallback={
          <Nothing
            state={account.state() === "opening" ? "loading" : "ready"}
            nothing={words().activity.noOpenOrders}
          />
        }
      >
        <table class="activity-table">
          <caption class="only-heard">{words().activity.tabs.open}</caption>
          <thead>
            <tr>
              <th scope="col">{words().activity.time}</th>
              <th scope="col">{words().activity.market}</th>
              <th scope="col">{words().activity.type}</th>
              <th scope="col">{words().activity.side}</th>
              <th scope="col" class="to-end">
                {words().activity.price}
              </th>
              <th scope="col" class="to-end">
                {words().activity.trigger}
              </th>
              <th scope="col" class="to-end">
                {words().activity.quantity}
              </th>
              <th scope="col" class="to-end">
                {words().activity.filled}
              </th>
              <th scope="col" class="to-end">
                <span class="only-heard">{words().activity.cancel}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {/* A row is kept while its order changes: a button that is about to be pressed stays where it is. */}
            <For each={[...byKey().keys()]}>
              {(key) => {
                const order = createMemo((before: Order | undefined) => byKey().get(key) ?? before);
                return (
                  <Show when={order()}>
                    {(shown) => (
                      <OpenOrder order={shown()} isBusy={isBusy().has(key)} cancel={() => void cancel(shown())} />
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
      <td class="number faint">{timeText(props.order.time)}</td>
      <td>{props.order.symbol}</td>
      <td>
        {orderTypeText(props.order.type)}
        <Show when={props.order.orderListId !== -1}>
          <span class="activity-badge">{words().activity.ofList}</span>
        </Show>
      </td>
      <td>
        <SideText side={props.order.side} />
      </td>
      <td class="number to-end">{priceText(props.order, market())}</td>
      <td class="number to-end">{triggerText(props.order, market())}</td>
      <td class="number to-end">{quantityText(props.order.origQty)}</td>
      <td class="number to-end">{filledPercent(props.order)}%</td>
      <td class="to-end">
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
