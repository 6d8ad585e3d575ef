/** The person's own page: how they come in, which programs trade for them, what came in and went out. */
import { type JSX, Show } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { askToSignIn } from "../shell/sign-in-request.ts";
import { words } from "../words/words.ts";
import "./account.css";
import { FundingHistory } from "./funding-history.tsx";
import { KeySection } from "./key-section.tsx";
import { PasskeySection } from "./passkey-section.tsx";
import { SessionSection } from "./session-section.tsx";

export default function AccountPage(): JSX.Element {
  const { account, people } = useExchange();
  return (
    <main class="page account-page">
      <h1 class="dialog-title">{words().account.page}</h1>
      <Show when={people.person()} fallback={<SignedOut isKnown={people.person() !== undefined} />}>
        {(person) => (
          <>
            <section class="account-card" aria-labelledby="account-who">
              <h2 id="account-who">{person().name}</h2>
              <p class="faint">{words().account.accountNumber(person().account)}</p>
              <Show when={people.deviceKey() === null && person().freshUntil === 0 && !person().isGuest}>
                <p class="account-notice">{words().account.noPasskeyNotice}</p>
              </Show>
              <Show when={person().isGuest}>
                <p class="account-notice">{words().account.guestNotice}</p>
              </Show>
            </section>
            <PasskeySection />
            <KeySection />
            <SessionSection />
          </>
        )}
      </Show>
      <Show when={account.state() !== "none"}>
        <FundingHistory />
      </Show>
    </main>
  );
}

function SignedOut(props: { readonly isKnown: boolean }): JSX.Element {
  return (
    <section class="account-card">
      <Show when={props.isKnown} fallback={<p role="status">{words().account.loading}</p>}>
        <p>{words().account.signedOut}</p>
        <button type="button" class="button button-main" onClick={askToSignIn}>
          {words().account.signIn}
        </button>
      </Show>
    </section>
  );
}
