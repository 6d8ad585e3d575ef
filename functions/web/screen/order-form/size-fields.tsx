/** How much: quantity and total, of which the one typed last leads, and a share of what is available. */
import { For, type JSX } from "solid-js";
import { words } from "../words/words.ts";
import { type FormState, fieldText } from "./form-state.ts";
import { NumberField } from "./number-field.tsx";
import { shareOf } from "./share-of-balance.ts";
import { roundedDown, type Terms } from "./terms.ts";

const STOPS = [0, 25, 50, 75, 100] as const;

export function SizeFields(props: { readonly form: FormState; readonly terms: Terms }): JSX.Element {
  const { form } = props;
  const texts = () => words().orderForm;
  const market = () => props.terms.surroundings.market;
  const leads = (): "quantity" | "total" => form.draft().lead;
  const followingQuantity = (): string | null => {
    if (leads() === "quantity") return null;
    const { quantity } = props.terms;
    return quantity === null ? "" : fieldText(quantity, market().quantityPlaces);
  };
  const followingTotal = (): string | null => {
    if (leads() === "total") return null;
    const { total } = props.terms;
    return total === null
      ? ""
      : fieldText(roundedDown(total, isAbout() ? 10n ** BigInt(8 - market().pricePlaces) : 0n), market().pricePlaces);
  };
  const isAbout = (): boolean => props.terms.legs[0]?.price === null;
  return (
    <>
      <NumberField
        form={form}
        field="quantity"
        label={isAbout() && leads() === "total" ? texts().quantityAbout : texts().quantity}
        unit={market().base}
        step={props.terms.rules.quantity.step}
        places={market().quantityPlaces}
        follows={followingQuantity()}
      />
      <ShareSlider form={form} terms={props.terms} />
      <NumberField
        form={form}
        field="total"
        label={isAbout() && leads() === "quantity" ? texts().totalAbout : texts().total}
        unit={market().quote}
        step={0n}
        places={market().pricePlaces}
        follows={followingTotal()}
      />
    </>
  );
}

/** Arrows by one, Page Up and Page Down by ten; each stop a press away. */
function ShareSlider(props: { readonly form: FormState; readonly terms: Terms }): JSX.Element {
  const share = (): number => shareOf(props.terms) ?? 0;
  const isKnown = (): boolean => props.terms.surroundings.funds !== null;
  const texts = () => words().orderForm;
  return (
    <div class="order-form-share" data-known={isKnown() || undefined}>
      <input
        class="order-form-range"
        type="range"
        min="0"
        max="100"
        step="1"
        aria-label={texts().share}
        aria-valuetext={texts().shareText(share())}
        value={share()}
        disabled={!isKnown()}
        style={{ "--share": `${share()}%` }}
        onInput={(event) => props.form.setShare(event.currentTarget.valueAsNumber)}
      />
      <div class="order-form-stops">
        <For each={STOPS}>
          {(stop) => (
            <button
              type="button"
              class="order-form-stop number"
              disabled={!isKnown()}
              data-reached={(isKnown() && share() >= stop) || undefined}
              onClick={() => props.form.setShare(stop)}
            >
              {texts().shareText(stop)}
            </button>
          )}
        </For>
      </div>
    </div>
  );
}
