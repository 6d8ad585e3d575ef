/** One order's line: where it is, where it is being moved to, and what the exchange said to that. */
import { createSignal, type JSX, onCleanup, onMount, Show } from "solid-js";
import type { Market, Order, Refused } from "../exchange/contract.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { CloseIcon } from "../shell/icons.tsx";
import { announce } from "../shell/toasts.ts";
import { drawn, trimmed } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import { changeOf, type OrderLine, priceOfTicks, restOf, takesAtOnce, ticksNear, ticksOf } from "./order-lines.ts";

interface OrderLineRowProps {
  readonly line: OrderLine;
  readonly market: Market;
  /** Of its chip, from the right. */
  readonly column: number;
  readonly heightPx: number;
  readonly lastTicks: bigint | null;
  readonly topOf: (price: string) => number;
  readonly priceAt: (topPx: number) => number | null;
  /** For who hears the page. */
  readonly say: (text: string) => void;
  /** The row is there: its handle can be focused. @returns a function that says it is gone. */
  readonly register: (orderId: number, handle: HTMLButtonElement) => () => void;
  /** The order that follows this one is to have its focus. */
  readonly bequeath: (orderId: number) => void;
}

/** A press that moves less is no drag. */
const DRAG_FROM_PX = 3;
const STEP_TICKS: Readonly<Record<string, bigint>> = { ArrowUp: 1n, ArrowDown: -1n, PageUp: 100n, PageDown: -100n };
const SHIFTED_STEPS = 10n;

export function OrderLineRow(props: OrderLineRowProps): JSX.Element {
  const { account } = useExchange();
  let handle!: HTMLButtonElement;
  /** Where it is being moved to; null: it stays. */
  const [draft, setDraft] = createSignal<bigint | null>(null);
  const [isSending, setIsSending] = createSignal(false);
  /** Of the press: what to add to the pointer so that the line does not jump to it. */
  let grip: { readonly pointer: number; readonly startPx: number; readonly offsetPx: number } | null = null;

  const order = (): Order => props.line.order;
  const own = (): bigint => ticksOf(props.line.price, props.market) ?? 1n;
  const price = (): string => priceOfTicks(draft() ?? own(), props.market);
  const top = (): number => props.topOf(draft() === null ? props.line.price : price());
  const isInView = (): boolean => top() >= 0 && top() <= props.heightPx;
  const shown = (of: string): string => drawn(of, props.market.pricePlaces);
  const side = (): string => (order().side === "BUY" ? words().chart.buy : words().chart.sell);
  const type = (): string => {
    const text = words().chart;
    return props.line.of === "stopPrice" ? text.trigger : (text.orderType[order().type] ?? order().type);
  };
  const quantity = (): string => trimmed(restOf(order(), props.market));
  const spoken = (): string => words().chart.orderLine(side(), quantity(), type(), shown(props.line.price));
  const hint = (): string => (props.line.fixed === null ? words().chart.moves : words().chart.fixed[props.line.fixed]);
  const canMove = (): boolean => props.line.fixed === null && !isSending();

  const move = (ticks: bigint): void => {
    setDraft(ticks < 1n ? 1n : ticks);
    props.say(words().chart.moved(shown(price())));
  };
  const giveUp = (): void => {
    grip = null;
    if (!isSending()) setDraft(null);
  };
  const send = async (): Promise<void> => {
    const ticks = draft();
    if (ticks === null || ticks === own() || isSending()) return giveUp();
    setIsSending(true);
    props.say(words().chart.sending(shown(price())));
    const hadFocus = document.activeElement === handle;
    const answer = await account.replace(order(), changeOf(props.line, price()));
    if (answer.outcome === "ok") {
      // The new order's line takes over as soon as the account tells of it; until then this one stays where it was put.
      if (hadFocus) props.bequeath(answer.value.orderId);
      return;
    }
    setIsSending(false);
    setDraft(null);
    announceRefusal(words().chart.refused, answer);
  };
  const cancel = async (): Promise<void> => {
    const answer = await account.cancel(order());
    if (answer.outcome !== "ok") announceRefusal(words().chart.cancelRefused, answer);
  };

  const press = (event: PointerEvent): void => {
    if (!canMove() || event.button !== 0) return;
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    grip = { pointer: event.pointerId, startPx: event.clientY, offsetPx: top() - event.clientY };
  };
  const drag = (event: PointerEvent): void => {
    if (grip?.pointer !== event.pointerId) return;
    if (draft() === null && Math.abs(event.clientY - grip.startPx) < DRAG_FROM_PX) return;
    const at = props.priceAt(Math.min(Math.max(event.clientY + grip.offsetPx, 0), props.heightPx));
    if (at !== null) setDraft(ticksNear(at, props.market));
  };
  const release = (event: PointerEvent): void => {
    if (grip?.pointer !== event.pointerId) return;
    grip = null;
    if (draft() !== null) void send();
  };
  const key = (event: KeyboardEvent): void => {
    const step = STEP_TICKS[event.key];
    if (step !== undefined && canMove()) move((draft() ?? own()) + step * (event.shiftKey ? SHIFTED_STEPS : 1n));
    else if (event.key === "Escape" && draft() !== null) giveUp();
    else if (event.key === "Enter" && draft() !== null) void send();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  onMount(() => onCleanup(props.register(order().orderId, handle)));

  return (
    <div
      class="chart-order"
      data-side={order().side}
      data-moving={draft() !== null && !isSending() ? "" : undefined}
      data-sending={isSending() ? "" : undefined}
      hidden={!isInView()}
      style={{ "--chart-order-top": `${top()}px`, "--chart-order-column": props.column }}
    >
      <div class="chart-order-line" />
      <div class="chart-order-chip">
        <button
          ref={handle}
          type="button"
          class="chart-order-handle number"
          aria-label={`${spoken()}. ${hint()}`}
          aria-disabled={!canMove()}
          title={hint()}
          onPointerDown={press}
          onPointerMove={drag}
          onPointerUp={release}
          onPointerCancel={giveUp}
          onKeyDown={key}
          onBlur={giveUp}
        >
          <span class="chart-order-side">{side()}</span> <span>{quantity()}</span>{" "}
          <span class="chart-order-type">{type()}</span>
        </button>
        <Show when={draft()}>
          {(ticks) => (
            <span class="chart-order-draft number" aria-hidden="true">
              → {shown(price())}
              <Show when={takesAtOnce(props.line, ticks(), props.lastTicks)}>
                <span class="chart-order-warning">{words().chart.takesAtOnce}</span>
              </Show>
            </span>
          )}
        </Show>
        <button
          type="button"
          class="chart-order-cancel"
          aria-label={words().chart.cancelOrder(spoken())}
          onClick={() => void cancel()}
        >
          <CloseIcon />
        </button>
      </div>
      <div class="chart-order-price number" aria-hidden="true">
        {shown(price())}
      </div>
    </div>
  );
}

function announceRefusal(title: string, answer: Refused): void {
  const text = words().chart;
  if (answer.outcome === "unknown") announce({ kind: "refused", title: text.unknown, detail: text.unknownDetail });
  else announce({ kind: "refused", title, detail: answer.message });
}
