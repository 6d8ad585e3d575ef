/**
 * An amount: its label and unit in one line with it, a step up and down by arrows (ten with Shift), and below it what is wrong,
 * with the values that would pass.
 */
import { createUniqueId, For, type JSX, Show } from "solid-js";
import type { Market } from "../exchange/contract.ts";
import { placesOf, plain } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import type { Field } from "./draft.ts";
import { faultText, shown } from "./fault-words.ts";
import { type FormState, fieldText } from "./form-state.ts";
import { larger, roundedTo } from "./market-rules.ts";
import { readTyped } from "./typed-number.ts";

const FAR = 10n;

export function NumberField(props: {
  readonly form: FormState;
  readonly field: Field;
  readonly label: string;
  readonly unit: string;
  /** In 1e-8; 0n: none. */
  readonly step: bigint;
  readonly places: number;
  /** What stands there where nothing is typed: what follows from the other fields. */
  readonly follows?: string | null;
  readonly hint?: string | null;
  readonly placeholder?: string;
}): JSX.Element {
  const id = createUniqueId();
  const { form } = props;
  const text = (): string => props.follows ?? form.draft().texts[props.field];
  const fault = () => form.faultAt(props.field);
  const refusal = (): string | null => {
    const now = form.refusal();
    return now !== null && now.field === props.field ? words().orderForm.refused(now.message) : null;
  };
  const isWrong = (): boolean => refusal() !== null || fault()?.isSure === true;

  const stepBy = (count: bigint): void => {
    if (props.step === 0n) return;
    const typed = readTyped(text());
    const now = typed.outcome === "ok" ? typed.e8 : 0n;
    const onGrid = roundedTo(now, props.step, count > 0n);
    // Off the grid the first step goes to the grid.
    const next = onGrid === now ? now + count * props.step : onGrid;
    form.type(props.field, fieldText(larger(next, 0n), props.places));
    form.leave(props.field);
  };
  const hear = (event: KeyboardEvent): void => {
    if ((event.key !== "ArrowUp" && event.key !== "ArrowDown") || event.ctrlKey || event.metaKey || event.altKey)
      return;
    event.preventDefault();
    const count = event.shiftKey ? FAR : 1n;
    stepBy(event.key === "ArrowUp" ? count : -count);
  };

  return (
    <div class="order-form-field">
      <div class="order-form-box" data-wrong={isWrong() || undefined} data-lit={form.isLit(props.field) || undefined}>
        <label class="order-form-label" for={id}>
          {props.label}
        </label>
        <input
          id={id}
          class="order-form-input number"
          data-field={props.field}
          type="text"
          inputmode="decimal"
          autocomplete="off"
          spellcheck={false}
          value={text()}
          placeholder={props.placeholder ?? ""}
          aria-invalid={isWrong() ? "true" : undefined}
          aria-describedby={`${id}-wrong ${id}-hint`}
          onInput={(event) => form.type(props.field, event.currentTarget.value)}
          onBlur={() => form.leave(props.field)}
          onFocus={(event) => event.currentTarget.select()}
          onKeyDown={hear}
        />
        <span class="order-form-unit">{props.unit}</span>
        <Show when={props.step > 0n}>
          {/* Arrows in the field do the same. */}
          <span class="order-form-steps">
            <StepButton up={true} label={words().orderForm.stepUp(props.label)} onPress={() => stepBy(1n)} />
            <StepButton up={false} label={words().orderForm.stepDown(props.label)} onPress={() => stepBy(-1n)} />
          </span>
        </Show>
      </div>
      <div id={`${id}-wrong`} class="order-form-wrong" data-kind={isWrong() ? "fault" : "note"}>
        <Show when={refusal()} fallback={<FaultLine form={form} field={props.field} label={props.label} />}>
          {(message) => <span>{message()}</span>}
        </Show>
      </div>
      <div id={`${id}-hint`} class="order-form-hint">
        {props.hint}
      </div>
    </div>
  );
}

/** Prices are drawn with all of their places. */
function placesAt(field: Field, { pricePlaces }: Market): number {
  return /price|stop/i.test(field) ? pricePlaces : 0;
}

function FaultLine(props: { readonly form: FormState; readonly field: Field; readonly label: string }): JSX.Element {
  const { form } = props;
  return (
    <Show when={form.faultAt(props.field)}>
      {(fault) => (
        <Show when={form.surroundings()}>
          {(now) => (
            <>
              <span>{faultText(fault(), props.label, now().market, form.draft().side)}</span>
              <For each={fault().offers}>
                {(offer) => (
                  <button
                    type="button"
                    class="order-form-offer number"
                    onClick={() => {
                      form.type(
                        offer.field,
                        plain(offer.value, Math.max(placesOf(offer.value), placesAt(offer.field, now().market))),
                      );
                      form.leave(offer.field);
                    }}
                  >
                    {words().orderForm.faults.use(
                      fault().kind === "ambiguous"
                        ? offer.value
                        : shown(offer.value, placesAt(offer.field, now().market)),
                    )}
                  </button>
                )}
              </For>
            </>
          )}
        </Show>
      )}
    </Show>
  );
}

function StepButton(props: {
  readonly up: boolean;
  readonly label: string;
  readonly onPress: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class="order-form-step"
      tabindex={-1}
      aria-label={props.label}
      onClick={() => props.onPress()}
    >
      <svg viewBox="0 0 10 6" width="8" height="5" aria-hidden="true">
        <path d={props.up ? "M1 5l4-4 4 4" : "M1 1l4 4 4-4"} fill="none" stroke="currentColor" stroke-width="1.4" />
      </svg>
    </button>
  );
}
