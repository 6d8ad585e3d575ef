/** One of a few, side by side: a group of radio buttons, by arrows and by touch. */
import { createUniqueId, For, type JSX } from "solid-js";

export interface Segment<T extends string> {
  readonly value: T;
  readonly label: string;
}

export function Segments<T extends string>(props: {
  readonly label: string;
  readonly options: readonly Segment<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** `tabs`: underlined; `side`: each in its colour; else in a box. */
  readonly look?: "tabs" | "side" | "box";
}): JSX.Element {
  const name = createUniqueId();
  return (
    <div
      class={`order-form-segments order-form-segments-${props.look ?? "box"}`}
      role="radiogroup"
      aria-label={props.label}
    >
      <For each={props.options}>
        {(option) => (
          <label
            class="order-form-segment"
            data-value={option.value}
            data-chosen={props.value === option.value || undefined}
          >
            <input
              type="radio"
              class="order-form-radio"
              name={name}
              value={option.value}
              checked={props.value === option.value}
              onChange={() => props.onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        )}
      </For>
    </div>
  );
}
