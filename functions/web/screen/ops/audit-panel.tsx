/** The audit: what accounts hold against deposits less withdrawals, when that last held, and whether withdrawals are frozen. */
import { createSignal, For, type JSX, Show } from "solid-js";
import { ScrollBox } from "../shell/scroll-box.tsx";
import { atEnd, TableHead } from "../shell/table-head.tsx";
import { drawnExact } from "../trade/amounts.ts";
import { momentText } from "../trade/moments.ts";
import { words } from "../words/words.ts";
import { auditRows } from "./audit-rows.ts";
import { type Desk, type Result, resultOf } from "./desk.ts";
import { EmptyRow } from "./empty-row.tsx";
import { count, span } from "./figures.ts";
import type { AuditReport } from "./ops-answers.ts";
import type { Polled } from "./polled.ts";
import { Section } from "./section.tsx";

export function AuditPanel(props: { readonly desk: Desk; readonly audit: Polled<AuditReport> }): JSX.Element {
  const say = () => words().ops.audit;
  const [isRunning, setRunning] = createSignal(false);

  async function run(): Promise<void> {
    if (isRunning()) return;
    setRunning(true);
    const answer = await props.desk.client.change<AuditReport>("POST", "/audit");
    setRunning(false);
    if (answer.outcome === "ok") props.audit.set(() => answer.value);
    props.desk.status.refresh();
    const told = resultOf(answer, ({ outcome, reasons }) => [say().ran[outcome], ...reasons].join(" "));
    props.desk.tell(
      answer.outcome === "ok" && answer.value.outcome !== "balanced" ? { ...told, kind: "failed" } : told,
    );
  }

  async function unfreeze(): Promise<Result> {
    const answer = await props.desk.client.change<{ frozen: boolean }>("POST", "/audit", { unfreeze: true });
    props.audit.refresh();
    props.desk.status.refresh();
    return resultOf(answer, ({ frozen }) => (frozen ? say().notUnfrozen : say().unfrozen));
  }

  const isFrozen = () => props.desk.status.value()?.engine.frozen === true;
  const since = (timeMs: number) => span(props.desk.exchangeNow() - timeMs);

  return (
    <Section
      id="ops-audit"
      title={say().title}
      polled={props.audit}
      now={props.desk.now()}
      tools={
        <button class="button button-small" type="button" aria-disabled={isRunning()} onClick={run}>
          {isRunning() ? say().running : say().run}
        </button>
      }
    >
      <Show when={isFrozen()}>
        <p class="ops-frozen">
          <span>{say().frozen}</span>
          <button
            class="button button-small"
            type="button"
            onClick={() =>
              props.desk.ask({
                title: `${say().unfreeze}?`,
                text: say().unfreezeMeans,
                confirm: say().unfreeze,
                isGrave: true,
                run: unfreeze,
              })
            }
          >
            {say().unfreeze}
          </button>
        </p>
      </Show>
      <Show when={props.audit.value()}>
        {(report) => (
          <>
            <dl class="ops-facts">
              <div>
                <dt>{say().compared}</dt>
                <dd class="number">
                  {say().comparedAt(momentText(report().time), since(report().time), count(report().asOfSeq))}
                </dd>
              </div>
              <div>
                <dt>{say().lastHeld}</dt>
                <dd class="number">
                  <Show when={report().lastHeld} fallback={say().lastHeldUnknown}>
                    {(held) => <>{say().lastHeldAt(momentText(held().time), since(held().time), count(held().seq))}</>}
                  </Show>
                </dd>
              </div>
            </dl>
            <p class="ops-outcome" data-outcome={report().outcome}>
              {say().outcomes[report().outcome]}
            </p>
            <ul class="ops-reasons">
              <For each={report().reasons}>{(reason) => <li>{reason}</li>}</For>
            </ul>
            <ScrollBox label={say().caption}>
              <table>
                <caption class="only-heard">{say().caption}</caption>
                <TableHead
                  cells={[
                    say().asset,
                    ...[say().accounts, say().deposited, say().withdrawn, say().difference].map(atEnd),
                    say().tables,
                  ]}
                />
                <tbody>
                  <For
                    each={auditRows(report())}
                    fallback={<EmptyRow columns={6} text={say().outcomes[report().outcome]} />}
                  >
                    {(row) => (
                      <tr>
                        <th scope="row" class="ops-row-name">
                          {row.asset}
                        </th>
                        <td class="number to-end">{drawnExact(row.accounts)}</td>
                        <td class="number to-end">{drawnExact(row.deposited)}</td>
                        <td class="number to-end">{drawnExact(row.withdrawn)}</td>
                        <td class="number to-end" classList={{ "ops-wrong": row.difference !== "0" }}>
                          {row.difference}
                        </td>
                        <td classList={{ "ops-wrong": !row.tablesAgree }}>
                          {row.tablesAgree ? say().agree : say().disagree}
                        </td>
                      </tr>
                    )}
                  </For>
                </tbody>
              </table>
            </ScrollBox>
          </>
        )}
      </Show>
    </Section>
  );
}
