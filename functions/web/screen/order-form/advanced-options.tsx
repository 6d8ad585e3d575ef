/** What most orders leave as it is: time in force, post-only, iceberg, own orders that meet; whether unusual orders are asked about. */
import * as Collapsible from "@kobalte/core/collapsible";
import { type JSX, Show } from "solid-js";
import { ChevronDownIcon } from "../shell/icons.tsx";
import { words } from "../words/words.ts";
import { ChoiceField } from "./choice-field.tsx";
import type { TimeInForce } from "./draft.ts";
import type { FormState } from "./form-state.ts";
import { TYPE_RULES, typeOf } from "./legs.ts";
import { NumberField } from "./number-field.tsx";
import type { Terms } from "./terms.ts";

const TIMES: readonly TimeInForce[] = ["GTC", "IOC", "FOK"];

export function AdvancedOptions(props: { readonly form: FormState; readonly terms: Terms }): JSX.Element {
  const { form } = props;
  const texts = () => words().orderForm;
  const market = () => props.terms.surroundings.market;
  const draft = () => form.draft();
  const isPair = (): boolean => draft().family === "list" && draft().list === "oco";
  const rule = () => TYPE_RULES[typeOf(draft())];
  const mayBePostOnly = (): boolean => draft().family === "limit" || (draft().family === "list" && !isPair());
  const mayBeIceberg = (): boolean =>
    !isPair() && rule().mayBeIceberg && (!rule().hasTimeInForce || draft().timeInForce === "GTC");
  const modes = () => [
    { value: "", label: texts().selfTradeDefault(texts().selfTradeModes[market().selfTradeDefault ?? ""] ?? "") },
    ...market().selfTradeModes.map((mode) => ({
      value: mode,
      label: `${mode}: ${texts().selfTradeModes[mode] ?? ""}`,
    })),
  ];
  return (
    <Collapsible.Root class="order-form-advanced">
      <Collapsible.Trigger class="order-form-advanced-trigger">
        {texts().advanced}
        <ChevronDownIcon />
      </Collapsible.Trigger>
      <Collapsible.Content class="order-form-advanced-content">
        <Show when={rule().hasTimeInForce && !isPair()}>
          <ChoiceField
            label={texts().timeInForce}
            value={draft().timeInForce}
            onChange={(timeInForce) => form.change({ timeInForce })}
            options={TIMES.map((time) => ({ value: time, label: `${time}: ${texts().timesInForce[time]}` }))}
          />
        </Show>
        <Show when={mayBeIceberg()}>
          <NumberField
            form={form}
            field="iceberg"
            label={texts().iceberg}
            unit={market().base}
            step={props.terms.rules.quantity.step}
            places={market().quantityPlaces}
            placeholder={texts().optional}
          />
        </Show>
        <ChoiceField
          label={texts().selfTrade}
          value={draft().selfTradeMode}
          onChange={(selfTradeMode) => form.change({ selfTradeMode })}
          options={modes()}
        />
        <Show when={mayBePostOnly()}>
          <Check
            label={texts().postOnly}
            hint={texts().postOnlyMeans}
            checked={draft().isPostOnly}
            onChange={(isPostOnly) => form.change({ isPostOnly })}
          />
        </Show>
        <Check label={texts().askFirst} checked={form.asksFirst()} onChange={form.setAsksFirst} />
      </Collapsible.Content>
    </Collapsible.Root>
  );
}

export function Check(props: {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}): JSX.Element {
  return (
    <label class="order-form-check">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>
        {props.label}
        <Show when={props.hint}>
          <span class="order-form-check-hint"> {props.hint}</span>
        </Show>
      </span>
    </label>
  );
}
