/** The operator's page, loaded when it is asked for: how the exchange stands, and what an operator can do about it. */
import { type JSX, onCleanup, onMount, Show } from "solid-js";
import { words } from "../words/words.ts";
import { OperatorDesk } from "./operator-desk.tsx";
import { operator } from "./operator-session.ts";
import { OpsSignIn } from "./ops-sign-in.tsx";
import "./ops.css";

export default function OpsPage(): JSX.Element {
  onMount(() => {
    const before = document.title;
    document.title = words().ops.pageTitle;
    onCleanup(() => {
      document.title = before;
    });
  });
  return (
    <main class="page ops">
      <Show when={operator()} keyed fallback={<OpsSignIn />}>
        {(client) => <OperatorDesk client={client} />}
      </Show>
    </main>
  );
}
