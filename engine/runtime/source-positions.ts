/**
 * How far each command stream is in the journal: whose stream it is, and the position of its newest record.
 *
 * Beside the core, like the read model: rebuilt from the records, in the snapshot, no part of the state's hash.
 * Invariant I28: engine/INVARIANTS.md.
 */

import { COMMAND_STREAMS, type CommandStream, type SourceCursor, type SourceIdentity } from "../bus/command-intake.ts";
import type { SourceEpoch } from "../protocol/command-codec.ts";

export type SourceCursors = Readonly<Record<CommandStream, SourceCursor>>;

const NEVER_READ: SourceCursor = { identity: null, ms: 0, counter: 0 };

export class SourcePositions {
  private readonly identities: (SourceIdentity | null)[] = COMMAND_STREAMS.map(() => null);
  private readonly ms = new Float64Array(COMMAND_STREAMS.length);
  private readonly counters = new Float64Array(COMMAND_STREAMS.length);

  /** A record is applied. @param source its code: the stream's place in COMMAND_STREAMS; 0-0: no stream delivered it. */
  advance(source: number, ms: number, counter: number): void {
    if (ms === 0 && counter === 0) return;
    this.ms[source] = ms;
    this.counters[source] = counter;
  }

  begin({ stream, runId, replicationId }: SourceEpoch): void {
    const source = COMMAND_STREAMS.indexOf(stream);
    this.identities[source] = { runId, replicationId };
    this.ms[source] = 0;
    this.counters[source] = 0;
  }

  cursors(): SourceCursors {
    return { trade: this.cursor("trade"), ops: this.cursor("ops") };
  }

  private cursor(stream: CommandStream): SourceCursor {
    const source = COMMAND_STREAMS.indexOf(stream);
    return { identity: this.identities[source]!, ms: this.ms[source]!, counter: this.counters[source]! };
  }

  /** @param cursors not given: of a snapshot from before streams were. */
  restore(cursors: SourceCursors | undefined): void {
    for (const [source, stream] of COMMAND_STREAMS.entries()) {
      const { identity, ms, counter } = cursors?.[stream] ?? NEVER_READ;
      this.identities[source] = identity;
      this.ms[source] = ms;
      this.counters[source] = counter;
    }
  }
}
