/** Says that a market is not traded as usual; nothing while it is. */
import { createMemo, type JSX, Show } from "solid-js";
import type { Market } from "../exchange/contract.ts";
import { words } from "../words/words.ts";

export function StatusBadge(props: { readonly status: Market["status"] }): JSX.Element {
  const text = createMemo(() => {
    const texts = words().markets;
    switch (props.status) {
      case "TRADING":
        return null;
      case "HALT":
        return texts.statusHalt;
      case "CANCEL_ONLY":
        return texts.statusCancelOnly;
      case "BREAK":
        return texts.statusBreak;
      case "END_OF_DAY":
        return texts.statusClosed;
    }
  });
  return <Show when={text()}>{(said) => <span class="markets-badge">{said()}</span>}</Show>;
}
