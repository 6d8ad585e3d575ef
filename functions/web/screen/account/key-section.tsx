/** Keys of the account: this browser's own and other devices', and those that programs trade with. */
import { createSignal, type JSX, Show } from "solid-js";
import type { AddedKey, KeyView } from "../../../_shared/people/people-api.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { createActing } from "../shell/acting.ts";
import { Modal } from "../shell/modal.tsx";
import { momentText } from "../trade/moments.ts";
import { words } from "../words/words.ts";
import { AskedTable, createAsked } from "./asked-list.tsx";
import { NewKeyForm } from "./new-key-form.tsx";

export function KeySection(): JSX.Element {
  const { people } = useExchange();
  const keys = createAsked(() => people.keys());
  const acting = createActing();
  const [isAdding, setIsAdding] = createSignal(false);
  const [added, setAdded] = createSignal<AddedKey | null>(null);
  const revoke = async (apiKey: string): Promise<void> => {
    if ((await acting.run(() => people.revokeKey(apiKey))) !== null) keys.askAgain();
  };
  return (
    <section class="account-card" aria-labelledby="account-keys">
      <h2 id="account-keys">{words().account.keys}</h2>
      <p class="field-hint">{words().account.keysHint}</p>
      <AskedTable
        asked={keys}
        caption={words().account.keys}
        titles={[
          words().account.label,
          words().account.key,
          words().account.kind,
          words().account.may,
          words().account.ends,
          words().account.state,
        ]}
        nothing={words().account.noKeys}
        row={(key) => (
          <KeyRow
            key={key}
            isThis={key.apiKey === people.deviceKey()}
            isBusy={acting.isBusy()}
            revoke={() => void revoke(key.apiKey)}
          />
        )}
      />
      <div class="account-buttons">
        <button type="button" class="button" onClick={() => setIsAdding(true)} disabled={people.person()?.isGuest}>
          {words().account.addKey}
        </button>
      </div>
      <Show when={people.person()?.isGuest}>
        <p class="field-hint">{words().account.keyNeedsPasskey}</p>
      </Show>
      <p class="field-fault" role="alert">
        {acting.fault()}
      </p>
      <Show when={isAdding()}>
        <Modal title={words().account.addKey} close={() => setIsAdding(false)}>
          <NewKeyForm
            done={(key) => {
              setIsAdding(false);
              setAdded(key);
              keys.askAgain();
            }}
          />
        </Modal>
      </Show>
      <Show when={added()}>{(key) => <AddedKeyDialog key={key()} close={() => setAdded(null)} />}</Show>
    </section>
  );
}

interface KeyRowProps {
  readonly key: KeyView;
  readonly isThis: boolean;
  readonly isBusy: boolean;
  readonly revoke: () => void;
}

function KeyRow(props: KeyRowProps): JSX.Element {
  const kindText = (): string => (props.key.isDevice ? words().account.device : words().account.kinds[props.key.kind]);
  return (
    <tr>
      <td>
        {props.key.label}
        <Show when={props.isThis}>
          <span class="account-badge">{words().account.thisBrowser}</span>
        </Show>
      </td>
      <td class="number account-key">{props.key.apiKey}</td>
      <td>{kindText()}</td>
      <td>{mayText(props.key)}</td>
      <td class="number">{props.key.expiresAt === 0 ? words().account.never : momentText(props.key.expiresAt)}</td>
      <td>{words().account.keyStates[props.key.state]}</td>
      <td class="to-end">
        <button
          type="button"
          class="button button-small"
          aria-label={words().account.revokeOf(props.key.label || props.key.apiKey)}
          disabled={props.isBusy || props.key.state === "revoked"}
          onClick={() => props.revoke()}
        >
          {words().account.revoke}
        </button>
      </td>
    </tr>
  );
}

/** A permission that is new here is named as the exchange names it. */
function mayText({ permissions }: KeyView): string {
  const names: Readonly<Record<string, string>> = words().account.permissions;
  return permissions.map((each) => names[each] ?? each).join(", ");
}

/** The secret is shown once; nobody can show it again. */
function AddedKeyDialog(props: { readonly key: AddedKey; readonly close: () => void }): JSX.Element {
  return (
    <Modal title={words().account.keyMade} close={props.close} mustBeAnswered>
      <div class="dialog-form">
        <div class="field">
          <span class="field-label">{words().account.key}</span>
          <code class="account-secret">{props.key.apiKey}</code>
        </div>
        <Show when={props.key.apiSecret}>
          {(secret) => (
            <div class="field">
              <span class="field-label">{words().account.secret}</span>
              <code class="account-secret">{secret()}</code>
              <span class="field-hint">{words().account.secretOnce}</span>
            </div>
          )}
        </Show>
        <button type="button" class="button button-main" onClick={() => props.close()}>
          {words().account.goOn}
        </button>
      </div>
    </Modal>
  );
}
