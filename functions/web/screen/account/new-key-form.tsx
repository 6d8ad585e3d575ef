/** A key for a program: what it may, from where, until when. Confirmed by a passkey. */
import { createSignal, For, type JSX, Show } from "solid-js";
import type { AddedKey, NewKey } from "../../../_shared/people/people-api.ts";
import { useExchange } from "../exchange/exchange-context.tsx";
import { createActing } from "../shell/acting.ts";
import { TextField } from "../shell/text-field.tsx";
import { words } from "../words/words.ts";

const KINDS = ["hmac_sha256", "ed25519", "rsa_sha256"] as const;
const PERMISSIONS = ["read", "trade", "withdraw"] as const;
const DAY_MS = 86_400_000;
/** Days; 0: for ever. */
const LASTS = [30, 90, 365, 0] as const;

export function NewKeyForm(props: { readonly done: (key: AddedKey) => void }): JSX.Element {
  const { people } = useExchange();
  const acting = createActing();
  const [label, setLabel] = createSignal("");
  const [kind, setKind] = createSignal<NewKey["kind"]>("hmac_sha256");
  const [permissions, setPermissions] = createSignal<readonly (typeof PERMISSIONS)[number][]>(["read", "trade"]);
  const [publicKey, setPublicKey] = createSignal("");
  const [addresses, setAddresses] = createSignal("");
  const [days, setDays] = createSignal<number>(90);

  const toggle = (permission: (typeof PERMISSIONS)[number], isOn: boolean): void => {
    setPermissions((now) => PERMISSIONS.filter((each) => (each === permission ? isOn : now.includes(each))));
  };
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const key: NewKey = {
      label: label().trim(),
      kind: kind(),
      permissions: permissions(),
      ipAllowList: addresses()
        .split(/[\s,]+/)
        .filter((address) => address !== ""),
      expiresAt: days() === 0 ? 0 : Date.now() + days() * DAY_MS,
      ...(kind() === "hmac_sha256" ? {} : { publicKey: publicKey().trim() }),
    };
    const made = await acting.run(() => people.addKey(key));
    if (made !== null) props.done(made.value);
  };
  return (
    <form class="dialog-form" onSubmit={(event) => void submit(event)}>
      <TextField label={words().account.label} value={label()} onInput={setLabel} maxLength={64} required />
      <label class="field">
        <span class="field-label">{words().account.kind}</span>
        <select class="input" value={kind()} onChange={(event) => setKind(event.currentTarget.value as NewKey["kind"])}>
          <For each={KINDS}>{(each) => <option value={each}>{words().account.kinds[each]}</option>}</For>
        </select>
      </label>
      <Show when={kind() !== "hmac_sha256"}>
        <label class="field">
          <span class="field-label">{words().account.publicKey}</span>
          <textarea
            class="input account-pem"
            rows="5"
            spellcheck={false}
            value={publicKey()}
            required
            onInput={(event) => setPublicKey(event.currentTarget.value)}
          />
        </label>
      </Show>
      <fieldset class="account-checks">
        <legend class="field-label">{words().account.may}</legend>
        <For each={PERMISSIONS}>
          {(permission) => (
            <label class="account-check">
              <input
                type="checkbox"
                checked={permissions().includes(permission)}
                onChange={(event) => toggle(permission, event.currentTarget.checked)}
              />
              {words().account.permissions[permission]}
            </label>
          )}
        </For>
      </fieldset>
      <TextField
        label={words().account.addresses}
        hint={words().account.addressesHint}
        value={addresses()}
        onInput={setAddresses}
      />
      <label class="field">
        <span class="field-label">{words().account.ends}</span>
        <select class="input" value={String(days())} onChange={(event) => setDays(Number(event.currentTarget.value))}>
          <For each={LASTS}>
            {(each) => (
              <option value={String(each)}>{each === 0 ? words().account.never : words().account.inDays(each)}</option>
            )}
          </For>
        </select>
      </label>
      <p class="field-fault" role="alert">
        {acting.fault()}
      </p>
      <button type="submit" class="button button-main" disabled={acting.isBusy() || permissions().length === 0}>
        {words().account.makeKey}
      </button>
    </form>
  );
}
