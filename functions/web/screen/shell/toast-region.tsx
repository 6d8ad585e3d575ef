/**
 * Where toasts are shown, and heard: politely, kept while a person points at them, reached by F8. The next word about the same
 * thing takes the place of the last; when there are too many the oldest goes, so that none is told late.
 */
import * as Toast from "@kobalte/core/toast";
import { createEffect, type JSX, on, onCleanup, Show } from "solid-js";
import { Portal } from "solid-js/web";
import { words } from "../words/words.ts";
import { CloseIcon } from "./icons.tsx";
import "./toast-region.css";
import { type Toast as Message, toasts } from "./toasts.ts";

const SHOWN_MS = 6_000;
/** What went wrong is read, not glimpsed. */
const REFUSAL_SHOWN_MS = 12_000;
const SHOWN_MAX = 3;
const MARKS = { done: "✓", refused: "!", news: "•" } as const;

export function Toasts(): JSX.Element {
  /** By the toast's number, oldest first: what it says now. */
  const shown = new Map<number, Message>();
  let heard = 0;
  const show = (message: Message): void => {
    const draw = (props: { readonly toastId: number }): JSX.Element => (
      <OneToast
        toastId={props.toastId}
        message={message}
        gone={() => {
          if (shown.get(props.toastId) === message) shown.delete(props.toastId);
        }}
      />
    );
    const same = [...shown].find(([, { about }]) => about !== undefined && about === message.about);
    if (same !== undefined) {
      shown.set(same[0], message);
      Toast.toaster.update(same[0], draw);
      return;
    }
    if (shown.size >= SHOWN_MAX) dismissOldest();
    shown.set(Toast.toaster.show(draw), message);
  };
  /** A refusal stays longer than anything that went well. */
  const dismissOldest = (): void => {
    const [oldest] = [...shown].find(([, { kind }]) => kind !== "refused") ?? [...shown][0] ?? [];
    if (oldest === undefined) return;
    shown.delete(oldest);
    Toast.toaster.dismiss(oldest);
  };
  createEffect(
    on(toasts, (now) => {
      for (const message of now.filter(({ id }) => id > heard)) {
        heard = message.id;
        show(message);
      }
    }),
  );
  return (
    <Portal>
      <Toast.Region duration={SHOWN_MS} limit={SHOWN_MAX + 1} aria-label={words().shell.messages}>
        <Toast.List as="div" class="toast-list" />
      </Toast.Region>
    </Portal>
  );
}

interface OneToastProps {
  readonly toastId: number;
  readonly message: Message;
  readonly gone: () => void;
}

function OneToast(props: OneToastProps): JSX.Element {
  const { kind } = props.message;
  onCleanup(() => props.gone());
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
