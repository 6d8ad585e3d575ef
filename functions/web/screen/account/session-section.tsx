/** Where the person is signed in, and the end of each. */
import { type JSX, Show } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { createActing } from "../shell/acting.ts";
import { momentText } from "../trade/moments.ts";
import { words } from "../words/words.ts";
import { AskedTable, createAsked } from "./asked-list.tsx";
import { browserName } from "./browser-name.ts";

export function SessionSection(): JSX.Element {
  const { people } = useExchange();
  const sessions = createAsked(() => people.sessions());
  const acting = createActing();
  const end = async (id: string): Promise<void> => {
    if ((await acting.run(() => people.endSession(id))) !== null) sessions.askAgain();
  };
  return (
    <section class="account-card" aria-labelledby="account-sessions">
      <h2 id="account-sessions">{words().account.sessions}</h2>
      <p class="field-hint">{words().account.sessionsHint}</p>
      <AskedTable
        asked={sessions}
        caption={words().account.sessions}
        titles={[words().account.browser, words().account.since, words().account.used]}
        nothing={words().account.noSessions}
        row={(session) => (
          <tr>
            <td class="account-agent">
              <span title={session.userAgent}>{browserName(session.userAgent)}</span>
              <Show when={session.isThis}>
                <span class="account-badge">{words().account.thisBrowser}</span>
              </Show>
            </td>
            <td class="number">{momentText(session.createdAt)}</td>
            <td class="number">{momentText(session.usedAt)}</td>
            <td class="to-end">
              <Show when={!session.isThis}>
                <button
                  type="button"
                  class="button button-small"
                  disabled={acting.isBusy()}
                  onClick={() => void end(session.id)}
                >
                  {words().account.endSession}
                </button>
              </Show>
            </td>
          </tr>
        )}
      />
      <p class="field-fault" role="alert">
        {acting.fault()}
      </p>
    </section>
  );
}
