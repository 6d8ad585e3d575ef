/** Withdrawals that wait: for a decision, or for the word that they were paid. */
import { For, type JSX } from "solid-js";
import { ScrollBox } from "../shell/scroll-box.tsx";
import { atEnd, TableHead } from "../shell/table-head.tsx";
import { drawnExact } from "../trade/amounts.ts";
import { words } from "../words/words.ts";
import { type Desk, type Question, resultOf } from "./desk.ts";
import { EmptyRow } from "./empty-row.tsx";
import { span } from "./figures.ts";
import type { WithdrawalRecord } from "./ops-answers.ts";
import type { Polled } from "./polled.ts";
import { Section } from "./section.tsx";

type Action = "approve" | "refuse" | "paid";

const ACTIONS: Readonly<Record<WithdrawalRecord["state"], readonly Action[]>> = {
  requested: ["approve", "refuse"],
  approved: ["paid"],
  refused: [],
  paid: [],
};
const REASON_LENGTH_MAX = 200;

export interface WithdrawalsTableProps {
  readonly desk: Desk;
  readonly requested: Polled<readonly WithdrawalRecord[]>;
  readonly approved: Polled<readonly WithdrawalRecord[]>;
}

export function WithdrawalsTable(props: WithdrawalsTableProps): JSX.Element {
  const say = () => words().ops.withdrawals;
  const rows = () => [...(props.requested.value() ?? []), ...(props.approved.value() ?? [])];

  async function decide(reference: string, action: Action, said: string) {
    const body = {
      action,
      ...(action === "refuse" && said !== "" && { reason: said }),
      ...(action === "paid" && said !== "" && { txId: said }),
    };
    const path = `/withdrawals/${encodeURIComponent(reference)}`;
    const answer = await props.desk.client.change<Pick<WithdrawalRecord, "state">>("POST", path, body);
    props.requested.refresh();
    props.approved.refresh();
    return resultOf(answer, ({ state }) => say().done[state](reference));
  }

  function questionOf(row: WithdrawalRecord, action: Action): Question {
    const named = [drawnExact(row.amount), row.asset, String(row.account)] as const;
    const rest = { isGrave: true, run: (said: string) => decide(row.reference, action, said) };
    switch (action) {
      case "approve":
        return {
          ...rest,
          title: `${say().approveNamed(...named)}?`,
          text: say().approveMeans(row.address),
          confirm: say().approve,
          isGrave: false,
        };
      case "refuse":
        return {
          ...rest,
          title: `${say().refuseNamed(...named)}?`,
          text: say().refuseMeans,
          confirm: say().refuse,
          field: { label: say().reason, lengthMax: REASON_LENGTH_MAX },
        };
      case "paid":
        return {
          ...rest,
          title: `${say().paidNamed(...named)}?`,
          text: say().paidMeans(row.address),
          confirm: say().paid,
          field: { label: say().txId, lengthMax: REASON_LENGTH_MAX },
        };
    }
  }

  const labelOf = (row: WithdrawalRecord, action: Action): string => {
    const named = [drawnExact(row.amount), row.asset, String(row.account)] as const;
    const labels = { approve: say().approveNamed, refuse: say().refuseNamed, paid: say().paidNamed };
    return labels[action](...named);
  };

  return (
    <Section id="ops-withdrawals" title={say().title} polled={props.requested} now={props.desk.now()}>
      <ScrollBox label={say().caption}>
        <table>
          <caption class="only-heard">{say().caption}</caption>
          <TableHead
            cells={[
              say().reference,
              atEnd(say().account),
              atEnd(say().amount),
              say().destination,
              say().requested,
              say().state,
              atEnd(words().ops.actions),
            ]}
          />
          <tbody>
            <For each={rows()} fallback={<EmptyRow columns={7} text={say().none} />}>
              {(row) => (
                <tr>
                  <th scope="row" class="ops-row-name ops-cut">
                    {row.reference}
                  </th>
                  <td class="number to-end">{row.account}</td>
                  <td class="number to-end">
                    {drawnExact(row.amount)} {row.asset}
                  </td>
                  <td class="ops-cut">{[row.network, row.address, row.addressTag].filter(Boolean).join(" ")}</td>
                  <td class="number">{words().ops.ago(span(props.desk.exchangeNow() - row.requested))}</td>
                  <td>{say().states[row.state]}</td>
                  <td class="ops-buttons">
                    <For each={ACTIONS[row.state]}>
                      {(action) => (
                        <button
                          class="button button-small"
                          type="button"
                          aria-label={labelOf(row, action)}
                          onClick={() => props.desk.ask(questionOf(row, action))}
                        >
                          {say()[action]}
                        </button>
                      )}
                    </For>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </ScrollBox>
    </Section>
  );
}
