/** The question before an action: what it does, to what, and the way out. The answer is shown by the page. */
import { AlertDialog } from "@kobalte/core/alert-dialog";
import { createComputed, createSignal, type JSX, Show } from "solid-js";
import { focusReturn } from "../shell/focus-return.ts";
import { words } from "../words/words.ts";
import type { Question, Result } from "./desk.ts";

export interface QuestionDialogProps {
  readonly question: Question | null;
  readonly onResult: (result: Result) => void;
  readonly onClose: () => void;
}

export function QuestionDialog(props: QuestionDialogProps): JSX.Element {
  const [isBusy, setBusy] = createSignal(false);
  const [text, setText] = createSignal("");
  let giveFocusBack = (_event: Event): void => {};
  createComputed(() => {
    if (props.question !== null) giveFocusBack = focusReturn();
  });

  async function run(question: Question): Promise<void> {
    if (isBusy()) return;
    setBusy(true);
    const result = await question.run(text().trim());
    setBusy(false);
    setText("");
    props.onClose();
    props.onResult(result);
  }

  function close(): void {
    // What is under way is answered: its result is told here.
    if (isBusy()) return;
    setText("");
    props.onClose();
  }

  return (
    <AlertDialog open={props.question !== null} onOpenChange={(isOpen) => (isOpen ? undefined : close())}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay class="dialog-veil" />
        <div class="dialog-place">
          <AlertDialog.Content class="dialog" onCloseAutoFocus={(event) => giveFocusBack(event)}>
            <Show when={props.question}>
              {(question) => (
                <form
                  class="ops-question"
                  onSubmit={(event) => {
                    event.preventDefault();
                    void run(question());
                  }}
                >
                  <AlertDialog.Title class="ops-question-title">{question().title}</AlertDialog.Title>
                  <AlertDialog.Description class="ops-question-text">{question().text}</AlertDialog.Description>
                  <Show when={question().field}>
                    {(field) => (
                      <div class="field">
                        <label class="field-label" for="ops-question-field">
                          {field().label}
                        </label>
                        <input
                          id="ops-question-field"
                          class="input"
                          type="text"
                          autocomplete="off"
                          maxLength={field().lengthMax}
                          value={text()}
                          onInput={(event) => setText(event.currentTarget.value)}
                        />
                      </div>
                    )}
                  </Show>
                  <div class="ops-question-buttons">
                    <button class="button" type="button" aria-disabled={isBusy()} onClick={close}>
                      {words().ops.cancel}
                    </button>
                    <button
                      class="button"
                      classList={{ "button-sell": question().isGrave, "button-main": !question().isGrave }}
                      type="submit"
                      aria-disabled={isBusy()}
                    >
                      {isBusy() ? words().ops.working : question().confirm}
                    </button>
                  </div>
                </form>
              )}
            </Show>
          </AlertDialog.Content>
        </div>
      </AlertDialog.Portal>
    </AlertDialog>
  );
}
