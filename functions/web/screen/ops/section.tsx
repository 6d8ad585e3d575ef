/** A part of the page: its heading, why it cannot be asked now, and what was last known. */
import { type JSX, Show } from "solid-js";
import { words } from "../words/words.ts";
import { faultText } from "./desk.ts";
import { span } from "./figures.ts";
import type { Polled } from "./polled.ts";

export interface SectionProps {
  readonly id: string;
  readonly title: string;
  /** Whose freshness it shows; not given: the whole page's banner says it. */
  readonly polled?: Pick<Polled<unknown>, "value" | "fault" | "answeredMs">;
  readonly now: number;
  /** Beside the heading. */
  readonly tools?: JSX.Element;
  readonly children: JSX.Element;
}

export function Section(props: SectionProps): JSX.Element {
  const stale = () => words().ops.stale;
  return (
    <section class="ops-section" aria-labelledby={props.id}>
      <div class="ops-section-head">
        <h2 id={props.id}>{props.title}</h2>
        {props.tools}
      </div>
      <Show when={props.polled?.fault()}>
        {(fault) => (
          <p class="ops-fault">
            <span role="status">{stale().section(faultText(fault()))}</span>{" "}
            <Show when={props.polled?.value() !== null}>
              <span class="number">{stale().age(span(props.now - (props.polled?.answeredMs() ?? props.now)))}</span>
            </Show>
          </p>
        )}
      </Show>
      <Show
        when={props.polled === undefined || props.polled.value() !== null}
        fallback={
          <Show when={props.polled?.fault() === null}>
            <p class="faint ops-empty">{words().ops.loading}</p>
          </Show>
        }
      >
        <div classList={{ "ops-old": (props.polled?.fault() ?? null) !== null }}>{props.children}</div>
      </Show>
    </section>
  );
}
