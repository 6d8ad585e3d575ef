/** How the exchange stands, as cards: what an operator looks at first. */
import { createMemo, type JSX, Show } from "solid-js";
import { words } from "../words/words.ts";
import type { Desk } from "./desk.ts";
import { bytes, count, micros, rate, span } from "./figures.ts";
import type { VenueStatus } from "./ops-answers.ts";
import { greatestOf, lagPoints, type Reading, ratePoints } from "./readings.ts";
import { Sparkline } from "./sparkline.tsx";

interface CardProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  /** Something for the operator to look into. */
  readonly isWarning?: boolean;
  readonly children?: JSX.Element;
}

function Card(props: CardProps): JSX.Element {
  return (
    <div class="ops-card" classList={{ "ops-card-warning": props.isWarning === true }}>
      <dt class="ops-card-name">{props.name}</dt>
      <dd class="ops-card-value number">{props.value}</dd>
      <dd class="ops-card-note number">{props.note}</dd>
      <Show when={props.children}>{(line) => <dd class="ops-card-line">{line()}</dd>}</Show>
    </div>
  );
}

export interface StatusCardsProps {
  readonly desk: Desk;
  readonly status: VenueStatus;
  readonly readings: readonly Reading[];
  /** null: not known. */
  readonly deadLetters: string | null;
  readonly withdrawals: string | null;
}

export function StatusCards(props: StatusCardsProps): JSX.Element {
  const say = () => words().ops.cards;
  const engine = () => props.status.engine;
  const journal = () => engine().journal;
  const rates = createMemo(() => ratePoints(props.readings));
  const lags = createMemo(() => lagPoints(props.readings));
  const rateNow = () => {
    const now = rates().at(-1);
    return now === undefined ? say().unknown : rate(now.value);
  };
  const since = (timeMs: number) => span(props.desk.exchangeNow() - timeMs);

  return (
    <dl class="ops-cards">
      <Card
        name={say().rate}
        value={rateNow()}
        note={rates().length === 0 ? say().rateWait : say().rateNote(count(engine().commands), count(engine().rejects))}
      >
        <Sparkline points={rates()} label={say().rateLine(rate(greatestOf(rates())))} />
      </Card>
      <Card name={say().lag} value={count(engine().lagEvents)} note={say().lagNote(count(engine().committedSeq))}>
        <Sparkline points={lags()} label={say().lagLine(count(greatestOf(lags())))} />
      </Card>
      <Card
        name={say().sequence}
        value={count(engine().headSeq)}
        note={say().sequenceNote(engine().name, count(engine().epoch))}
      />
      <Card
        name={say().journal}
        value={bytes(journal().bytes)}
        note={say().journalNote(count(journal().frames), count(journal().segment))}
      />
      <Card
        name={say().lastFrame}
        value={journal().lastFrame === 0 ? say().noFrame : words().ops.ago(since(journal().lastFrame))}
        note={journal().snapshotRecord === 0 ? say().noSnapshot : say().snapshot(count(journal().snapshotRecord))}
      />
      <Card
        name={say().sync}
        value={micros(journal().syncMedianUs)}
        note={say().syncNote(micros(journal().syncP99Us))}
      />
      <Show
        when={engine().outboxEvents !== null}
        fallback={<Card name={say().outbox} value={say().outboxNone} note={say().outboxNoneNote} />}
      >
        <Card
          name={say().outbox}
          value={count(engine().outboxEvents ?? 0)}
          note={say().outboxNote(span(engine().outboxMs ?? 0))}
        />
      </Show>
      <Show
        when={props.status.stream}
        fallback={<Card name={say().sockets} value={say().streamAway} note={say().streamAwayNote} isWarning />}
      >
        {(stream) => (
          <Card
            name={say().sockets}
            value={count(stream().sockets)}
            note={
              stream().following
                ? say().socketsNote(count(stream().subscriptions), count(stream().userStreams))
                : say().streamGap
            }
            isWarning={!stream().following}
          />
        )}
      </Show>
      <Card
        name={say().orders}
        value={count(engine().openOrders)}
        note={say().ordersNote(count(engine().queued), count(engine().trades))}
      />
      <Card
        name={say().deadLetters}
        value={props.deadLetters ?? say().unknown}
        note=""
        isWarning={hasSome(props.deadLetters)}
      />
      <Card
        name={say().withdrawals}
        value={engine().frozen ? say().withdrawalsFrozen : say().withdrawalsOpen}
        note={say().withdrawalsNote(props.withdrawals ?? say().unknown)}
        isWarning={engine().frozen}
      />
      <Card
        name={say().started}
        value={since(engine().startedAt)}
        note={say().startedNote(count(engine().recovery.records), micros(engine().recovery.ms * 1_000))}
      />
    </dl>
  );
}

function hasSome(shown: string | null): boolean {
  return shown !== null && shown !== "0";
}
