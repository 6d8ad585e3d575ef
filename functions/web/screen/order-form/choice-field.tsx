/** One of several by name: the browser's own list, which every phone shows at its best. */
import { createUniqueId, For, type JSX } from "solid-js";

export function ChoiceField<T extends string>(props: {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="order-form-choice">
      <label class="order-form-choice-label" for={id}>
        {props.label}
      </label>
      <select
        id={id}
        class="order-form-select"
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value as T)}
      >
        <For each={props.options}>
          {(option) => (
            <option value={option.value} selected={option.value === props.value}>
              {option.label}
            </option>
          )}
        </For>
      </select>
    </div>
  );
}
