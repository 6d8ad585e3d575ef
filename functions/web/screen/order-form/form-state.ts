/**
 * The order form's state and what can be done with it, without a pixel: the draft, what is wrong with it and since when that is
 * said, the order under way, what became of it.
 */
import { type Accessor, batch, createEffect, createMemo, createSignal, on, onCleanup, untrack } from "solid-js";
import type { Exchange, Refused } from "../exchange/contract.ts";
import { preference } from "../shell/preferences.ts";
import { askToSignIn } from "../shell/sign-in-request.ts";
import { decimalOf, placesOf, plain } from "../trade/amounts.ts";
import type { TradeState } from "../trade/trade-state.tsx";
import { type Caution, cautionsOf } from "./caution.ts";
import type { Draft, Field } from "./draft.ts";
import type { Fault } from "./fault.ts";
import { faultsOf } from "./faults.ts";
import {
  changeDraft,
  clearSizes,
  clearTexts,
  draft,
  followSymbol,
  priceFirst,
  takeFill,
  typeInto,
} from "./kept-draft.ts";
import { type OrderRequest, requestOf } from "./order-parameters.ts";
import { type Preview, previewOf } from "./preview.ts";
import { fieldOfRefusal } from "./refusal-place.ts";
import { newClientOrderId, type Settled, send, settleUnknown } from "./sending.ts";
import { sizeOfShare } from "./share-of-balance.ts";
import { createSurroundings } from "./surroundings.ts";
import { type Surroundings, type Terms, termsOf, textOf } from "./terms.ts";

/** How long a field that was filled from elsewhere is lit. */
const LIT_MS = 700;

export interface Refusal {
  readonly kind: Refused["outcome"];
  readonly message: string;
  /** null: about the order as a whole. */
  readonly field: Field | null;
}

/** What keeps an order from being sent, before anything typed is looked at. */
export type Closed = "HALT" | "BREAK" | "END_OF_DAY" | "CANCEL_ONLY";

export interface FormState {
  readonly draft: Accessor<Draft>;
  readonly surroundings: Accessor<Surroundings | null>;
  /** null: no market yet. */
  readonly terms: Accessor<Terms | null>;
  /** All of them; `faultAt` says which are shown. */
  readonly faults: Accessor<readonly Fault[]>;
  readonly faultAt: (field: Field) => Fault | null;
  readonly preview: Accessor<Preview | null>;
  readonly refusal: Accessor<Refusal | null>;
  readonly settled: Accessor<Settled | null>;
  readonly isSending: Accessor<boolean>;
  /** What is asked before the order goes; null: nothing. */
  readonly asking: Accessor<readonly Caution[] | null>;
  readonly asksFirst: Accessor<boolean>;
  readonly setAsksFirst: (asks: boolean) => void;
  readonly isLit: (field: Field) => boolean;
  readonly closed: Accessor<Closed | null>;
  readonly access: Accessor<"signed_out" | "opening" | "live" | "away">;

  readonly change: (changes: Partial<Draft>) => void;
  readonly type: (field: Field, text: string) => void;
  readonly leave: (field: Field) => void;
  readonly setShare: (percent: number) => void;
  readonly clear: () => void;
  /** @returns the first field that keeps it from going; null: it went, or is asked about. */
  readonly submit: () => Field | null;
  readonly confirm: () => void;
  readonly goBack: () => void;
  readonly start: () => Promise<void>;
}

const isFlag = (value: unknown): value is boolean => typeof value === "boolean";

