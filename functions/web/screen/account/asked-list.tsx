/** A list that the exchange is asked for: its rows, or why there are none. */
import { createResource, For, type JSX, Show } from "solid-js";
import type { Answer } from "../exchange/contract.ts";
import { ScrollBox } from "../shell/scroll-box.tsx";
import { onlyHeardAtEnd, TableHead } from "../shell/table-head.tsx";
import { words } from "../words/words.ts";

export interface Asked<Row> {
  readonly rows: () => readonly Row[] | undefined;
  readonly fault: () => string;
  readonly askAgain: () => void;
}

export function createAsked<Row>(ask: () => Promise<Answer<readonly Row[]>>): Asked<Row> {
  // Known from the start as not asked yet: a page is there at once, and says what it waits for.
  const [answer, { refetch }] = createResource<Answer<readonly Row[]> | null>(ask, { initialValue: null });
  return {
    rows: () => {
      const now = answer.latest;
      return now?.outcome === "ok" ? now.value : undefined;
    },
    fault: () => {
      const now = answer.latest;
      return now === null || now.outcome === "ok" ? "" : now.message;
    },
    askAgain: () => void refetch(),
  };
}

interface AskedTableProps<Row> {
  readonly asked: Asked<Row>;
  readonly caption: string;
  readonly titles: readonly string[];
  readonly nothing: string;
  readonly row: (row: Row) => JSX.Element;
}

export function AskedTable<Row>(props: AskedTableProps<Row>): JSX.Element {
  return (
    <Show
      when={props.asked.rows()?.length}
      fallback={
        <div class="account-buttons">
          <p class="faint" role="status">
            {props.asked.fault() || (props.asked.rows() === undefined ? words().account.loading : props.nothing)}
          </p>
          <Show when={props.asked.fault() !== ""}>
            <button type="button" class="button button-small" onClick={() => props.asked.askAgain()}>
              {words().account.askAgain}
            </button>
          </Show>
        </div>
      }
    >
      <ScrollBox label={props.caption}>
        <table class="account-table">
          <caption class="only-heard">{props.caption}</caption>
          <TableHead cells={[...props.titles, onlyHeardAtEnd(words().account.actions)]} />
          <tbody>
            <For each={props.asked.rows()}>{(row) => props.row(row)}</For>
          </tbody>
        </table>
      </ScrollBox>
    </Show>
  );
}
