/** What the engine's bus and outbox say to Prometheus. Only what is known is shown. */
import type { RedisBusStats } from "./bus/redis/redis-bus.ts";
import type { OutboxReading } from "./events-out.ts";
import type { Metric, NumberMetric } from "./telemetry/metrics.ts";

export function busMetrics(stats: () => RedisBusStats | null): readonly Metric[] {
  const metric = (
    kind: NumberMetric["kind"],
    name: string,
    help: string,
    read: (stats: RedisBusStats) => number,
  ): NumberMetric => ({
    name: `tidebook_engine_${name}`,
    help,
    kind,
    read() {
      const known = stats();
      return known === null ? [] : read(known);
    },
  });
  return [
    metric("gauge", "reading_commands", "1 while commands are read from Redis.", ({ isReading }) =>
      isReading ? 1 : 0,
    ),
    metric("gauge", "commands_in_flight", "Commands read and not answered yet.", ({ inFlight }) => inFlight),
    metric("gauge", "backlog_entries", "Entries of the trade stream that are not read yet.", ({ backlog }) => backlog),
    metric("counter", "entries_taken_total", "Entries of the streams that were taken.", ({ taken }) => taken),
    metric("counter", "entries_refused_total", "Entries that are no command of ours.", ({ refused }) => refused),
    metric("counter", "entries_expired_total", "Entries read after their deadline.", ({ expired }) => expired),
    metric(
      "counter",
      "source_epochs_total",
      "Times that a stream was read from its beginning.",
      (bus) => bus.sourceEpochs,
    ),
    metric("counter", "entries_trimmed_total", "Entries removed behind the durable cursor.", ({ trimmed }) => trimmed),
    metric("counter", "answers_total", "Answers given to Redis.", ({ answers }) => answers),
    metric(
      "counter",
      "messages_lost_total",
      "Replies and feed frames that Redis did not confirm.",
      (bus) => bus.lostMessages,
    ),
    metric("counter", "beats_lost_total", "Heartbeats that Redis did not take.", ({ lostBeats }) => lostBeats),
    metric("counter", "feed_frames_total", "Frames told on the feed.", ({ feedFrames }) => feedFrames),
  ];
}

export function outboxMetrics(reading: () => OutboxReading | null): readonly Metric[] {
  return [
    {
      name: "tidebook_engine_outbox_lag_events",
      help: "Durable events that have not left.",
      kind: "gauge",
      read: () => reading()?.events ?? [],
    },
    {
      name: "tidebook_engine_outbox_lag_seconds",
      help: "How long the oldest of them has been waiting; of those from before the start, since the start.",
      kind: "gauge",
      read: () => reading()?.seconds ?? [],
    },
  ];
}
