/** One thing at a time, and what came of it: for forms and buttons that ask the exchange. */
import { type Accessor, createSignal } from "solid-js";
import type { Answer } from "../exchange/contract.ts";
import { words } from "../words/words.ts";

export interface Acting {
  readonly isBusy: Accessor<boolean>;
  /** The exchange's words for its last no; "" for none. */
  readonly fault: Accessor<string>;
  readonly setFault: (text: string) => void;
  /** @returns what it gave; null when it was refused or something is under way already. */
  readonly run: <T>(act: () => Promise<Answer<T>>) => Promise<{ readonly value: T } | null>;
}

export function createActing(): Acting {
  const [isBusy, setIsBusy] = createSignal(false);
  const [fault, setFault] = createSignal("");
  return {
    isBusy,
    fault,
    setFault,
    run: async (act) => {
      if (isBusy()) return null;
      setIsBusy(true);
      setFault("");
      const answer = await act();
      setIsBusy(false);
      if (answer.outcome === "ok") return { value: answer.value };
      setFault(answer.outcome === "unknown" ? words().shell.outcomeUnknown : answer.message);
      return null;
    },
  };
}
