/** What is free to spend; a press uses all of it. */
import { type JSX, Show } from "solid-js";
import { drawn } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import type { FormState } from "./form-state.ts";
import type { Terms } from "./terms.ts";

const ALL = 100;

export function AvailableLine(props: { readonly form: FormState; readonly terms: Terms }): JSX.Element {
  const texts = () => words().orderForm;
  const isBuy = (): boolean => props.terms.draft.side === "BUY";
  const market = () => props.terms.surroundings.market;
  const asset = (): string => (isBuy() ? market().quote : market().base);
  const amount = (): string | null => {
    const { funds } = props.terms.surroundings;
    if (funds === null) return null;
    return isBuy() ? drawn(funds.quoteFree, market().pricePlaces) : drawn(funds.baseFree, market().quantityPlaces);
  };
  return (
    <div class="order-form-available">
      <span class="faint">{texts().available}</span>
      <Show when={amount()} fallback={<span class="number faint">{texts().nothing}</span>}>
        {(free) => (
          <button
            type="button"
            class="order-form-all number"
            aria-label={texts().useAll(free(), asset())}
            onClick={() => props.form.setShare(ALL)}
          >
            {free()} {asset()}
          </button>
        )}
      </Show>
    </div>
  );
}
