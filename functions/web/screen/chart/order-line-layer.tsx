/** Own open orders above the candles: a line each, a handle that amends by pointer or keys, a button that cancels. */
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import type { Market } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { words } from "../words/words.ts";
import type { PriceView } from "./candle-drawing.ts";
import { OrderLineRow } from "./order-line-row.tsx";
import { columnsOf, type OrderLine, orderLines, ticksOf } from "./order-lines.ts";
import "./order-lines.css";

interface OrderLineLayerProps {
  readonly market: Market;
  readonly view: PriceView;
  /** @param topPx of the pane of prices. */
  readonly priceAt: (topPx: number) => number | null;
}

/** As high as a chip and the space below it. */
const CHIP_ROW_PX = 24;
const COLUMNS = 3;
const NARROW_PX = 480;
const COLUMNS_NARROW = 2;

export function OrderLineLayer(props: OrderLineLayerProps): JSX.Element {
  const { account, marketData } = useExchange();
  const lines = createMemo(
    () => new Map(orderLines(account.openOrders(), props.market.symbol).map((line) => [line.key, line])),
  );
  // Keyed by name: a row lives, and keeps its focus and what is being moved, as long as its line does.
  const keys = createMemo(() => [...lines().keys()]);
  const topOf = (price: string | number): number => {
    const { top, bottom, heightPx } = props.view;
    return ((top - Number(price)) / (top - bottom)) * heightPx;
  };
  const columns = createMemo(() => {
    const tops = [...lines().values()].map(({ key, price }) => [key, topOf(price)] as const);
    const shown = tops.filter(([, top]) => top >= 0 && top <= props.view.heightPx);
    return columnsOf(new Map(shown), CHIP_ROW_PX, props.view.widthPx < NARROW_PX ? COLUMNS_NARROW : COLUMNS);
  });
  const lastTicks = createMemo(() => {
    const last = marketData.tickers().get(props.market.symbol)?.last;
    return last === undefined ? null : ticksOf(last, props.market);
  });
  const [said, setSaid] = createSignal("");
  const handles = new Map<number, HTMLButtonElement>();
  // The order that replaces the one whose handle had the focus. Its row may come before or after the exchange's answer.
  let heir: number | null = null;
  const takeOver = (): void => {
    const handle = heir === null ? undefined : handles.get(heir);
    if (handle === undefined) return;
    heir = null;
    // Not from whoever has gone elsewhere meanwhile.
    const now = document.activeElement;
    if (now === document.body || [...handles.values()].some((each) => each === now))
      handle.focus({ preventScroll: true });
  };
  const register = (orderId: number, handle: HTMLButtonElement): (() => void) => {
    handles.set(orderId, handle);
    // Once the old row is taken away and the new one is in the page.
    queueMicrotask(takeOver);
    return () => {
      if (handles.get(orderId) === handle) handles.delete(orderId);
    };
  };
  const bequeath = (orderId: number): void => {
    heir = orderId;
    takeOver();
  };

  return (
    <section
      class="chart-orders"
      aria-label={words().chart.orders}
      style={{ "--chart-pane-width": `${props.view.widthPx}px`, "--chart-pane-height": `${props.view.heightPx}px` }}
    >
      <For each={keys()}>
        {(key) => {
          const line = createMemo<OrderLine | undefined>((before) => lines().get(key) ?? before);
          return (
            <Show when={line()}>
              {(shown) => (
                <OrderLineRow
                  line={shown()}
                  market={props.market}
                  column={columns().get(key) ?? 0}
                  heightPx={props.view.heightPx}
                  lastTicks={lastTicks()}
                  topOf={topOf}
                  priceAt={props.priceAt}
                  say={setSaid}
                  register={register}
                  bequeath={bequeath}
                />
              )}
            </Show>
          );
        }}
      </For>
      <p class="only-heard" aria-live="polite">
        {said()}
      </p>
    </section>
  );
}
