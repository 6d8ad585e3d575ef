/** A labelled field of a dialog: its hint and its fault are said with it. */
import { createUniqueId, type JSX, onMount, Show } from "solid-js";

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly type?: "text" | "password" | undefined;
  readonly inputMode?: "text" | "decimal" | undefined;
  readonly autocomplete?: string | undefined;
  readonly maxLength?: number | undefined;
  readonly required?: boolean | undefined;
  /** It has the focus when it comes. */
  readonly isFirst?: boolean | undefined;
}

export function TextField(props: TextFieldProps): JSX.Element {
  const id = createUniqueId();
  let field!: HTMLInputElement;
  onMount(() => props.isFirst === true && field.focus());
  const about = (): string | undefined =>
    [props.hint && `${id}-hint`, props.fault && `${id}-fault`].filter(Boolean).join(" ") || undefined;
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {props.label}
      </label>
      <input
        ref={field}
        id={id}
        class="input"
        type={props.type ?? "text"}
        inputMode={props.inputMode ?? "text"}
        autocomplete={props.autocomplete ?? "off"}
        maxLength={props.maxLength}
        required={props.required}
        value={props.value}
        aria-invalid={props.fault ? "true" : undefined}
        aria-describedby={about()}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      <Show when={props.hint}>
        <span id={`${id}-hint`} class="field-hint">
          {props.hint}
        </span>
      </Show>
      <Show when={props.fault}>
        <span id={`${id}-fault`} class="field-fault" role="alert">
          {props.fault}
        </span>
      </Show>
    </div>
  );
}
