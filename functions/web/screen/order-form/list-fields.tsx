/** The legs of a list that come beside or after the order itself: take-profit and stop-loss, or whatever is placed then. */
import { type JSX, Show } from "solid-js";
import { words } from "../words/words.ts";
import { ChoiceField } from "./choice-field.tsx";
import type { Draft, Field, OrderType } from "./draft.ts";
import type { FormState } from "./form-state.ts";
import { type Leg, otherSide, TYPE_RULES } from "./legs.ts";
import { NumberField } from "./number-field.tsx";
import { PriceField, TriggerFields } from "./price-fields.tsx";
import { Segments } from "./segments.tsx";
import type { Terms } from "./terms.ts";

const PROFIT_TYPES = ["LIMIT_MAKER", "TAKE_PROFIT_LIMIT", "TAKE_PROFIT"] as const;
const LOSS_TYPES = ["STOP_LOSS", "STOP_LOSS_LIMIT"] as const;
const PENDING_TYPES = [
  ...(["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"] as const),
];

interface Props {
  readonly form: FormState;
  readonly terms: Terms;
}

export function PairFields(props: Props): JSX.Element {
  const { form } = props;
  return (
    <>
      <LegFields
        {...props}
        title={words().orderForm.takeProfit}
        leg={props.terms.legs.find(({ quantity, type }) => quantity !== "price" && isProfit(type))}
        types={PROFIT_TYPES}
        type={form.draft().profitType}
        onType={(profitType) => form.change({ profitType })}
        trigger={form.draft().profitTrigger}
        onTrigger={(profitTrigger) => form.change({ profitTrigger })}
        price="profitPrice"
      />
      <LegFields
        {...props}
        title={words().orderForm.stopLoss}
        leg={props.terms.legs.findLast(({ type }) => type.startsWith("STOP_LOSS"))}
        types={LOSS_TYPES}
        type={form.draft().lossType}
        onType={(lossType) => form.change({ lossType })}
        trigger={form.draft().lossTrigger}
        onTrigger={(lossTrigger) => form.change({ lossTrigger })}
        price="lossPrice"
      />
    </>
  );
}

export function PendingFields(props: Props): JSX.Element {
  const { form } = props;
  return (
    <LegFields
      {...props}
      title={words().orderForm.types[form.draft().pendingType]}
      leg={props.terms.legs.find(({ prefix }) => prefix === "pending")}
      types={PENDING_TYPES}
      type={form.draft().pendingType}
      onType={(pendingType) => form.change({ pendingType })}
      trigger={form.draft().pendingTrigger}
      onTrigger={(pendingTrigger) => form.change({ pendingTrigger })}
      price="pendingPrice"
    />
  );
}

/** What is placed once the first order is filled: its side and size. */
export function PendingSize(props: Props): JSX.Element {
  const { form } = props;
  const texts = () => words().orderForm;
  const market = () => props.terms.surroundings.market;
  return (
    <>
      <Segments
        label={texts().thenSide}
        value={form.draft().pendingSide}
        onChange={(pendingSide) => form.change({ pendingSide })}
        options={[otherSide(form.draft().side), form.draft().side].map((side) => ({
          value: side,
          label: side === "BUY" ? texts().buy : texts().sell,
        }))}
      />
      <NumberField
        form={form}
        field="pendingQuantity"
        label={texts().quantity}
        unit={market().base}
        step={props.terms.rules.quantity.step}
        places={market().quantityPlaces}
      />
    </>
  );
}

function isProfit(type: OrderType): boolean {
  return type === "LIMIT_MAKER" || type.startsWith("TAKE_PROFIT");
}

function LegFields<T extends OrderType>(
  props: Props & {
    readonly title: string;
    readonly leg: Leg | undefined;
    readonly types: readonly T[];
    readonly type: T;
    readonly onType: (type: T) => void;
    readonly trigger: Draft["trigger"];
    readonly onTrigger: (trigger: Draft["trigger"]) => void;
    readonly price: Field;
  },
): JSX.Element {
  const texts = () => words().orderForm;
  return (
    <fieldset class="order-form-leg">
      <legend class="order-form-leg-title">{props.title}</legend>
      <ChoiceField
        label={texts().legType}
        value={props.type}
        onChange={props.onType}
        options={props.types.map((type) => ({ value: type, label: texts().types[type] }))}
      />
      <Show when={TYPE_RULES[props.type].hasTrigger ? props.leg : undefined}>
        {(leg) => (
          <TriggerFields
            form={props.form}
            terms={props.terms}
            leg={leg()}
            trigger={props.trigger}
            onTrigger={props.onTrigger}
          />
        )}
      </Show>
      <Show when={TYPE_RULES[props.type].hasPrice}>
        <PriceField form={props.form} terms={props.terms} field={props.price} />
      </Show>
    </fieldset>
  );
}
