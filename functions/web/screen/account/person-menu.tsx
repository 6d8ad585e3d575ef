/** Who is signed in, and the way to the account; or the way in. */
import * as Menu from "@kobalte/core/dropdown-menu";
import { createEffect, createSignal, type JSX, lazy, on, Show, Suspense } from "solid-js";
import { useExchange } from "../exchange/exchange-context.tsx";
import { offerCommands } from "../shell/commands.ts";
import { askToFund, fundingAsked } from "../shell/funding-request.ts";
import { PersonIcon } from "../shell/icons.tsx";
import { goTo } from "../shell/location.ts";
import { pagePart } from "../shell/page-part.ts";
import { askToSignIn, signInAsked } from "../shell/sign-in-request.ts";
import { announce } from "../shell/toasts.ts";
import { words } from "../words/words.ts";
import "./account.css";

const SignInDialog = lazy(() => pagePart(() => import("./sign-in-dialog.tsx")));
const FundingDialog = lazy(() => pagePart(() => import("./funding-dialog.tsx")));
const LeaveDialog = lazy(() => pagePart(() => import("./leave-dialog.tsx")));

export function PersonMenu(): JSX.Element {
  const { account, people } = useExchange();
  const isKnown = (): boolean => account.state() !== "none" || Boolean(people.person());
  let trigger!: HTMLButtonElement;
  /** Trading does not wait for people: until they have said who it is, it is who trades from here. */
  const name = (): string => people.person()?.name ?? words().account.thisBrowser;
  const [isLeaving, setIsLeaving] = createSignal(false);
  const askToSignOut = (): void => {
    // A visitor's account is gone with this browser's session.
    if (people.person()?.isGuest) setIsLeaving(true);
    else void signOut();
  };
  const signOut = async (): Promise<void> => {
    const answer = await people.signOut();
    if (answer.outcome !== "ok")
      announce({ kind: "refused", title: words().account.signOutRefused, detail: answer.message });
  };
  // What makes no sense now is not offered.
  createEffect(() => {
    const { account: texts } = words();
    if (!isKnown())
      return offerCommands({ id: "sign-in", group: "account", label: () => texts.signIn, run: askToSignIn });
    offerCommands(
      {
        id: "deposit",
        group: "account",
        label: () => texts.deposit,
        run: () => askToFund({ kind: "deposit", coin: "" }),
      },
      {
        id: "withdraw",
        group: "account",
        label: () => texts.withdraw,
        run: () => askToFund({ kind: "withdraw", coin: "" }),
      },
      { id: "sign-out", group: "account", label: () => texts.signOut, run: askToSignOut },
    );
  });
  createEffect(
    on(people.isKeyEnded, (isEnded) => {
      if (isEnded) announce({ kind: "news", title: words().account.keyEnded, detail: words().account.keyEndedHint });
    }),
  );
  return (
    <>
      <Show
        when={isKnown()}
        fallback={
          <button type="button" class="button button-main button-small" onClick={askToSignIn}>
            {words().account.signIn}
          </button>
        }
      >
        <Menu.Root placement="bottom-end" modal={false}>
          <Menu.Trigger ref={trigger} class="button button-small" aria-label={words().account.menuOf(name())}>
            <PersonIcon />
            <span class="person-name">{name()}</span>
          </Menu.Trigger>
          <Menu.Portal mount={trigger.parentNode as Node}>
            <Menu.Content class="menu">
              <Show when={account.state() === "none"}>
                <Menu.Item class="menu-item" onSelect={askToSignIn}>
                  {words().account.connectBrowser}
                </Menu.Item>
              </Show>
              <Menu.Item class="menu-item" onSelect={() => goTo("/account")}>
                {words().account.page}
              </Menu.Item>
              <Menu.Item class="menu-item" onSelect={() => askToFund({ kind: "deposit", coin: "" })}>
                {words().account.deposit}
              </Menu.Item>
              <Menu.Item class="menu-item" onSelect={() => askToFund({ kind: "withdraw", coin: "" })}>
                {words().account.withdraw}
              </Menu.Item>
              <Menu.Item class="menu-item" onSelect={askToSignOut}>
                {words().account.signOut}
              </Menu.Item>
            </Menu.Content>
          </Menu.Portal>
        </Menu.Root>
      </Show>
      <Suspense>
        <Show when={signInAsked()}>
          <SignInDialog />
        </Show>
        <Show when={isLeaving()}>
          <LeaveDialog leave={signOut} close={() => setIsLeaving(false)} />
        </Show>
        <Show when={fundingAsked()}>{(request) => <FundingDialog request={request()} />}</Show>
      </Suspense>
    </>
  );
}
