/** One part at a time, by tabs; the order form comes from below. */
import * as Dialog from "@kobalte/core/dialog";
import * as Tabs from "@kobalte/core/tabs";
import { createSignal, For, type JSX } from "solid-js";
import { ActivityPane } from "../activity/activity-pane.tsx";
import { BookPane } from "../book/book-pane.tsx";
import { ChartPane } from "../chart/chart-pane.tsx";
import { OrderForm } from "../order-form/order-form.tsx";
import { TapePane } from "../tape/tape-pane.tsx";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { focusReturn } from "./focus-return.ts";
import { CloseIcon } from "./icons.tsx";
import "./phone-layout.css";

const PARTS = [
  { name: "chart", Part: ChartPane },
  { name: "book", Part: BookPane },
  { name: "tape", Part: TapePane },
  { name: "orders", Part: ActivityPane },
] as const;

export function PhoneLayout(): JSX.Element {
  return (
    <div class="phone">
      <Tabs.Root class="phone-tabs" defaultValue="chart">
        <Tabs.List class="phone-tab-list" aria-label={words().shell.sections}>
          <For each={PARTS}>
            {({ name }) => (
              <Tabs.Trigger class="tab phone-tab" value={name}>
                {words().shell[name]}
              </Tabs.Trigger>
            )}
          </For>
        </Tabs.List>
        <For each={PARTS}>
          {({ name, Part }) => (
            <Tabs.Content class="phone-part" value={name}>
              <Part />
            </Tabs.Content>
          )}
        </For>
      </Tabs.Root>
      <OrderSheet />
    </div>
  );
}

/** Two buttons that are always at hand, and the form above them when one is pressed. */
function OrderSheet(): JSX.Element {
  const { fillForm } = useTrade();
  const [isOpen, setIsOpen] = createSignal(false);
  let giveFocusBack: ReturnType<typeof focusReturn> | undefined;
  const open = (side: "BUY" | "SELL"): void => {
    giveFocusBack = focusReturn();
    fillForm({ side });
    setIsOpen(true);
  };
  return (
    <>
      <div class="phone-bar">
        <button type="button" class="button button-buy" onClick={() => open("BUY")}>
          {words().shell.buy}
        </button>
        <button type="button" class="button button-sell" onClick={() => open("SELL")}>
          {words().shell.sell}
        </button>
      </div>
      <Dialog.Root open={isOpen()} onOpenChange={setIsOpen}>
        <Dialog.Portal>
          <Dialog.Overlay class="dialog-veil" />
          <Dialog.Content class="phone-sheet" onCloseAutoFocus={(event) => giveFocusBack?.(event)}>
            <div class="phone-sheet-head">
              <Dialog.Title>{words().shell.placeOrder}</Dialog.Title>
              <Dialog.CloseButton class="button button-plain button-small" aria-label={words().shell.close}>
                <CloseIcon />
              </Dialog.CloseButton>
            </div>
            <OrderForm />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  );
}
