/**
 * A one-time link's page. The token stands behind the `#`, which no server and no referrer hears of; it is used at a press, so
 * that a program that looks at links in a mail does not use it up.
 */
import { createSignal, type JSX, onCleanup, Show } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { createActing } from "../shell/acting.ts";
import { goTo } from "../shell/location.ts";
import { words } from "../words/words.ts";

export default function SignInPage(): JSX.Element {
  const { people } = useExchange();
  const acting = createActing();
  const [token, setToken] = createSignal(location.hash.slice(1));
  // A second link that is opened in the same tab changes nothing else.
  const hear = (): void => void setToken(location.hash.slice(1));
  addEventListener("hashchange", hear);
  onCleanup(() => removeEventListener("hashchange", hear));
  const enter = async (): Promise<void> => {
    if ((await acting.run(() => people.signInByLink(token()))) === null) return;
    // It is used up: the way back does not lead to it.
    history.replaceState(null, "", "/sign-in");
    goTo("/account");
  };
  return (
    <main class="page account-page">
      <section class="account-card">
        <h1 class="dialog-title">{words().account.linkTitle}</h1>
        <Show when={token() !== ""} fallback={<p>{words().account.linkEmpty}</p>}>
          <p>{words().account.linkHint}</p>
          <button type="button" class="button button-main" disabled={acting.isBusy()} onClick={() => void enter()}>
            {words().account.signIn}
          </button>
          <p class="field-fault" role="alert">
            {acting.fault()}
          </p>
        </Show>
      </section>
    </main>
  );
}
