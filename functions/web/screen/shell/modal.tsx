/** A dialog with a title and a way out: focus is kept in it and given back, Escape closes it, where that loses nothing. */
import * as Dialog from "@kobalte/core/dialog";
import { type JSX, onCleanup, Show } from "solid-js";
import { words } from "../words/words.ts";
import { focusReturn } from "./focus-return.ts";
import { CloseIcon } from "./icons.tsx";

interface ModalProps {
  readonly title: string;
  readonly close: () => void;
  /** What it shows is not shown again: only its own button closes it. */
  readonly mustBeAnswered?: boolean | undefined;
  readonly children: JSX.Element;
}

export function Modal(props: ModalProps): JSX.Element {
  const giveFocusBack = focusReturn();
  const stay = (event: Event): void => {
    if (props.mustBeAnswered === true) event.preventDefault();
  };
  // Where the button that had the focus is gone or off, nothing has it, and the dialog itself does not hear the key.
  const leave = (event: KeyboardEvent): void => {
    const isUnheard = !event.defaultPrevented && document.activeElement === document.body;
    if (event.key === "Escape" && isUnheard && props.mustBeAnswered !== true) props.close();
  };
  addEventListener("keydown", leave);
  onCleanup(() => removeEventListener("keydown", leave));
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && props.close()}>
      <Dialog.Portal>
        <Dialog.Overlay class="dialog-veil" />
        <div class="dialog-place">
          <Dialog.Content
            class="dialog"
            onCloseAutoFocus={giveFocusBack}
            onEscapeKeyDown={stay}
            onInteractOutside={stay}
          >
            <div class="dialog-head">
              <Dialog.Title class="dialog-title">{props.title}</Dialog.Title>
              <Show when={props.mustBeAnswered !== true}>
                <Dialog.CloseButton class="button button-plain button-small" aria-label={words().shell.close}>
                  <CloseIcon />
                </Dialog.CloseButton>
              </Show>
            </div>
            {props.children}
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
