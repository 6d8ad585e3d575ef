/** An order that looks like a slip: what is unusual about it, and once more what would be sent. */
import * as AlertDialog from "@kobalte/core/alert-dialog";
import { createSignal, For, type JSX, Show } from "solid-js";
import { words } from "../words/words.ts";
import { Check } from "./advanced-options.tsx";
import { cautionText } from "./fault-words.ts";
import type { FormState } from "./form-state.ts";
import { submitText } from "./submit-words.ts";

export function AskFirst(props: { readonly form: FormState }): JSX.Element {
  const { form } = props;
  const texts = () => words().orderForm;
  const [isLast, setIsLast] = createSignal(false);
  const send = (): void => {
    if (isLast()) form.setAsksFirst(false);
    form.confirm();
  };
  return (
    <AlertDialog.Root open={form.asking() !== null} onOpenChange={(open) => !open && form.goBack()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay class="dialog-veil" />
        <div class="dialog-place">
          <AlertDialog.Content class="dialog order-form-ask">
            <AlertDialog.Title>{texts().confirmTitle}</AlertDialog.Title>
            <AlertDialog.Description as="div" class="order-form-ask-reasons">
              <Show when={form.terms()}>
                {(terms) => (
                  <>
                    <p class="order-form-ask-order">{submitText(terms())}</p>
                    <For each={form.asking() ?? []}>
                      {(caution) => <p>{cautionText(caution, terms().surroundings.market)}</p>}
                    </For>
                  </>
                )}
              </Show>
            </AlertDialog.Description>
            <Check label={texts().confirmAgain} checked={isLast()} onChange={setIsLast} />
            <div class="order-form-ask-ways">
              <button type="button" class="button" onClick={() => form.goBack()}>
                {texts().confirmBack}
              </button>
              <button
                type="button"
                class={`button ${form.draft().side === "BUY" ? "button-buy" : "button-sell"}`}
                onClick={send}
              >
                {texts().confirmSend}
              </button>
            </div>
          </AlertDialog.Content>
        </div>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
