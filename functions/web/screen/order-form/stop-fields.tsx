/** A stop: what it is for, what it becomes, and what sets it off, with a sentence of what will happen. */
import { type JSX, Show } from "solid-js";
import { words } from "../words/words.ts";
import type { FormState } from "./form-state.ts";
import { firesUp } from "./legs.ts";
import { PriceField, TriggerFields } from "./price-fields.tsx";
import { Segments } from "./segments.tsx";
import type { Terms } from "./terms.ts";

export function StopFields(props: { readonly form: FormState; readonly terms: Terms }): JSX.Element {
  const { form } = props;
  const texts = () => words().orderForm;
  const draft = () => form.draft();
  const leg = () => props.terms.legs[0];
  return (
    <>
      <div class="order-form-two">
        <Segments
          label={texts().purpose}
          value={draft().purpose}
          onChange={(purpose) => form.change({ purpose })}
          options={[
            { value: "loss", label: texts().stopLoss },
            { value: "profit", label: texts().takeProfit },
          ]}
        />
        <Segments
          label={texts().execution}
          value={draft().execution}
          onChange={(execution) => form.change({ execution })}
          options={[
            { value: "market", label: texts().atMarket },
            { value: "limit", label: texts().atLimit },
          ]}
        />
      </div>
      <Show when={leg()}>
        {(own) => (
          <>
            <TriggerFields
              form={form}
              terms={props.terms}
              leg={own()}
              trigger={draft().trigger}
              onTrigger={(trigger) => form.change({ trigger })}
            />
            <p class="order-form-means">
              {texts().stopMeans(draft().side, firesUp(own()), draft().trigger, draft().execution === "limit")}
            </p>
          </>
        )}
      </Show>
      <Show when={draft().execution === "limit"}>
        <PriceField {...props} field="price" picks={true} />
      </Show>
    </>
  );
}
