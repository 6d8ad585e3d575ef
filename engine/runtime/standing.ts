/** How an engine says that it stands (bus/engine-client.ts), made of its own numbers. Counters leave out what recovery applied. */
import type { EngineStanding } from "../bus/engine-client.ts";
import type { Engine, EngineStats } from "./contract.ts";

export const ENGINE_NAME_DEFAULT = "e1";

/** What was so when recovery had ended. */
export interface EngineStart {
  readonly engine: string | undefined;
  readonly startedUs: number;
  readonly recovery: Engine["recovery"];
  readonly atStart: EngineStats;
}

export function standingOf(start: EngineStart, now: EngineStats, frozen: boolean): EngineStanding {
  const { engine = ENGINE_NAME_DEFAULT, startedUs, recovery, atStart } = start;
  const { epoch, headSeq, committedSeq, queued, openOrders, timeUs: lastFrameUs, journal } = now;
  const { frames, bytesWritten, segment, lastSnapshotRecord, append } = journal;
  return {
    ...{ engine, epoch, headSeq, committedSeq, queued, openOrders, startedUs, frozen },
    lineage: recovery.lineage,
    recovery: { elapsedMs: recovery.elapsedMs, records: recovery.recordsApplied },
    commands: now.commands - atStart.commands,
    trades: now.trades - atStart.trades,
    rejects: now.rejects - atStart.rejects,
    journal: {
      ...{ lastFrameUs, frames, bytesWritten, segment, snapshotRecord: lastSnapshotRecord },
      syncMedianUs: append.medianUs,
      syncP99Us: append.p99Us,
    },
    // Events leave by whoever runs the engine (engine-rpc.ts).
    outbox: null,
  };
}
