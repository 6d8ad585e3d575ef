/** Panes side by side: chart over activity, book over tape, the form. */
import type { JSX } from "solid-js";
import { ActivityPane } from "../activity/activity-pane.tsx";
import { BookPane } from "../book/book-pane.tsx";
import { ChartPane } from "../chart/chart-pane.tsx";
import { OrderForm } from "../order-form/order-form.tsx";
import { TapePane } from "../tape/tape-pane.tsx";

export function DeskLayout(): JSX.Element {
  return (
    <div class="desk">
      <div class="desk-column">
        <ChartPane />
        <ActivityPane />
      </div>
      <div class="desk-column">
        <BookPane />
        <TapePane />
      </div>
      <OrderForm />
    </div>
  );
}
