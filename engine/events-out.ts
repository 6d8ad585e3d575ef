/**
 * How events leave the engine's process: two outboxes, one for persistence and one for the public events, each with its
 * cursor, and single events that others hand in, by the one sink that the settings name.
 *
 * The sink says of each event what became of it; here an outage is one line and its end another.
 */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { OperationalError } from "./bus/engine-client.ts";
import { JOURNAL_FORM, Outbox, type OutboxForm, publicForm } from "./bus/outbox.ts";
import { forgetOutboxCursor, outboxCursorFile } from "./bus/outbox-cursor.ts";
import { OutboxLag } from "./bus/outbox-lag.ts";
import { sinkFrom } from "./bus/sinks/configured-sink.ts";
import type { ClosableSink } from "./bus/sinks/http-sink.ts";
import type { HttpMessage } from "./protocol/journal-batch.ts";
import type { Engine } from "./runtime/contract.ts";
import type { EngineSettings } from "./settings.ts";

export interface OutboxReading {
  readonly events: number;
  readonly seconds: number;
}

export interface EventsOut {
  /** Persistence holds everything up to here, however it came by it. */
  committed(seq: number): void;
  /** Resolves once the event is accepted. @throws OperationalError `not_sent` */
  publish(event: HttpMessage): Promise<void>;
  /** null: no events leave. */
  lag(): OutboxReading | null;
  /** Gives up what is under way and writes the cursor. */
  close(): Promise<void>;
}

type Log = (line: object) => void;

export function openEventsOut(settings: EngineSettings, engine: Engine, log: Log): EventsOut {
  const { engine: name, knativeSink, pubSubTopic } = settings;
  let reason = "";
  const onFailure = (why: string): void => {
    reason = why;
  };
  const made = sinkFrom({ engine: name, knativeSink, pubSubTopic, onFailure });
  if (made === null) {
    log({
      at: "outbox",
      outcome: "no_sink",
      reason: "neither K_SINK nor TIDEBOOK_PUBSUB_TOPIC is set: no events leave",
    });
    return WITHOUT_SINK;
  }
  const sink = watched(made, () => reason, log);
  const lag = new OutboxLag();
  const nowMs = (): number => performance.now();
  const { lineage } = engine.recovery;
  lag.headAt(engine.stats().headSeq, nowMs());
  const stopFeed = engine.subscribeFeed(({ lastSeq }) => lag.headAt(lastSeq, nowMs()));
  const outboxOf = (cursorFile: string, form: OutboxForm): Outbox => {
    const cursorPath = join(settings.dataDirectory, cursorFile);
    // Beside a journal that begins anew, a cursor is another one's.
    if (engine.recovery.isNew) forgetOutboxCursor(cursorPath);
    return new Outbox({
      form,
      source: engine,
      engine: name,
      cursor: outboxCursorFile(cursorPath, name, lineage),
      sink,
      nowMs,
      delay: (ms) => delay(ms, undefined, { ref: false }),
      log,
    });
  };
  const outbox = outboxOf("outbox-cursor.json", JOURNAL_FORM);
  // On its own: an event that no public subscriber takes must not hold up persistence, nor the other way round.
  const publicOutbox = outboxOf(
    "public-cursor.json",
    publicForm(() => engine.catalog()),
  );
  outbox.start();
  publicOutbox.start();
  return {
    committed: (seq) => outbox.committed(seq),
    async publish(event) {
      const answer = await sink.send(event);
      if (answer !== "accepted") throw new OperationalError("not_sent", `the event sink answers: ${answer}`);
    },
    lag() {
      const { nextSeq } = outbox;
      const events = Math.max(0, engine.stats().headSeq + 1 - nextSeq);
      return { events, seconds: lag.seconds(nextSeq, nowMs()) };
    },
    async close() {
      stopFeed();
      await sink.close();
      await Promise.all([outbox.stop(), publicOutbox.stop()]);
    },
  };
}

const WITHOUT_SINK: EventsOut = {
  committed: () => {},
  publish: () => Promise.reject(new OperationalError("not_sent", "this engine has no event sink")),
  lag: () => null,
  close: async () => {},
};

function watched(sink: ClosableSink, reason: () => string, log: Log): ClosableSink {
  let isAway = false;
  let isClosing = false;
  return {
    async send(event) {
      const answer = await sink.send(event);
      if (isClosing) return answer;
      const wasAway = isAway;
      isAway = answer === "later";
      if (isAway && !wasAway)
        log({ at: "outbox", outcome: "sink_away", ...(reason() === "" ? {} : { reason: reason() }) });
      if (!isAway && wasAway) log({ at: "outbox", outcome: "sink_back" });
      return answer;
    },
    close() {
      isClosing = true;
      return sink.close();
    },
  };
}
