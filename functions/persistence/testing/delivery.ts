/** Bad weather between an engine and persistence, by seed: borders moved, batches repeated, shuffled and lost. */

import type { EngineEvent } from "../../../engine/protocol/events.ts";
import { batchToHttp, cutBatches, type HttpMessage, type JournalRun } from "../../../engine/protocol/journal-batch.ts";

/** The run of the sequences first … last of a whole stream. */
export function runOf(
  engine: string,
  events: readonly EngineEvent[],
  firstSeq: number,
  lastSeq: number,
  epoch = 1,
): JournalRun {
  const inside = events.slice(firstSeq - 1, lastSeq);
  return { engine, epoch, firstSeq, lastSeq, headSeq: events.length, events: inside };
}

/** Runs that cover the stream from 1 on, each of 1 … lengthMax sequences. */
export function randomRuns(
  engine: string,
  events: readonly EngineEvent[],
  chance: () => number,
  lengthMax: number,
): JournalRun[] {
  const runs: JournalRun[] = [];
  for (let firstSeq = 1; firstSeq <= events.length; ) {
    const lastSeq = Math.min(events.length, firstSeq + Math.floor(chance() * lengthMax));
    runs.push(runOf(engine, events, firstSeq, lastSeq));
    firstSeq = lastSeq + 1;
  }
  return runs;
}

export function shuffled<T>(list: readonly T[], chance: () => number): T[] {
  return list
    .map((value) => ({ value, place: chance() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

export function messagesOf(run: JournalRun): HttpMessage[] {
  return [...cutBatches(run)].map(batchToHttp);
}
