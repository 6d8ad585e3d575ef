/** What the stream says of itself to Prometheus; the numbers are its own counters. */
import { byLabel, type Metric } from "../telemetry/metrics.ts";
import type { StreamStats } from "./stream-server.ts";
import { apiMetrics } from "./ws-api/api-metrics.ts";
import type { ApiStats } from "./ws-api/api-server.ts";

const MS_PER_SECOND = 1_000;
const NO_API: ApiStats = { sessions: 0, subscriptions: 0, events: 0, requests: new Map() };

/** Only what is known is shown: before the first frame there is no lag. */
export function streamMetrics(stats: () => StreamStats, nowMs: () => number): readonly Metric[] {
  return [
    {
      name: "tidebook_stream_sockets",
      help: "WebSocket connections.",
      kind: "gauge",
      read: () => stats().connections,
    },
    { name: "tidebook_stream_topics", help: "Streams with subscribers.", kind: "gauge", read: () => stats().topics },
    {
      name: "tidebook_stream_messages_total",
      help: "Messages told, once for each client.",
      kind: "counter",
      read: () => stats().messages,
    },
    {
      name: "tidebook_stream_writes_total",
      help: "Writes to sockets; one carries many messages.",
      kind: "counter",
      read: () => stats().writes,
    },
    {
      name: "tidebook_stream_sent_bytes_total",
      help: "Bytes written to sockets.",
      kind: "counter",
      read: () => stats().bytes,
    },
    {
      name: "tidebook_stream_buffered_bytes",
      help: "Bytes that wait for clients in this process.",
      kind: "gauge",
      read: () => stats().bufferedBytes,
    },
    {
      name: "tidebook_stream_sockets_ended_total",
      help: "Connections that ended, by reason; slow_reader, too_many_messages, no_pong and banned were cut.",
      kind: "counter",
      read: () => byLabel("reason", stats().ended),
    },
    {
      name: "tidebook_stream_gaps_healed_total",
      help: "Gaps in the feed that were filled from the engine.",
      kind: "counter",
      read: () => stats().gapsHealed,
    },
    {
      name: "tidebook_stream_following",
      help: "1 while the feed is applied as it comes, 0 while a gap is being filled.",
      kind: "gauge",
      read: () => (stats().following ? 1 : 0),
    },
    {
      name: "tidebook_stream_applied_seq",
      help: "Newest event of the engine that the books here include.",
      kind: "gauge",
      read: () => stats().lastSeq ?? [],
    },
    {
      name: "tidebook_stream_lag_events",
      help: "Events between the newest that the feed has named and the newest that the books include.",
      kind: "gauge",
      read() {
        const { headSeq, lastSeq } = stats();
        return headSeq === null || lastSeq === null ? [] : Math.max(0, headSeq - lastSeq);
      },
    },
    {
      name: "tidebook_stream_feed_silence_seconds",
      help: "Since the feed was last heard; an idle engine repeats itself four times a second.",
      kind: "gauge",
      read() {
        const { heardMs } = stats();
        return heardMs === null ? [] : Math.max(0, nowMs() - heardMs) / MS_PER_SECOND;
      },
    },
    {
      name: "tidebook_stream_history_wanted",
      help: "Instruments whose past before the start is not joined yet.",
      kind: "gauge",
      read: () => stats().historyWanted,
    },
    ...apiMetrics(
      () => stats().api ?? NO_API,
      () => stats().api?.userDataLag ?? 0,
    ),
  ];
}
