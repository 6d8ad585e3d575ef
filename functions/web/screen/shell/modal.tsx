/** A dialog with a title and a way out: focus is kept in it and given back, Escape closes it. */
import * as Dialog from "@kobalte/core/dialog";
import type { JSX } from "solid-js";
import { words } from "../words/words.ts";
import { focusReturn } from "./focus-return.ts";
import { CloseIcon } from "./icons.tsx";

interface ModalProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: JSX.Element;
}

export function Modal(props: ModalProps): JSX.Element {
  const giveFocusBack = focusReturn();
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && props.close()}>
      <Dialog.Portal>
        <Dialog.Overlay class="dialog-veil" />
        <div class="dialog-place">
          <Dialog.Content class="dialog" onCloseAutoFocus={giveFocusBack}>
            <div class="dialog-head">
              <Dialog.Title class="dialog-title">{props.title}</Dialog.Title>
              <Dialog.CloseButton class="button button-plain button-small" aria-label={words().shell.close}>
                <CloseIcon />
              </Dialog.CloseButton>
            </div>
            {props.children}
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
