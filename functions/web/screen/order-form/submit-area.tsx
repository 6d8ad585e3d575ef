/** The button that says what it will do, what became of the last order above it, and what is heard of both. */
import { type JSX, Match, Show, Switch } from "solid-js";
import { words } from "../words/words.ts";
import { faultText } from "./fault-words.ts";
import type { FormState } from "./form-state.ts";
import { submitText } from "./submit-words.ts";

export function SubmitArea(props: { readonly form: FormState }): JSX.Element {
  const { form } = props;
  const texts = () => words().orderForm;
  const isSignedOut = (): boolean => form.access() === "signed_out";
  const text = (): string => {
    const submit = texts().submit;
    if (isSignedOut()) return form.isSending() ? submit.starting : submit.start;
    if (form.access() === "opening") return submit.opening;
    if (form.isSending()) return submit.sending;
    const terms = form.terms();
    return terms === null ? submit.opening : submitText(terms);
  };
  const isOff = (): boolean =>
    form.isSending() ||
    (!isSignedOut() && (form.closed() !== null || form.access() !== "live" || form.terms() === null));
  const tone = (): string => {
    if (isSignedOut()) return "button-main";
    return form.draft().side === "BUY" ? "button-buy" : "button-sell";
  };
  return (
    <div class="order-form-end">
      <Outcome form={form} />
      <button type="submit" class={`button order-form-submit ${tone()}`} disabled={isOff()}>
        <span class="order-form-submit-text">{text()}</span>
      </button>
      <Show when={isSignedOut()}>
        <p class="order-form-means order-form-signed-out">{texts().signedOut}</p>
      </Show>
      <Show when={form.access() === "away"}>
        <p class="order-form-means">{texts().away}</p>
      </Show>
      <p class="only-heard" aria-live="polite">
        {heard(form)}
      </p>
    </div>
  );
}

/** Of a refusal that belongs to a field the field says it. */
function Outcome(props: { readonly form: FormState }): JSX.Element {
  const { form } = props;
  const texts = () => words().orderForm;
  const refusal = () => {
    const now = form.refusal();
    return now === null || now.field !== null ? null : now;
  };
  return (
    <>
      <Show when={refusal()}>
        {(now) => (
          <p class="order-form-outcome" data-kind={now().kind}>
            <Switch>
              <Match when={now().kind === "refused"}>{texts().refused(now().message)}</Match>
              <Match when={now().kind === "not_sent"}>{texts().notSent(now().message)}</Match>
              <Match when={now().kind === "unknown"}>{texts().unknown}</Match>
            </Switch>
          </p>
        )}
      </Show>
      <Show when={form.settled()}>
        {(settled) => (
          <p class="order-form-outcome" data-kind={settled()}>
            <Switch>
              <Match when={settled() === "placed"}>{texts().unknownAccepted}</Match>
              <Match when={settled() === "not_placed"}>{texts().unknownRefused}</Match>
              <Match when={settled() === "still_unknown"}>{texts().unknownStill}</Match>
            </Switch>
          </p>
        )}
      </Show>
    </>
  );
}

/** The first thing that keeps the order from going, once it is shown; then what the exchange said. */
function heard(form: FormState): string {
  const texts = words().orderForm;
  const refusal = form.refusal();
  if (refusal?.kind === "unknown") return texts.unknown;
  if (refusal?.kind === "not_sent") return texts.notSent(refusal.message);
  if (refusal !== null) return texts.refused(refusal.message);
  const terms = form.terms();
  if (terms === null) return "";
  const fault = form.faults().find((each) => form.faultAt(each.field) === each);
  return fault === undefined
    ? ""
    : faultText(fault, labelOf(fault.field), terms.surroundings.market, form.draft().side);
}

function labelOf(field: string): string {
  const texts = words().orderForm;
  const name = field.toLowerCase();
  if (name.includes("trailing")) return texts.trailing;
  if (name.includes("stop")) return texts.stopPrice;
  if (name.includes("price")) return texts.price;
  if (name === "total") return texts.total;
  return name === "iceberg" ? texts.iceberg : texts.quantity;
}
