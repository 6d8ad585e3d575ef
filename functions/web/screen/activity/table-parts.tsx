/** What the tables of activity share: the bar above, what is said when there is nothing, the side of an order, older rows. */
import { type Accessor, type JSX, Show } from "solid-js";
import type { Account } from "../exchange/contract.ts";
import { DownloadIcon } from "../shell/icons.tsx";
import { words } from "../words/words.ts";
import { type Column, csvOf, downloadCsv } from "./csv.ts";

export interface TableProps {
  /** The markets that are looked at. */
  readonly symbols: Accessor<readonly string[]>;
}

interface ExportProps<Row> {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: Accessor<readonly Row[]>;
}

export function ExportButton<Row>(props: ExportProps<Row>): JSX.Element {
  const save = (): void => {
    const day = new Date().toISOString().slice(0, 10);
    downloadCsv(`${props.name}-${day}.csv`, csvOf(props.columns, props.rows()));
  };
  return (
    <button type="button" class="button button-plain button-small" disabled={props.rows().length === 0} onClick={save}>
      <DownloadIcon />
      {words().activity.export}
    </button>
  );
}

export function SideText(props: { readonly side: "BUY" | "SELL" }): JSX.Element {
  return (
    <span class={props.side === "BUY" ? "buy" : "sell"}>
      {props.side === "BUY" ? words().activity.buy : words().activity.sell}
    </span>
  );
}

/** As people say it: "Stop limit". A type that is new here is named as the exchange names it. */
export function orderTypeText(type: string): string {
  return (words().activity.types as Readonly<Record<string, string>>)[type] ?? type;
}

/** A status that is new here is named as the exchange names it. */
export function orderStatusText(status: string): string {
  return (words().activity.statuses as Readonly<Record<string, string>>)[status] ?? status;
}

export interface NothingProps {
  readonly state: "loading" | "ready" | "failed";
  readonly nothing: string;
  readonly retry?: () => void;
}

/** Of what the account tells by itself, without pages. */
export function stateOfAccount({ state }: Pick<Account, "state">): NothingProps["state"] {
  return state() === "opening" ? "loading" : "ready";
}

/** Instead of rows. */
export function Nothing(props: NothingProps): JSX.Element {
  const text = (): string =>
    ({ loading: words().activity.loading, failed: words().activity.failed, ready: props.nothing })[props.state];
  return (
    <div class="activity-empty" role="status">
      <p>{text()}</p>
      <Show when={props.state === "failed" && props.retry}>
        {(retry) => (
          <button type="button" class="button button-small" onClick={() => retry()()}>
            {words().activity.retry}
          </button>
        )}
      </Show>
    </div>
  );
}

export function OlderButton(props: { readonly hasOlder: boolean; readonly load: () => void }): JSX.Element {
  return (
    <Show when={props.hasOlder}>
      <div class="activity-older">
        <button type="button" class="button button-small" onClick={() => props.load()}>
          {words().activity.older}
        </button>
      </div>
    </Show>
  );
}
