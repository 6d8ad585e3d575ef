/** Orders that are taken back: one at a time by each button, or all that are shown; what the exchange refuses is told. */
import { type Accessor, createSignal } from "solid-js";
import type { Account, Answer, Order } from "../exchange/contract.ts";
import { orderKey } from "../exchange/record-keys.ts";
import { announce } from "../shell/toasts.ts";
import { words } from "../words/words.ts";

export interface Cancelling {
  readonly cancel: (order: Order) => void;
  readonly isBusy: (order: Order) => boolean;
  readonly cancelAll: () => void;
  readonly isBusyWithAll: () => boolean;
}

const ALL = "all";

/** @param orders those that "all" means. */
export function createCancelling(account: Account, orders: Accessor<readonly Order[]>): Cancelling {
  const [busy, setBusy] = createSignal<ReadonlySet<string>>(new Set());

  const doing = async (what: string, act: () => Promise<Answer<unknown>>): Promise<void> => {
    if (busy().has(what)) return;
    setBusy((now) => new Set([...now, what]));
    const answer = await act();
    setBusy((now) => new Set([...now].filter((each) => each !== what)));
    if (answer.outcome !== "ok") {
      const title = answer.outcome === "unknown" ? words().activity.cancelUnknown : words().activity.cancelRefused;
      announce({ kind: "refused", title, detail: answer.message });
    }
  };

  return {
    cancel: (order) => void doing(orderKey(order), () => account.cancel(order)),
    isBusy: (order) => busy().has(orderKey(order)),
    cancelAll: () =>
      void doing(ALL, async () => {
        const symbols = new Set(orders().map(({ symbol }) => symbol));
        const [only] = symbols;
        return account.cancelAll(symbols.size === 1 ? only : undefined);
      }),
    isBusyWithAll: () => busy().has(ALL),
  };
}
