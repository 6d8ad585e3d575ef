/** What an engine's start and its background work say to an operator: plain values for a line of JSON. */
import type { JournalNotice } from "../journal/journal.ts";
import type { Engine } from "./contract.ts";

/** What recovery found; a snapshot passed over or a voided record is an operator's business. */
export function openedLine(engine: Engine): object {
  const { isNew, elapsedMs, epoch, lineage, snapshotRecord, snapshotsPassedOver, recordsApplied, voided, tail } =
    engine.recovery;
  const { headSeq } = engine.stats();
  const recovered = {
    recoveryMs: Math.round(elapsedMs),
    snapshotRecord,
    recordsApplied,
    voided: voided.length,
    tornBytes: tail?.tornBytes ?? 0,
  };
  return { at: "engine", outcome: "open", epoch, lineage, isNew, headSeq, ...recovered, snapshotsPassedOver };
}

/** Errors do not survive JSON by themselves. */
export function noticeLine({ type, ...rest }: JournalNotice): object {
  const entries = Object.entries(rest).map(([name, value]) => [name, value instanceof Error ? value.message : value]);
  return { at: "journal", outcome: type, ...Object.fromEntries(entries) };
}
