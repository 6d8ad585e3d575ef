/** The ways in: the demo's at one press, a passkey, a new account, a recovery code. */
import { createSignal, type JSX, Match, Show, Switch } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { createActing } from "../shell/acting.ts";
import { goTo } from "../shell/location.ts";
import { Modal } from "../shell/modal.tsx";
import { endSignInRequest } from "../shell/sign-in-request.ts";
import { TextField } from "../shell/text-field.tsx";
import { words } from "../words/words.ts";
import { RecoveryCodes } from "./recovery-codes.tsx";

const NAME_LENGTH_MAX = 64;

type Way = "choose" | "sign-up" | "code" | "codes" | "connect";

export default function SignInDialog(): JSX.Element {
  const { people } = useExchange();
  // Who is signed in, but has no key here, needs a key and no other account.
  const [way, setWay] = createSignal<Way>(people.person() ? "connect" : "choose");
  const [codes, setCodes] = createSignal<readonly string[]>([]);
  const titles = (): Record<Way, string> => ({
    choose: words().account.welcome,
    "sign-up": words().account.signUp,
    code: words().account.useCode,
    codes: words().account.codes,
    connect: words().account.connectBrowser,
  });
  const goTo = (): string | null => {
    const state = people.passkeys();
    return typeof state === "object" ? state.goTo : null;
  };
  return (
    <Modal title={titles()[way()]} close={endSignInRequest} mustBeAnswered={way() === "codes"}>
      <Switch>
        <Match when={way() === "choose"}>
          <Show when={goTo()}>
            {(url) => (
              <p class="account-notice">
                {words().account.passkeysElsewhere} <a href={url()}>{url()}</a>
              </p>
            )}
          </Show>
          <Ways go={setWay} />
        </Match>
        <Match when={way() === "connect"}>
          <Connect />
        </Match>
        <Match when={way() === "sign-up"}>
          <SignUpForm
            done={(made) => {
              setCodes(made);
              setWay("codes");
            }}
          />
        </Match>
        <Match when={way() === "code"}>
          <CodeForm />
        </Match>
        <Match when={way() === "codes"}>
          <RecoveryCodes codes={codes()} done={endSignInRequest} />
        </Match>
      </Switch>
    </Modal>
  );
}

function Ways(props: { readonly go: (way: Way) => void }): JSX.Element {
  const { people } = useExchange();
  const acting = createActing();
  const enter = async (act: typeof people.signIn): Promise<void> => {
    if ((await acting.run(act)) !== null) endSignInRequest();
  };
  return (
    <div class="dialog-form">
      {/* The exchange is still being asked what it offers. */}
      <Show when={people.venue() === null}>
        <button type="button" class="button account-way" disabled>
          {words().account.loading}
        </button>
      </Show>
      <Show when={people.venue()?.isDemo}>
        <button
          type="button"
          class="button button-main account-way"
          disabled={acting.isBusy()}
          onClick={() => void enter(people.signInAsGuest)}
        >
          {acting.isBusy() ? words().account.opening : words().account.tryDemo}
        </button>
        <p class="field-hint">{words().account.tryDemoHint}</p>
      </Show>
      <Show when={people.passkeys() === "ok"} fallback={<PasskeysMissing />}>
        <button
          type="button"
          class="button account-way"
          disabled={acting.isBusy()}
          onClick={() => void enter(people.signIn)}
        >
          {words().account.usePasskey}
        </button>
        <button type="button" class="button account-way" onClick={() => props.go("sign-up")}>
          {words().account.signUp}
        </button>
      </Show>
      <button type="button" class="button button-plain" onClick={() => props.go("code")}>
        {words().account.useCode}
      </button>
      <p class="only-heard" role="status">
        {acting.isBusy() ? words().account.opening : ""}
      </p>
      <p class="field-fault" role="alert">
        {acting.fault()}
      </p>
    </div>
  );
}

function Connect(): JSX.Element {
  const { people } = useExchange();
  const acting = createActing();
  const connect = async (): Promise<void> => {
    if ((await acting.run(people.openDevice)) !== null) endSignInRequest();
  };
  return (
    <div class="dialog-form">
      <p>{words().account.connectHint}</p>
      <button
        type="button"
        class="button button-main account-way"
        disabled={acting.isBusy()}
        onClick={() => void connect()}
      >
        {words().account.connectBrowser}
      </button>
      <p class="field-fault" role="alert">
        {acting.fault()}
      </p>
    </div>
  );
}

function PasskeysMissing(): JSX.Element {
  const { people } = useExchange();
  return (
    <Show when={people.passkeys() === "unsupported"}>
      <p class="account-notice">{words().account.passkeysMissing}</p>
    </Show>
  );
}

function SignUpForm(props: { readonly done: (codes: readonly string[]) => void }): JSX.Element {
  const { people } = useExchange();
  const acting = createActing();
  const [name, setName] = createSignal("");
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const made = await acting.run(() => people.signUp(name().trim()));
    if (made !== null) props.done(made.value.recoveryCodes);
  };
  return (
    <form class="dialog-form" onSubmit={(event) => void submit(event)}>
      <TextField
        label={words().account.name}
        hint={words().account.nameHint}
        value={name()}
        onInput={setName}
        autocomplete="username webauthn"
        isFirst
        maxLength={NAME_LENGTH_MAX}
        fault={acting.fault()}
        required
      />
      <button type="submit" class="button button-main" disabled={acting.isBusy() || name().trim() === ""}>
        {words().account.makePasskey}
      </button>
    </form>
  );
}

function CodeForm(): JSX.Element {
  const { people } = useExchange();
  const acting = createActing();
  const [name, setName] = createSignal("");
  const [code, setCode] = createSignal("");
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if ((await acting.run(() => people.signInByCode(name().trim(), code().trim()))) === null) return;
    endSignInRequest();
    // A code lets nobody trade: a new passkey does, and for ten minutes it may be added.
    goTo("/account");
  };
  return (
    <form class="dialog-form" onSubmit={(event) => void submit(event)}>
      <TextField
        label={words().account.name}
        value={name()}
        onInput={setName}
        autocomplete="username"
        isFirst
        required
      />
      <TextField
        label={words().account.code}
        hint={words().account.codeHint}
        value={code()}
        onInput={setCode}
        autocomplete="one-time-code"
        fault={acting.fault()}
        required
      />
      <button type="submit" class="button button-main" disabled={acting.isBusy()}>
        {words().account.signIn}
      </button>
    </form>
  );
}
