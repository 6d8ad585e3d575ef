/**
 * What an engine says of itself to Prometheus; the numbers are its own counters. They count what recovery applied, too, which
 * a monitor would take for a burst at each start: so counters are shown less what they were when the engine was open.
 */
import type { HistogramReading, Metric, NumberMetric } from "../telemetry/metrics.ts";
import type { Engine, EngineStats } from "./contract.ts";

const US_PER_SECOND = 1e6;
const MS_PER_SECOND = 1e3;
const NOTHING_YET: HistogramReading = { buckets: [], count: 0, sum: 0 };

export interface MeasuredEngine {
  readonly engine: Engine;
  /** When recovery had ended. */
  readonly atStart: EngineStats;
}

/** @param measured null: still recovering. Only what is known is shown. */
export function engineMetrics(measured: () => MeasuredEngine | null, wallClockUs: () => number): readonly Metric[] {
  const number = (
    kind: NumberMetric["kind"],
    name: string,
    help: string,
    read: (stats: EngineStats) => number,
  ): NumberMetric => ({
    name: `tidebook_engine_${name}`,
    help,
    kind,
    read() {
      const known = measured();
      if (known === null) return [];
      const now = read(known.engine.stats());
      return kind === "counter" ? now - read(known.atStart) : now;
    },
  });
  const recovered = (name: string, help: string, read: (recovery: Engine["recovery"]) => number): NumberMetric => ({
    name: `tidebook_engine_${name}`,
    help,
    kind: "gauge",
    read() {
      const recovery = measured()?.engine.recovery;
      return recovery === undefined ? [] : read(recovery);
    },
  });
  return [
    number("gauge", "epoch", "Grows by one with each start on this journal.", ({ epoch }) => epoch),
    number("gauge", "durable_seq", "Sequence of the newest durable event.", ({ headSeq }) => headSeq),
    number(
      "gauge",
      "committed_seq",
      "Sequence up to which persistence has committed every event.",
      ({ committedSeq }) => committedSeq,
    ),
    number(
      "gauge",
      "clock_ahead_seconds",
      "How far the engine's time, which never goes back, is ahead of the wall clock. Above a command's life (9 s) none is in time.",
      ({ timeUs }) => Math.max(0, timeUs - wallClockUs()) / US_PER_SECOND,
    ),
    number("gauge", "queued_commands", "Commands that wait for a frame.", ({ queued }) => queued),
    number(
      "counter",
      "commands_total",
      "Records applied, repetitions and refused ones included.",
      (stats) => stats.commands,
    ),
    number(
      "counter",
      "duplicates_total",
      "Commands that came again and had no second effect.",
      (stats) => stats.duplicates,
    ),
    number("counter", "rejects_total", "Commands refused, each with its reason in an event.", (stats) => stats.rejects),
    number("counter", "trades_total", "Trades.", (stats) => stats.trades),
    number("gauge", "open_orders", "Open orders, those that wait included.", ({ openOrders }) => openOrders),
    number(
      "gauge",
      "open_special_orders",
      "Open orders with a condition, in a list, or that met their own account's under decrement.",
      ({ openSpecialOrders }) => openSpecialOrders,
    ),
    number("gauge", "open_order_lists", "Order lists with an open order.", ({ openOrderLists }) => openOrderLists),
    number("gauge", "instruments", "Instruments.", ({ instruments }) => instruments),
    number("gauge", "accounts", "Accounts, the fee account included.", ({ accounts }) => accounts),
    {
      name: "tidebook_engine_journal_sync_seconds",
      help: "Time to write a frame and make it durable.",
      kind: "histogram",
      read() {
        const buckets = measured()?.engine.stats().journal.appendBuckets;
        return buckets === undefined ? NOTHING_YET : seconds(buckets);
      },
    },
    number("counter", "journal_written_bytes_total", "Bytes of frames.", ({ journal }) => journal.bytesWritten),
    number("counter", "journal_frames_total", "Frames written.", ({ journal }) => journal.frames),
    number("gauge", "journal_segment", "Number of the segment that is written to.", ({ journal }) => journal.segment),
    number(
      "counter",
      "journal_segments_archived_total",
      "Segments compressed into the archive.",
      ({ journal }) => journal.segmentsArchived,
    ),
    number(
      "gauge",
      "snapshot_record",
      "Last record in the newest snapshot; 0: there is none.",
      ({ journal }) => journal.lastSnapshotRecord,
    ),
    number("gauge", "snapshot_bytes", "Size of the newest snapshot.", ({ journal }) => journal.lastSnapshotBytes),
    number(
      "gauge",
      "snapshot_pause_seconds",
      "How long the newest snapshot held the engine.",
      ({ journal }) => journal.lastSnapshotPauseUs / US_PER_SECOND,
    ),
    number(
      "counter",
      "snapshots_failed_total",
      "Snapshots that could not be written.",
      ({ journal }) => journal.snapshotsFailed,
    ),
    recovered(
      "recovery_seconds",
      "How long this start took to recover the journal.",
      ({ elapsedMs }) => elapsedMs / MS_PER_SECOND,
    ),
    recovered("recovery_records", "Records that this start applied.", ({ recordsApplied }) => recordsApplied),
  ];
}

function seconds({ buckets, count, sumUs }: EngineStats["journal"]["appendBuckets"]): HistogramReading {
  return {
    buckets: buckets.map(([boundUs, below]) => [boundUs / US_PER_SECOND, below]),
    count,
    sum: sumUs / US_PER_SECOND,
  };
}
