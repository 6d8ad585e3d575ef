/** Ten codes, shown once: each is a way back in when the passkey is lost. */
import { createSignal, For, type JSX, onMount } from "solid-js";
import { words } from "../words/words.ts";

export function RecoveryCodes(props: { readonly codes: readonly string[]; readonly done: () => void }): JSX.Element {
  const [isKept, setIsKept] = createSignal(false);
  const [isCopied, setIsCopied] = createSignal(false);
  let list!: HTMLUListElement;
  // They are what comes first: to be read, and to be heard.
  onMount(() => list.focus());
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(props.codes.join("\n"));
      setIsCopied(true);
    } catch {
      // Not allowed here: they can be selected and written down.
    }
  };
  return (
    <div class="dialog-form">
      <p>{words().account.codesWhy}</p>
      <ul class="account-codes number" ref={list} tabIndex={-1} aria-label={words().account.codes}>
        <For each={props.codes}>{(code) => <li>{code}</li>}</For>
      </ul>
      <button type="button" class="button" onClick={() => void copy()}>
        {isCopied() ? words().account.copied : words().account.copy}
      </button>
      <label class="account-check">
        <input type="checkbox" checked={isKept()} onChange={(event) => setIsKept(event.currentTarget.checked)} />
        {words().account.codesKept}
      </label>
      <button type="button" class="button button-main" disabled={!isKept()} onClick={() => props.done()}>
        {words().account.goOn}
      </button>
    </div>
  );
}
