/** What may be wider or longer than its place: scrolled by keyboard too. */
import type { JSX } from "solid-js";

export function ScrollBox(props: {
  readonly label: string;
  readonly class?: string;
  readonly children: JSX.Element;
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer could not scroll it.
    <div class={`scroll-box ${props.class ?? ""}`} role="group" aria-label={props.label} tabIndex={0}>
      {props.children}
    </div>
  );
}
