/** The operator's sign-in: a token in a password field, so that a password manager can keep it. */
import { createSignal, type JSX, onMount, Show } from "solid-js";
import { words } from "../words/words.ts";
import { faultText } from "./desk.ts";
import { sessionHasEnded, signInOperator } from "./operator-session.ts";

export function OpsSignIn(): JSX.Element {
  const say = () => words().ops.signIn;
  const [fault, setFault] = createSignal(sessionHasEnded() ? say().ended : "");
  const [isBusy, setBusy] = createSignal(false);
  let field!: HTMLInputElement;
  onMount(() => field.focus());

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const token = field.value.trim();
    if (isBusy()) return;
    if (token === "") {
      setFault(say().missing);
      field.focus();
      return;
    }
    setBusy(true);
    const answer = await signInOperator(token);
    setBusy(false);
    if (answer.outcome === "ok") return;
    setFault(answer.outcome === "unauthorized" ? say().wrong : say().away(faultText(answer)));
    field.focus();
    field.select();
  }

  return (
    <form class="ops-sign-in" onSubmit={submit}>
      <h1 class="ops-title">{say().title}</h1>
      <p class="faint">{say().hint}</p>
      {/* Password managers file the token under it. */}
      <input hidden type="text" name="username" autocomplete="username" value={say().user} readOnly />
      <div class="field">
        <label class="field-label" for="ops-token">
          {say().token}
        </label>
        <input
          ref={field}
          id="ops-token"
          class="input"
          type="password"
          name="password"
          autocomplete="current-password"
          autocapitalize="off"
          spellcheck={false}
          aria-invalid={fault() !== ""}
          aria-describedby="ops-token-fault"
        />
        <p id="ops-token-fault" class="field-fault" role="alert">
          {fault()}
        </p>
      </div>
      <button class="button button-main" type="submit" aria-disabled={isBusy()}>
        <Show when={isBusy()} fallback={say().enter}>
          {say().entering}
        </Show>
      </button>
    </form>
  );
}
