/** Passkeys, and the codes for the day when they are lost. */
import { createSignal, type JSX, Show } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { createActing } from "../shell/acting.ts";
import { Modal } from "../shell/modal.tsx";
import { momentText } from "../trade/moments.ts";
import { words } from "../words/words.ts";
import { AskedTable, createAsked } from "./asked-list.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";

const LABEL_LENGTH_MAX = 40;

export function PasskeySection(): JSX.Element {
  const { people } = useExchange();
  const passkeys = createAsked(() => people.passkeyList());
  const acting = createActing();
  const [codes, setCodes] = createSignal<readonly string[] | null>(null);
  const add = async (): Promise<void> => {
    const added = await acting.run(() => people.addPasskey(navigator.platform.slice(0, LABEL_LENGTH_MAX) || "passkey"));
    if (added === null) return;
    passkeys.askAgain();
    setCodes(added.value.recoveryCodes);
  };
  const remove = async (id: string): Promise<void> => {
    if ((await acting.run(() => people.removePasskey(id))) !== null) passkeys.askAgain();
  };
  const renew = async (): Promise<void> => {
    const renewed = await acting.run(() => people.renewRecoveryCodes());
    if (renewed !== null) setCodes(renewed.value);
  };
  return (
    <section class="account-card" aria-labelledby="account-passkeys">
      <h2 id="account-passkeys">{words().account.passkeys}</h2>
      <p class="field-hint">{words().account.passkeysHint}</p>
      <AskedTable
        asked={passkeys}
        caption={words().account.passkeys}
        titles={[words().account.label, words().account.made, words().account.used]}
        nothing={words().account.noPasskeys}
        row={(passkey) => (
          <tr>
            <td>{passkey.label}</td>
            <td class="number">{momentText(passkey.createdAt)}</td>
            <td class="number">{passkey.usedAt === 0 ? words().account.never : momentText(passkey.usedAt)}</td>
            <td class="to-end">
              <button
                type="button"
                class="button button-small"
                aria-label={words().account.removeOf(passkey.label)}
                disabled={acting.isBusy() || passkeys.rows()?.length === 1}
                onClick={() => void remove(passkey.id)}
              >
                {words().account.remove}
              </button>
            </td>
          </tr>
        )}
      />
      <div class="account-buttons">
        <button type="button" class="button" disabled={acting.isBusy()} onClick={() => void add()}>
          {words().account.addPasskey}
        </button>
        <Show when={!people.person()?.isGuest}>
          <button type="button" class="button" disabled={acting.isBusy()} onClick={() => void renew()}>
            {words().account.renewCodes}
          </button>
        </Show>
      </div>
      <p class="field-fault" role="alert">
        {acting.fault()}
      </p>
      <Show when={codes()}>
        {(made) => (
          <Modal title={words().account.codes} close={() => setCodes(null)} mustBeAnswered>
            <RecoveryCodes codes={made()} done={() => setCodes(null)} />
          </Modal>
        )}
      </Show>
    </section>
  );
}
