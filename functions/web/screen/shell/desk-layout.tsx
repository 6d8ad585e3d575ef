/**
 * Panes side by side, each of a size that a person sets: chart over activity, book over tape, the form. Where three columns
 * would be too narrow to read, as on a tablet, there are two: book and tape are tabs above the form.
 */
import { Handle, Panel, Root } from "@corvu/resizable";
import * as Tabs from "@kobalte/core/tabs";
import { For, type JSX, Show, untrack } from "solid-js";
import { ActivityPane } from "../activity/activity-pane.tsx";
import { BookPane } from "../book/book-pane.tsx";
import { ChartPane } from "../chart/chart-pane.tsx";
import { OrderForm } from "../order-form/order-form.tsx";
import { TapePane } from "../tape/tape-pane.tsx";
import { words } from "../words/words.ts";
import "./desk-layout.css";
import { createMediaQuery } from "./media-query.ts";
import { preference } from "./preferences.ts";

const TWO_COLUMNS_QUERY = "(max-width: 1059px)";
/** Shares of the whole. */
const COLUMNS = [0.58, 0.21, 0.21];
const TWO_COLUMNS = [0.62, 0.38];
const RIGHT_ROWS = [0.4, 0.6];
const LEFT_ROWS = [0.62, 0.38];
const MIDDLE_ROWS = [0.64, 0.36];

export function DeskLayout(): JSX.Element {
  const isNarrow = createMediaQuery(TWO_COLUMNS_QUERY);
  return (
    <Show when={isNarrow()} fallback={<ThreeColumns />}>
      <Panes
        name="tablet-columns"
        orientation="horizontal"
        initial={TWO_COLUMNS}
        least={[0.4, 0.3]}
        panes={[LeftColumn, RightColumn]}
      />
    </Show>
  );
}

const ThreeColumns = (): JSX.Element => (
  <Panes
    name="desk-columns"
    orientation="horizontal"
    initial={COLUMNS}
    least={[0.3, 0.14, 0.16]}
    panes={[LeftColumn, MiddleColumn, () => <OrderForm />]}
  />
);

const LeftColumn = (): JSX.Element => (
  <Panes
    name="desk-left"
    orientation="vertical"
    initial={LEFT_ROWS}
    least={[0.25, 0.12]}
    panes={[ChartPane, ActivityPane]}
  />
);

const MiddleColumn = (): JSX.Element => (
  <Panes
    name="desk-middle"
    orientation="vertical"
    initial={MIDDLE_ROWS}
    least={[0.2, 0.1]}
    panes={[BookPane, TapePane]}
  />
);

const RightColumn = (): JSX.Element => (
  <Panes
    name="tablet-right"
    orientation="vertical"
    initial={RIGHT_ROWS}
    least={[0.2, 0.3]}
    panes={[BookOrTape, () => <OrderForm />]}
  />
);

const BOOK_OR_TAPE = [
  { name: "book", Part: BookPane },
  { name: "tape", Part: TapePane },
] as const;

function BookOrTape(): JSX.Element {
  return (
    <Tabs.Root class="desk-tabs" defaultValue="book">
      <Tabs.List class="desk-tab-list" aria-label={words().shell.sections}>
        <For each={BOOK_OR_TAPE}>
          {({ name }) => (
            <Tabs.Trigger class="tab" value={name}>
              {words().shell[name]}
            </Tabs.Trigger>
          )}
        </For>
      </Tabs.List>
      <For each={BOOK_OR_TAPE}>
        {({ name, Part }) => (
          <Tabs.Content class="desk-tab" value={name}>
            <Part />
          </Tabs.Content>
        )}
      </For>
    </Tabs.Root>
  );
}

interface PanesProps {
  /** Of the preference that keeps the sizes. */
  readonly name: string;
  readonly orientation: "horizontal" | "vertical";
  readonly initial: readonly number[];
  readonly least: readonly number[];
  readonly panes: readonly (() => JSX.Element)[];
}

function Panes(props: PanesProps): JSX.Element {
  const isWhole = areShares(props.initial.length);
  const [sizes, setSizes] = preference<readonly number[]>(props.name, props.initial, isWhole);
  const kept = untrack(sizes);
  const handleLabel = (): string =>
    props.orientation === "horizontal" ? words().shell.resizeColumns : words().shell.resizeRows;
  return (
    <Root
      class="desk-panes"
      orientation={props.orientation}
      // Panes that go away, as when another page is shown, are of no size: that is nobody's wish.
      onSizesChange={(next) => isWhole(next) && setSizes(next)}
      keyboardDelta={0.03}
      // It would put a <style> into the page, which the page's policy forbids; desk-layout.css has the cursors.
      handleCursorStyle={false}
    >
      {props.panes.map((Pane, index) => (
        <>
          {index > 0 && <Handle class="desk-handle" aria-label={handleLabel()} />}
          <Panel class="desk-panel" initialSize={kept[index] ?? 0} minSize={props.least[index] ?? 0}>
            <Pane />
          </Panel>
        </>
      ))}
    </Root>
  );
}

function areShares(count: number): (value: unknown) => value is readonly number[] {
  return (value): value is readonly number[] =>
    Array.isArray(value) &&
    value.length === count &&
    value.every((share) => typeof share === "number" && share > 0 && share < 1);
}