export function createFormState(exchange: Exchange, trade: TradeState, onStart?: () => void): FormState {
  const { account, people } = exchange;
  const surroundings = createSurroundings(exchange, trade);
  const [left, setLeft] = createSignal<ReadonlySet<Field>>(new Set());
  const [isTried, setIsTried] = createSignal(false);
  const [refusal, setRefusal] = createSignal<Refusal | null>(null);
  const [settled, setSettled] = createSignal<Settled | null>(null);
  const [isSending, setIsSending] = createSignal(false);
  const [waiting, setWaiting] = createSignal<{
    readonly order: OrderRequest;
    readonly cautions: readonly Caution[];
  } | null>(null);
  const [lit, setLit] = createSignal<ReadonlySet<Field>>(new Set());
  const [asksFirst, setAsksFirst] = preference("order-form-asks-first", true, isFlag);

  const terms = createMemo(() => {
    const now = surroundings();
    return now === null ? null : termsOf(draft(), now);
  });
  const faults = createMemo(() => {
    const now = terms();
    return now === null ? [] : faultsOf(now);
  });
  const shownFaults = createMemo(() => {
    const byField = new Map<Field, Fault>();
    for (const fault of faults()) {
      const isShown = isTried() || (left().has(fault.field) && fault.kind !== "missing");
      const known = byField.get(fault.field);
      if (isShown && (known === undefined || (fault.isSure && !known.isSure))) byField.set(fault.field, fault);
    }
    return byField;
  });
  const preview = createMemo(() => {
    const now = terms();
    return now === null ? null : previewOf(now);
  });
  const closed = createMemo((): Closed | null => {
    const status = trade.market()?.status ?? "TRADING";
    return status === "TRADING" ? null : status;
  });
  const access = createMemo((): ReturnType<FormState["access"]> => {
    switch (account.state()) {
      case "none":
        return "signed_out";
      case "opening":
        return "opening";
      case "live":
        return "live";
      case "stale":
        return "away";
    }
  });

  createEffect(on(trade.symbol, (symbol) => followSymbol(symbol) && forget()));
  createEffect(() => {
    const now = surroundings();
    if (now === null || now.last === null || now.market.symbol !== trade.symbol()) return;
    const { last, market } = now;
    untrack(() => priceFirst(plain(last, market.pricePlaces)));
  });
  createEffect(
    on(trade.formFill, (fill) => {
      if (fill === null) return;
      const filled = takeFill(fill);
      if (filled.length === 0) return;
      setLit(new Set(filled));
      const timer = setTimeout(() => setLit(new Set<Field>()), LIT_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  let isGone = false;
  onCleanup(() => {
    isGone = true;
  });

  function forget(): void {
    batch(() => {
      setLeft(new Set<Field>());
      setIsTried(false);
      setRefusal(null);
      setSettled(null);
      setWaiting(null);
    });
  }

  function leave(field: Field): void {
    if (draft().texts[field] !== "") setLeft((now) => new Set([...now, field]));
  }

  function type(field: Field, text: string): void {
    batch(() => {
      typeInto(field, text);
      if (refusal()?.kind !== "unknown") setRefusal(null);
    });
  }

  function setShare(percent: number): void {
    const now = terms();
    const size = now === null ? null : sizeOfShare(now, percent);
    if (size === null) return;
    type(size.field, textOf(size.value));
    leave(size.field);
  }

  function submit(): Field | null {
    const now = terms();
    if (now === null || isSending() || access() !== "live" || closed() !== null) return null;
    setIsTried(true);
    const worst = faults().find(({ isSure }) => isSure);
    if (worst !== undefined) return worst.field;
    const order = requestOf(now, newClientOrderId());
    if (order === null) return draft().lead;
    const cautions = asksFirst() ? cautionsOf(now) : [];
    if (cautions.length > 0) setWaiting({ order, cautions });
    else void place(order, now);
    return null;
  }

  async function place(order: OrderRequest, sent: Terms): Promise<void> {
    batch(() => {
      setIsSending(true);
      setWaiting(null);
      setRefusal(null);
      setSettled(null);
    });
    const answer = await send(account, order);
    if (answer.outcome === "ok") {
      batch(() => {
        setIsSending(false);
        placed(sent);
      });
      return;
    }
    const field = answer.outcome === "refused" ? fieldOfRefusal(answer, sent) : null;
    setRefusal({ kind: answer.outcome, message: answer.message, field });
    if (answer.outcome === "unknown") await watchUnknown(order, sent);
    setIsSending(false);
  }

  /** Until it is known nothing else is sent. */
  async function watchUnknown(order: OrderRequest, sent: Terms): Promise<void> {
    const wait = (ms: number): Promise<void> =>
      new Promise((resolve, reject) =>
        setTimeout(() => (isGone ? reject(new Error("the form is gone")) : resolve()), ms),
      );
    const outcome = await settleUnknown(account, order, wait, Date.now).catch((): Settled => "still_unknown");
    batch(() => {
      setRefusal(null);
      setSettled(outcome);
      if (outcome === "placed") placed(sent);
    });
  }

  /** The price stays, the size goes: the next order begins from here. What was typed meanwhile stays too. */
  function placed(sent: Terms): void {
    const isSame =
      draft().texts.quantity === sent.draft.texts.quantity && draft().texts.total === sent.draft.texts.total;
    if (isSame) clearSizes();
    setIsTried(false);
    setLeft(new Set<Field>());
  }

  function confirm(): void {
    const asked = waiting();
    const now = terms();
    if (asked !== null && now !== null && !isSending()) void place(asked.order, now);
  }

  async function start(): Promise<void> {
    if (onStart !== undefined) onStart();
    // Who is signed in, but has no key here, keeps their account.
    else if (people.venue()?.isDemo !== true || people.person()) askToSignIn();
    else {
      setIsSending(true);
      const answer = await people.signInAsGuest();
      setIsSending(false);
      if (answer.outcome !== "ok") setRefusal({ kind: answer.outcome, message: answer.message, field: null });
    }
  }

  return {
    draft,
    surroundings,
    terms,
    faults,
    faultAt: (field) => shownFaults().get(field) ?? null,
    preview,
    refusal,
    settled,
    isSending,
    asking: () => waiting()?.cautions ?? null,
    asksFirst,
    setAsksFirst,
    isLit: (field) => lit().has(field),
    closed,
    access,
    change: (changes) => {
      changeDraft(changes);
      if (refusal()?.kind !== "unknown") setRefusal(null);
    },
    type,
    leave,
    setShare,
    clear: () => {
      clearTexts();
      forget();
    },
    submit,
    confirm,
    goBack: () => setWaiting(null),
    start,
  };
}

/** In 1e-8, as a field takes it: at least so many places, more where there are more. */
export function fieldText(e8: bigint, places: number): string {
  const decimal = decimalOf(e8, 8);
  return plain(decimal, Math.max(places, placesOf(decimal)));
}
