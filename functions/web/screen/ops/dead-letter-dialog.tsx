/** One dead letter with its headers and contents, as it came. */
import { Dialog } from "@kobalte/core/dialog";
import { createComputed, For, type JSX, Show } from "solid-js";
import { focusReturn } from "../shell/focus-return.ts";
import { ScrollBox } from "../shell/scroll-box.tsx";
import { words } from "../words/words.ts";
import { bytes } from "./figures.ts";
import type { WholeDeadLetter } from "./ops-answers.ts";

export interface DeadLetterDialogProps {
  readonly letter: WholeDeadLetter | null;
  readonly onClose: () => void;
}

export function DeadLetterDialog(props: DeadLetterDialogProps): JSX.Element {
  const say = () => words().ops.deadLetters;
  let giveFocusBack = (_event: Event): void => {};
  createComputed(() => {
    if (props.letter !== null) giveFocusBack = focusReturn();
  });
  return (
    <Dialog open={props.letter !== null} onOpenChange={(isOpen) => (isOpen ? undefined : props.onClose())}>
      <Dialog.Portal>
        <Dialog.Overlay class="dialog-veil" />
        <div class="dialog-place">
          <Dialog.Content class="dialog ops-letter" onCloseAutoFocus={(event) => giveFocusBack(event)}>
            <Show when={props.letter}>
              {(letter) => (
                <>
                  <Dialog.Title class="ops-question-title">
                    {say().letter} {letter().letter}
                  </Dialog.Title>
                  <dl class="ops-facts">
                    <Fact name={say().type} value={letter().type} />
                    <Fact name={say().source} value={letter().source} />
                    <Fact name={say().destination} value={letter().destination} />
                    <Fact
                      name={say().error}
                      value={[letter().errorCode || "", letter().error].filter(Boolean).join(" ")}
                    />
                  </dl>
                  <h3>{say().headers}</h3>
                  <ScrollBox class="ops-letter-text" label={say().headers}>
                    <dl class="ops-facts">
                      <For each={Object.entries(letter().headers)}>
                        {([name, value]) => <Fact name={name} value={value} />}
                      </For>
                    </dl>
                  </ScrollBox>
                  <h3>
                    {letter().body === undefined ? say().bodyBase64 : say().body}, {bytes(letter().bytes)}
                  </h3>
                  <ScrollBox class="ops-letter-text" label={say().body}>
                    <pre>{letter().body ?? letter().bodyBase64 ?? ""}</pre>
                  </ScrollBox>
                  <div class="ops-question-buttons">
                    <button class="button" type="button" onClick={() => props.onClose()}>
                      {words().ops.close}
                    </button>
                  </div>
                </>
              )}
            </Show>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  );
}

function Fact(props: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.value === "" ? words().ops.cards.unknown : props.value}</dd>
    </div>
  );
}
