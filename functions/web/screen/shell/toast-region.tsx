/** Where toasts are shown, and heard: politely, kept while a person points at them, reached by F8. */
import * as Toast from "@kobalte/core/toast";
import { createEffect, type JSX, on, Show } from "solid-js";
import { Portal } from "solid-js/web";
import { words } from "../words/words.ts";
import { CloseIcon } from "./icons.tsx";
import "./toast-region.css";
import { type Toast as Message, toasts } from "./toasts.ts";

const SHOWN_MS = 6_000;
/** What went wrong is read, not glimpsed. */
const REFUSAL_SHOWN_MS = 12_000;
const MARKS = { done: "✓", refused: "!", news: "•" } as const;

export function Toasts(): JSX.Element {
  let shown = 0;
  createEffect(
    on(toasts, (now) => {
      for (const message of now.filter(({ id }) => id > shown)) {
        shown = message.id;
        Toast.toaster.show((props) => <OneToast toastId={props.toastId} message={message} />);
      }
    }),
  );
  return (
    <Portal>
      <Toast.Region duration={SHOWN_MS} limit={4} aria-label={words().shell.messages}>
        <Toast.List as="div" class="toast-list" />
      </Toast.Region>
    </Portal>
  );
}

function OneToast(props: { readonly toastId: number; readonly message: Message }): JSX.Element {
  const { kind } = props.message;
  return (
    <Toast.Root
      as="div"
      class="toast"
      priority={kind === "refused" ? "high" : "low"}
      data-kind={kind}
      toastId={props.toastId}
      duration={kind === "refused" ? REFUSAL_SHOWN_MS : SHOWN_MS}
    >
      <span class="toast-mark" aria-hidden="true">
        {MARKS[kind]}
      </span>
      <div class="toast-text">
        <Toast.Title class="toast-title">{props.message.title}</Toast.Title>
        <Show when={props.message.detail}>
          <Toast.Description class="toast-detail number">{props.message.detail}</Toast.Description>
        </Show>
      </div>
      <Toast.CloseButton class="button button-plain button-small" aria-label={words().shell.close}>
        <CloseIcon />
      </Toast.CloseButton>
    </Toast.Root>
  );
}
