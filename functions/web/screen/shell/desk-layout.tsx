/** Panes side by side, each of a size that a person sets: chart over activity, book over tape, the form. */
import { Handle, Panel, Root } from "@corvu/resizable";
import { type JSX, untrack } from "solid-js";
import { ActivityPane } from "../activity/activity-pane.tsx";
import { BookPane } from "../book/book-pane.tsx";
import { ChartPane } from "../chart/chart-pane.tsx";
import { OrderForm } from "../order-form/order-form.tsx";
import { TapePane } from "../tape/tape-pane.tsx";
import { words } from "../words/words.ts";
import "./desk-layout.css";
import { preference } from "./preferences.ts";

/** Shares of the whole. */
const COLUMNS = [0.58, 0.21, 0.21];
const LEFT_ROWS = [0.62, 0.38];
const MIDDLE_ROWS = [0.64, 0.36];

export function DeskLayout(): JSX.Element {
  return (
    <Panes
      name="desk-columns"
      orientation="horizontal"
      initial={COLUMNS}
      least={[0.3, 0.14, 0.16]}
      panes={[LeftColumn, MiddleColumn, () => <OrderForm />]}
    />
  );
}

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

interface PanesProps {
  /** Of the preference that keeps the sizes. */
  readonly name: string;
  readonly orientation: "horizontal" | "vertical";
  readonly initial: readonly number[];
  readonly least: readonly number[];
  readonly panes: readonly (() => JSX.Element)[];
}

function Panes(props: PanesProps): JSX.Element {
  const [sizes, setSizes] = preference<readonly number[]>(props.name, props.initial, areShares(props.initial.length));
  const kept = untrack(sizes);
  const handleLabel = (): string =>
    props.orientation === "horizontal" ? words().shell.resizeColumns : words().shell.resizeRows;
  return (
    <Root
      class="desk-panes"
      orientation={props.orientation}
      onSizesChange={(next) => setSizes(next)}
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
