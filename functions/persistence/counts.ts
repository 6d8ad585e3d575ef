/** What an instance of persistence has done since it started: plain numbers, shown to whoever scrapes. */
import type { Metric } from "../../engine/telemetry/metrics.ts";

export interface PersistenceCounts {
  /** Batches by what became of them. */
  readonly batches: Record<"applied" | "duplicate" | "stale_epoch" | "poison" | "unproven" | "unavailable", number>;
  /** In applied batches. */
  events: number;
  heartbeats: number;
  /** Sequences pulled from the engine. */
  pulledEvents: number;
  /** Everything up to it is in the tables, as this instance last saw; 0: not looked yet. */
  committedSeq: number;
}

export function newCounts(): PersistenceCounts {
  const batches = { applied: 0, duplicate: 0, stale_epoch: 0, poison: 0, unproven: 0, unavailable: 0 };
  return { batches, events: 0, heartbeats: 0, pulledEvents: 0, committedSeq: 0 };
}

export function persistenceMetrics(counts: PersistenceCounts): readonly Metric[] {
  return [
    {
      name: "tidebook_persistence_batches_total",
      help: "Journal batches and heartbeats by what became of them.",
      kind: "counter",
      read: () => Object.entries(counts.batches).map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
    {
      name: "tidebook_persistence_events_total",
      help: "Events in batches that were applied.",
      kind: "counter",
      read: () => counts.events,
    },
    {
      name: "tidebook_persistence_heartbeats_total",
      help: "Heartbeats of engines.",
      kind: "counter",
      read: () => counts.heartbeats,
    },
    {
      name: "tidebook_persistence_pulled_events_total",
      help: "Event sequences pulled from the engine, because no batch had brought them.",
      kind: "counter",
      read: () => counts.pulledEvents,
    },
    {
      name: "tidebook_persistence_committed_seq",
      help: "Every event up to this sequence is in the tables, as this instance last saw.",
      kind: "gauge",
      read: () => counts.committedSeq,
    },
  ];
}
