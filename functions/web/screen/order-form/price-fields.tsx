/** At what price: a limit with the book's best at hand, a stop price, a distance to trail by. */
import { For, type JSX, Show } from "solid-js";
import { decimalOf, plain, trimmed } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import type { Field, Trigger } from "./draft.ts";
import { shown } from "./fault-words.ts";
import type { FormState } from "./form-state.ts";
import type { Leg } from "./legs.ts";
import { NumberField } from "./number-field.tsx";
import { Segments } from "./segments.tsx";
import { basisPointsOf, e8Of, roundedDown, type Terms, textOf } from "./terms.ts";

/** 0.1 %. */
const TRAILING_STEP_E8 = 10_000_000n;
const TRAILING_PLACES = 2;

interface FieldProps {
  readonly form: FormState;
  readonly terms: Terms;
  readonly field: Field;
}

export function PriceField(props: FieldProps & { readonly label?: string; readonly picks?: boolean }): JSX.Element {
  const market = () => props.terms.surroundings.market;
  return (
    <>
      <NumberField
        form={props.form}
        field={props.field}
        label={props.label ?? words().orderForm.price}
        unit={market().quote}
        step={props.terms.rules.price.step}
        places={market().pricePlaces}
      />
      <Show when={props.picks}>
        <PricePicks {...props} />
      </Show>
    </>
  );
}

/** Best bid, middle, best ask: a press takes it. */
function PricePicks(props: FieldProps): JSX.Element {
  const picks = () => {
    const { book, market } = props.terms.surroundings;
    const [bid, ask] = [book?.bids[0]?.price ?? null, book?.asks[0]?.price ?? null];
    const [bidE8, askE8] = [e8Of(bid), e8Of(ask)];
    const mid =
      bidE8 === null || askE8 === null ? null : textOf(roundedDown((bidE8 + askE8) / 2n, props.terms.rules.price.step));
    const texts = words().orderForm;
    return [
      { name: texts.bid, price: bid, say: texts.useBid },
      { name: texts.mid, price: mid, say: texts.useMid },
      { name: texts.ask, price: ask, say: texts.useAsk },
    ].map(({ price, ...pick }) => ({ ...pick, price: price === null ? null : plain(price, market.pricePlaces) }));
  };
  const take = (price: string | null): void => {
    if (price === null) return;
    props.form.type(props.field, price);
    props.form.leave(props.field);
  };
  return (
    <div class="order-form-picks">
      <For each={[0, 1, 2]}>
        {(index) => (
          <button
            type="button"
            class="order-form-pick"
            disabled={picks()[index]?.price == null}
            aria-label={picks()[index]?.say(shown(picks()[index]?.price ?? ""))}
            onClick={() => take(picks()[index]?.price ?? null)}
          >
            {picks()[index]?.name}
          </button>
        )}
      </For>
    </div>
  );
}

/** Stop price, distance to trail by, or both; for any leg that has a trigger. */
export function TriggerFields(props: {
  readonly form: FormState;
  readonly terms: Terms;
  readonly leg: Leg;
  readonly trigger: Trigger;
  readonly onTrigger: (trigger: Trigger) => void;
}): JSX.Element {
  const texts = () => words().orderForm;
  const points = (field: Field): string | null => {
    const value = basisPointsOf(props.terms, field);
    return value === null ? null : texts().basisPoints(shown(String(value)));
  };
  return (
    <>
      <Segments
        label={texts().trigger}
        value={props.trigger}
        onChange={props.onTrigger}
        options={[
          { value: "price", label: texts().triggerPrice },
          { value: "trailing", label: texts().triggerTrailing },
          { value: "both", label: texts().triggerBoth },
        ]}
      />
      <Show when={props.leg.stopPrice}>
        {(field) => <PriceField form={props.form} terms={props.terms} field={field()} label={texts().stopPrice} />}
      </Show>
      <Show when={props.leg.trailing}>
        {(field) => (
          <NumberField
            form={props.form}
            field={field()}
            label={texts().trailing}
            unit={texts().percent}
            step={TRAILING_STEP_E8}
            places={TRAILING_PLACES}
            hint={points(field())}
            placeholder={trailingExample(props.terms)}
          />
        )}
      </Show>
    </>
  );
}

function trailingExample(terms: Terms): string {
  const least = terms.rules.trailing?.below.min ?? 0n;
  return least === 0n ? "" : `≥ ${trimmed(decimalOf(least, TRAILING_PLACES))}`;
}
