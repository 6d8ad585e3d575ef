/** A table of what is the person's own: a bar above, a row a record, or words where there are none. */
import { type Accessor, createMemo, For, type JSX, Show } from "solid-js";
import { atEnd, type HeadCell, onlyHeardAtEnd, TableHead } from "../shell/table-head.tsx";
import { Nothing, type NothingProps } from "./table-parts.tsx";

/** How a column is drawn. Where the table is too narrow a row is a card, on which figures stand by their headings. */
type ColumnKind = "name" | "word" | "time" | "number" | "last_word" | "buttons";

export interface TableColumn<Row> {
  readonly heading: string;
  readonly kind: ColumnKind;
  readonly cell: (row: Accessor<Row>) => JSX.Element;
}

const CLASS_OF: Readonly<Record<ColumnKind, string | undefined>> = {
  name: "activity-market",
  word: undefined,
  time: "number faint",
  number: "number to-end",
  last_word: "activity-end",
  buttons: "to-end activity-end",
};

interface RecordTableProps<Row> extends NothingProps {
  readonly caption: string;
  readonly columns: Accessor<readonly TableColumn<Row>[]>;
  readonly rows: Accessor<readonly Row[]>;
  /** A row stays while what it tells changes: a button that is about to be pressed stays where it is. */
  readonly keyOf: (row: Row) => string;
  readonly bar: JSX.Element;
  /** On a card two figures stand beside each other, not three. */
  readonly isInHalves?: boolean;
}

export function RecordTable<Row>(props: RecordTableProps<Row>): JSX.Element {
  const byKey = createMemo(() => new Map(props.rows().map((row) => [props.keyOf(row), row])));
  const keys = createMemo(() => [...byKey().keys()]);
  return (
    <>
      <div class="activity-bar">{props.bar}</div>
      <Show when={keys().length > 0} fallback={<Nothing {...props} />}>
        <table class="activity-table" classList={{ "activity-halves": props.isInHalves === true }}>
          <caption class="only-heard">{props.caption}</caption>
          <TableHead cells={props.columns().map(headOf)} />
          <tbody>
            <For each={keys()}>{(key) => <RecordRow columns={props.columns()} rowOf={() => byKey().get(key)} />}</For>
          </tbody>
        </table>
      </Show>
    </>
  );
}

function headOf<Row>({ heading, kind }: TableColumn<Row>): HeadCell {
  if (kind === "buttons") return onlyHeardAtEnd(heading);
  return kind === "number" ? atEnd(heading) : heading;
}

interface RecordRowProps<Row> {
  readonly columns: readonly TableColumn<Row>[];
  readonly rowOf: Accessor<Row | undefined>;
}

function RecordRow<Row>(props: RecordRowProps<Row>): JSX.Element {
  // Until it has been taken away a row shows what it was.
  const newest = createMemo<Row | undefined>((before) => props.rowOf() ?? before);
  return (
    <Show when={newest()}>
      {(row) => (
        <tr>
          <For each={props.columns}>
            {({ heading, kind, cell }) => (
              <td class={CLASS_OF[kind]} data-label={kind === "time" || kind === "number" ? heading : undefined}>
                {cell(row)}
              </td>
            )}
          </For>
        </tr>
      )}
    </Show>
  );
}
