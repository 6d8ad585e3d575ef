/** What a table without rows says. */
import type { JSX } from "solid-js";

export function EmptyRow(props: { readonly columns: number; readonly text: string }): JSX.Element {
  return (
    <tr>
      <td class="faint" colSpan={props.columns}>
        {props.text}
      </td>
    </tr>
  );
}
