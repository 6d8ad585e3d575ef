/**
 * Where orders are made: every type that the API has, what is wrong said before it is sent, and what the exchange says of it
 * afterwards. What can be typed is a calculator for whoever has not signed in.
 */
import { createMemo, type JSX, Match, Show, Switch } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { offerCommands } from "../shell/commands.ts";
import { useTrade } from "../trade/trade-state.tsx";
import { words } from "../words/words.ts";
import { AdvancedOptions } from "./advanced-options.tsx";
import { AskFirst } from "./ask-first.tsx";
import { AvailableLine } from "./available-line.tsx";
import { createFormState, type FormState } from "./form-state.ts";
import { legsOf } from "./legs.ts";
import { PairFields, PendingFields, PendingSize } from "./list-fields.tsx";
import "./order-form.css";
import "./order-form-parts.css";
import { OrderPreview } from "./order-preview.tsx";
import { PriceField } from "./price-fields.tsx";
import { Segments } from "./segments.tsx";
import { SizeFields } from "./size-fields.tsx";
import { StopFields } from "./stop-fields.tsx";
import { SubmitArea } from "./submit-area.tsx";
import type { Terms } from "./terms.ts";

/** @param props.onStart what "Start trading" does; not given: the demo's visitor at once, else the ways to sign in. */
export function OrderForm(props: { readonly onStart?: () => void }): JSX.Element {
  const form = createFormState(useExchange(), useTrade(), props.onStart);
  let element: HTMLFormElement | undefined;
  offerOwn(form, () => element);

  const submit = (): void => {
    if (form.access() === "signed_out") {
      void form.start();
      return;
    }
    const wrong = form.submit();
    if (wrong !== null) element?.querySelector<HTMLInputElement>(`[data-field="${wrong}"]`)?.focus();
  };
  const hear = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && isTyped(form)) {
      // The first clears, the next may close the sheet that the form stands in.
      event.preventDefault();
      event.stopPropagation();
      form.clear();
    }
  };
  return (
    <section class="pane order-form" aria-label={words().orderForm.title} data-side={form.draft().side}>
      <form
        ref={element}
        class="order-form-body"
        autocomplete="off"
        novalidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
        // At the form itself: before the sheet that it may stand in hears of it.
        on:keydown={hear}
      >
        <ClosedNote form={form} />
        <fieldset class="order-form-fields" disabled={form.closed() !== null}>
          <SideAndKind form={form} />
          <Show when={form.terms()} fallback={<div class="order-form-skeleton" aria-hidden="true" />}>
            {(terms) => <Fields form={form} terms={terms()} />}
          </Show>
        </fieldset>
        <SubmitArea form={form} />
      </form>
      <AskFirst form={form} />
    </section>
  );
}

function isTyped(form: FormState): boolean {
  return Object.values(form.draft().texts).some((text) => text !== "");
}

function SideAndKind(props: { readonly form: FormState }): JSX.Element {
  const { form } = props;
  const texts = () => words().orderForm;
  const chooseSide = (side: "BUY" | "SELL"): void =>
    form.change({ side, pendingSide: side === "BUY" ? "SELL" : "BUY" });
  return (
    <>
      <Segments
        look="side"
        label={texts().side}
        value={form.draft().side}
        onChange={chooseSide}
        options={[
          { value: "BUY", label: texts().buy },
          { value: "SELL", label: texts().sell },
        ]}
      />
      <Segments
        look="tabs"
        label={texts().kind}
        value={form.draft().family}
        onChange={(family) => form.change({ family })}
        options={[
          { value: "limit", label: texts().limit },
          { value: "market", label: texts().market },
          { value: "stop", label: texts().stop },
          { value: "list", label: texts().list },
        ]}
      />
    </>
  );
}

function Fields(props: { readonly form: FormState; readonly terms: Terms }): JSX.Element {
  const { form } = props;
  const family = createMemo(() => form.draft().family);
  return (
    <>
      <Switch>
        <Match when={family() === "limit"}>
          <AvailableLine {...props} />
          <PriceField {...props} field="price" picks={true} />
          <SizeFields {...props} />
        </Match>
        <Match when={family() === "market"}>
          <AvailableLine {...props} />
          <SizeFields {...props} />
        </Match>
        <Match when={family() === "stop"}>
          <StopFields {...props} />
          <AvailableLine {...props} />
          <SizeFields {...props} />
        </Match>
        <Match when={family() === "list"}>
          <ListFields {...props} />
        </Match>
      </Switch>
      <AdvancedOptions {...props} />
      <OrderPreview {...props} />
    </>
  );
}

function ListFields(props: { readonly form: FormState; readonly terms: Terms }): JSX.Element {
  const { form } = props;
  const texts = () => words().orderForm;
  const list = createMemo(() => form.draft().list);
  return (
    <>
      <Segments
        label={texts().listKind}
        value={form.draft().list}
        onChange={(chosen) => form.change({ list: chosen })}
        options={(["oco", "oto", "otoco"] as const).map((value) => ({ value, label: texts()[value] }))}
      />
      <p class="order-form-means">{texts().listMeans[list()]}</p>
      <AvailableLine {...props} />
      <Show
        when={list() === "oco"}
        fallback={
          <>
            <h3 class="order-form-part">{texts().first}</h3>
            <PriceField {...props} field="price" picks={true} />
            <SizeFields {...props} />
            <h3 class="order-form-part">{texts().next}</h3>
            <PendingSize {...props} />
            <Show when={list() === "oto"} fallback={<PairFields {...props} />}>
              <PendingFields {...props} />
            </Show>
          </>
        }
      >
        <PairFields {...props} />
        <SizeFields {...props} />
      </Show>
    </>
  );
}

function ClosedNote(props: { readonly form: FormState }): JSX.Element {
  return (
    <div role="status">
      <Show when={props.form.closed()}>
        {(status) => <p class="order-form-closed">{words().orderForm.closed[status()]}</p>}
      </Show>
    </div>
  );
}

function offerOwn(form: FormState, element: () => HTMLFormElement | undefined): void {
  const texts = words().orderForm;
  const begin = (changes: Parameters<FormState["change"]>[0]): void => {
    form.change(changes);
    // The first number that the order needs.
    const [leg] = legsOf(form.draft());
    const first = leg?.price ?? leg?.stopPrice ?? leg?.trailing ?? form.draft().lead;
    element()?.querySelector<HTMLInputElement>(`[data-field="${first}"]`)?.focus();
  };
  const group = "trade" as const;
  offerCommands(
    {
      id: "order-buy",
      group,
      key: "b",
      label: () => texts.commandBuy,
      run: () => begin({ side: "BUY", pendingSide: "SELL" }),
    },
    {
      id: "order-sell",
      group,
      key: "s",
      label: () => texts.commandSell,
      run: () => begin({ side: "SELL", pendingSide: "BUY" }),
    },
    { id: "order-limit", group, key: "l", label: () => texts.commandLimit, run: () => begin({ family: "limit" }) },
    { id: "order-market", group, key: "k", label: () => texts.commandMarket, run: () => begin({ family: "market" }) },
    { id: "order-stop", group, label: () => texts.commandStop, run: () => begin({ family: "stop" }) },
    { id: "order-list", group, label: () => texts.commandList, run: () => begin({ family: "list" }) },
  );
}
