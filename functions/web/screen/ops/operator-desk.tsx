/** What an operator sees once signed in: how the exchange stands, and what can be done about it. */
import { createMemo, createSignal, type JSX, Show } from "solid-js";
import { words } from "../words/words.ts";
import { AuditPanel } from "./audit-panel.tsx";
import { DeadLettersTable, type LettersShown } from "./dead-letters-table.tsx";
import { type Desk, faultText, type Question, type Result } from "./desk.ts";
import { count, span } from "./figures.ts";
import { InstrumentsTable } from "./instruments-table.tsx";
import { signOutOperator } from "./operator-session.ts";
import type { AuditReport, DeadLetter, VenueStatus, WithdrawalRecord } from "./ops-answers.ts";
import type { OpsClient } from "./ops-client.ts";
import { createClock, createPolled } from "./polled.ts";
import { QuestionDialog } from "./question-dialog.tsx";
import { type Reading, readingOf, withReading } from "./readings.ts";
import { Section } from "./section.tsx";
import { StatusCards } from "./status-cards.tsx";
import { WithdrawalsTable } from "./withdrawals-table.tsx";

const STATUS_EVERY_MS = 2_000;
const LISTS_EVERY_MS = 10_000;
/** It adds up every account: not more often than it can matter. */
const AUDIT_EVERY_MS = 60_000;
/** The most that a list gives; more are shown as "500+". */
const LIST_MAX = 500;

export function OperatorDesk(props: { readonly client: OpsClient }): JSX.Element {
  const say = () => words().ops;
  // One desk for one client: another one who signs in gets another desk.
  const { client } = props;
  const now = createClock();
  const [readings, setReadings] = createSignal<readonly Reading[]>([]);
  const [question, setQuestion] = createSignal<Question | null>(null);
  const [result, setResult] = createSignal<Result | null>(null);
  const [lettersShown, setLettersShown] = createSignal<LettersShown>("waiting");

  const status = createPolled<VenueStatus>({
    client,
    path: () => "/status",
    everyMs: STATUS_EVERY_MS,
    hear: (venue) => setReadings((known) => withReading(known, readingOf(venue))),
  });
  const lists = <T,>(path: () => string) => createPolled<readonly T[]>({ client, path, everyMs: LISTS_EVERY_MS });
  const waitingLetters = lists<DeadLetter>(() => `/dead-letters?state=waiting&limit=${LIST_MAX}`);
  const letters = lists<DeadLetter>(() =>
    lettersShown() === "all" ? "/dead-letters" : `/dead-letters?state=${lettersShown()}`,
  );
  const requested = lists<WithdrawalRecord>(() => `/withdrawals?state=requested&limit=${LIST_MAX}`);
  const approved = lists<WithdrawalRecord>(() => `/withdrawals?state=approved&limit=${LIST_MAX}`);
  const audit = createPolled<AuditReport>({ client, path: () => "/audit", everyMs: AUDIT_EVERY_MS });

  const desk: Desk = {
    client,
    status,
    now,
    exchangeNow: createMemo(() => (status.value()?.serverTime ?? 0) + Math.max(0, now() - status.answeredMs())),
    ask: (asked) => {
      setResult(null);
      setQuestion(asked);
    },
    tell: setResult,
  };

  return (
    <>
      <div class="ops-head">
        <h1 class="ops-title" tabIndex={-1}>
          {say().title}
        </h1>
        <Show when={status.value() !== null && status.fault() === null}>
          <p class="faint number">{say().live(span(now() - status.answeredMs()))}</p>
        </Show>
        <button class="button button-small" type="button" onClick={signOutOperator}>
          {say().signOut}
        </button>
      </div>
      <div class="ops-news">
        <Show when={status.fault()}>
          {(fault) => (
            <p class="ops-fault">
              <span role="alert">{say().stale.title(faultText(fault()))}</span>{" "}
              <Show when={status.value() !== null}>
                <span class="number">{say().stale.age(span(now() - status.answeredMs()))}</span>
              </Show>
            </p>
          )}
        </Show>
        <p class="ops-result" role="status" data-kind={result()?.kind}>
          {result()?.text}
        </p>
      </div>
      <Show
        when={status.value()}
        fallback={
          <Show when={status.fault() === null}>
            <p class="faint">{say().loading}</p>
          </Show>
        }
      >
        {(venue) => (
          <>
            <div class="ops-standing" classList={{ "ops-old": status.fault() !== null }}>
              <Section id="ops-standing" title={say().standing} now={now()}>
                <StatusCards
                  desk={desk}
                  status={venue()}
                  readings={readings()}
                  deadLetters={countOf(waitingLetters.value())}
                  withdrawals={countOf(requested.value())}
                />
              </Section>
              <InstrumentsTable desk={desk} status={venue()} />
            </div>
            <WithdrawalsTable desk={desk} requested={requested} approved={approved} />
            <AuditPanel desk={desk} audit={audit} />
            <DeadLettersTable
              desk={desk}
              letters={letters}
              shown={lettersShown}
              onShow={(state) => {
                setLettersShown(state);
                letters.refresh();
              }}
              onSettled={waitingLetters.refresh}
            />
          </>
        )}
      </Show>
      <QuestionDialog question={question()} onResult={setResult} onClose={() => setQuestion(null)} />
    </>
  );
}

function countOf(list: readonly unknown[] | null): string | null {
  if (list === null) return null;
  return list.length < LIST_MAX ? count(list.length) : `${count(LIST_MAX)}+`;
}
