/** Whether the exchange is there, and how far away: a word and a round trip, never colour alone. */
import { type JSX, Show } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { words } from "../words/words.ts";
import "./connection-state.css";

export function ConnectionState(): JSX.Element {
  const { connection } = useExchange().marketData;
  const latency = (): string => {
    const { state, latencyMs } = connection();
    return state === "live" && latencyMs !== null ? words().shell.latency(Math.round(latencyMs)) : "";
  };
  return (
    <div class="connection" data-state={connection().state} title={words().shell.connectionHint}>
      <span class="connection-dot" aria-hidden="true" />
      <span role="status">{words().shell.connection[connection().state]}</span>
      <span class="connection-latency number">{latency()}</span>
    </div>
  );
}

/** Across the page while the exchange is away: what is shown is what was last heard. */
export function ConnectionBanner(): JSX.Element {
  const { connection } = useExchange().marketData;
  const isAway = (): boolean => connection().state === "reconnecting" || connection().state === "offline";
  return (
    <Show when={isAway()}>
      <div class="connection-banner" role="alert">
        {connection().state === "offline" ? words().shell.offlineBanner : words().shell.reconnectingBanner}
      </div>
    </Show>
  );
}
