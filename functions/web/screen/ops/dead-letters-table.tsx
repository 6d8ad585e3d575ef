/** Events that nobody could take: what they are, why, and what becomes of them. */
import { type Accessor, createSignal, For, type JSX, Show } from "solid-js";
import { ScrollBox } from "../shell/scroll-box.tsx";
import { atEnd, TableHead } from "../shell/table-head.tsx";
import { words } from "../words/words.ts";
import { DeadLetterDialog } from "./dead-letter-dialog.tsx";
import { type Desk, faultText, type Question, resultOf } from "./desk.ts";
import { EmptyRow } from "./empty-row.tsx";
import { count, span } from "./figures.ts";
import type { DeadLetter, WholeDeadLetter } from "./ops-answers.ts";
import type { Polled } from "./polled.ts";
import { Section } from "./section.tsx";

const LETTER_STATES = ["waiting", "replayed", "discarded"] as const satisfies readonly DeadLetter["state"][];
export type LettersShown = DeadLetter["state"] | "all";

export interface DeadLettersTableProps {
  readonly desk: Desk;
  readonly letters: Polled<readonly DeadLetter[]>;
  readonly shown: Accessor<LettersShown>;
  readonly onShow: (state: LettersShown) => void;
  /** Something was settled: whoever counts those that wait asks anew. */
  readonly onSettled: () => void;
}

export function DeadLettersTable(props: DeadLettersTableProps): JSX.Element {
  const say = () => words().ops.deadLetters;
  const [whole, setWhole] = createSignal<WholeDeadLetter | null>(null);

  async function show(letter: number): Promise<void> {
    const answer = await props.desk.client.read<WholeDeadLetter>(`/dead-letters/${letter}`);
    if (answer.outcome === "ok") setWhole(answer.value);
    else props.desk.tell({ kind: "failed", text: faultText(answer) });
  }

  async function settle(letter: number, method: "POST" | "DELETE") {
    const answer = await props.desk.client.change<{ sent?: boolean }>(method, `/dead-letters/${letter}`);
    props.letters.refresh();
    props.onSettled();
    return resultOf(answer, ({ sent }) => {
      if (method === "DELETE") return say().discarded(String(letter));
      return sent === true ? say().replayed(String(letter)) : say().replayedBefore(String(letter));
    });
  }

  function questionOf({ letter }: DeadLetter, method: "POST" | "DELETE"): Question {
    const isReplay = method === "POST";
    const title = isReplay ? say().replayNamed(String(letter)) : say().discardNamed(String(letter));
    return {
      title: `${title}?`,
      text: isReplay ? say().replayMeans : say().discardMeans,
      confirm: isReplay ? say().replay : say().discard,
      isGrave: !isReplay,
      run: () => settle(letter, method),
    };
  }

  return (
    <Section
      id="ops-dead-letters"
      title={say().title}
      polled={props.letters}
      now={props.desk.now()}
      tools={
        <label class="ops-select">
          <span class="field-label">{say().state}</span>
          <select
            class="input"
            value={props.shown()}
            onChange={(event) => props.onShow(event.currentTarget.value as LettersShown)}
          >
            <For each={LETTER_STATES}>{(state) => <option value={state}>{say().states[state]}</option>}</For>
            <option value="all">{say().all}</option>
          </select>
        </label>
      }
    >
      <ScrollBox label={say().caption}>
        <table>
          <caption class="only-heard">{say().caption}</caption>
          <TableHead
            cells={[say().letter, say().type, say().error, say().arrivals, say().last, atEnd(words().ops.actions)]}
          />
          <tbody>
            <For each={props.letters.value() ?? []} fallback={<EmptyRow columns={6} text={say().none} />}>
              {(letter) => (
                <tr>
                  <th scope="row" class="ops-row-name number">
                    {count(letter.letter)}
                    <Show when={props.shown() === "all"}>
                      <span class="faint"> {say().states[letter.state]}</span>
                    </Show>
                  </th>
                  <td class="ops-cut">{letter.type}</td>
                  <td class="ops-cut">{[letter.errorCode || "", letter.error].filter(Boolean).join(" ")}</td>
                  <td class="number">{say().times(count(letter.arrivals))}</td>
                  <td class="number">{words().ops.ago(span(props.desk.exchangeNow() - letter.last))}</td>
                  <td class="ops-buttons">
                    <button
                      class="button button-small"
                      type="button"
                      aria-label={say().showNamed(String(letter.letter))}
                      onClick={() => void show(letter.letter)}
                    >
                      {say().show}
                    </button>
                    <button
                      class="button button-small"
                      type="button"
                      aria-label={say().replayNamed(String(letter.letter))}
                      onClick={() => props.desk.ask(questionOf(letter, "POST"))}
                    >
                      {say().replay}
                    </button>
                    <button
                      class="button button-small"
                      type="button"
                      aria-label={say().discardNamed(String(letter.letter))}
                      onClick={() => props.desk.ask(questionOf(letter, "DELETE"))}
                    >
                      {say().discard}
                    </button>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </ScrollBox>
      <DeadLetterDialog letter={whole()} onClose={() => setWhole(null)} />
    </Section>
  );
}
