/** The head of a table: a cell a column. */
import { For, type JSX } from "solid-js";

/** A text alone stands at the start of its column. */
export type HeadCell = string | { readonly text: string; readonly isAtEnd: true; readonly isOnlyHeard?: true };

/** Of numbers. */
export function atEnd(text: string): HeadCell {
  return { text, isAtEnd: true };
}

/** Of buttons, which say themselves what they do. */
export function onlyHeardAtEnd(text: string): HeadCell {
  return { text, isAtEnd: true, isOnlyHeard: true };
}

export function TableHead(props: { readonly cells: readonly HeadCell[] }): JSX.Element {
  return (
    <thead>
      <tr>
        <For each={props.cells}>
          {(cell) =>
            typeof cell === "string" ? (
              <th scope="col">{cell}</th>
            ) : (
              <th scope="col" class="to-end">
                <span classList={{ "only-heard": cell.isOnlyHeard === true }}>{cell.text}</span>
              </th>
            )
          }
        </For>
      </tr>
    </thead>
  );
}
