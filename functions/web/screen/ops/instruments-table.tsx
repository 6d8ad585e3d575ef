/** Instruments, whether they trade, and the three things that an operator does to one. */
import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { ScrollBox } from "../shell/scroll-box.tsx";
import { atEnd, TableHead } from "../shell/table-head.tsx";
import { words } from "../words/words.ts";
import { type Desk, resultOf } from "./desk.ts";
import { EmptyRow } from "./empty-row.tsx";
import type { InstrumentStatus, StatusSet, VenueStatus } from "./ops-answers.ts";
import { Section } from "./section.tsx";

const STATUSES = ["halt", "cancel_only", "trading"] as const satisfies readonly InstrumentStatus[];
/** As many can be looked over without searching. */
const UNSEARCHED_MAX = 10;

export function InstrumentsTable(props: { readonly desk: Desk; readonly status: VenueStatus }): JSX.Element {
  const say = () => words().ops.instruments;
  const [wanted, setWanted] = createSignal("");
  // Rows are kept by their symbol: the button that has the focus is the same after the next answer.
  const symbols = createMemo(() => props.status.instruments.map(({ symbol }) => symbol), undefined, {
    equals: sameList,
  });
  const statusOf = createMemo(() => new Map(props.status.instruments.map(({ symbol, status }) => [symbol, status])));
  const shown = createMemo(() => symbols().filter((symbol) => symbol.includes(wanted().trim().toUpperCase())));

  async function set(symbol: string, status: InstrumentStatus) {
    const { client, status: polled } = props.desk;
    const answer =
      status === "trading"
        ? await client.change<StatusSet>("DELETE", `/halts/${encodeURIComponent(symbol)}`)
        : await client.change<StatusSet>("POST", "/halts", { symbol, status });
    if (answer.outcome === "ok") polled.set((venue) => withStatus(venue, answer.value));
    return resultOf(answer, (done) =>
      done.changed ? say().done[done.status](symbol) : say().already(symbol, say().statuses[done.status]),
    );
  }

  function askTo(symbol: string, status: InstrumentStatus): void {
    props.desk.ask({
      title: `${say().doesNamed[status](symbol)}?`,
      text: say().means[status],
      confirm: say().doesNamed[status](symbol),
      isGrave: status !== "trading",
      run: () => set(symbol, status),
    });
  }

  return (
    <Section
      id="ops-instruments"
      title={say().title}
      now={props.desk.now()}
      tools={
        <Show when={symbols().length > UNSEARCHED_MAX}>
          <input
            class="input ops-filter"
            type="search"
            aria-label={say().filter}
            placeholder={say().filter}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </Show>
      }
    >
      <ScrollBox label={say().caption}>
        <table>
          <caption class="only-heard">{say().caption}</caption>
          <TableHead cells={[say().symbol, say().status, atEnd(words().ops.actions)]} />
          <tbody>
            <For each={shown()} fallback={<EmptyRow columns={3} text={say().none} />}>
              {(symbol) => {
                const status = () => statusOf().get(symbol) ?? "halt";
                return (
                  <tr>
                    <th scope="row" class="ops-row-name">
                      {symbol}
                    </th>
                    <td>
                      <span class="ops-mark" data-status={status()}>
                        {say().statuses[status()]}
                      </span>
                    </td>
                    <td class="ops-buttons ops-buttons-wrap">
                      <For each={STATUSES}>
                        {(to) => (
                          <button
                            class="button button-small"
                            type="button"
                            aria-label={say().doesNamed[to](symbol)}
                            aria-disabled={status() === to}
                            onClick={() => (status() === to ? undefined : askTo(symbol, to))}
                          >
                            {say().does[to]}
                          </button>
                        )}
                      </For>
                    </td>
                  </tr>
                );
              }}
            </For>
          </tbody>
        </table>
      </ScrollBox>
    </Section>
  );
}

function withStatus(venue: VenueStatus, { symbol, status }: StatusSet): VenueStatus {
  const instruments = venue.instruments.map((known) => (known.symbol === symbol ? { symbol, status } : known));
  return { ...venue, instruments };
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((symbol, index) => symbol === right[index]);
}
