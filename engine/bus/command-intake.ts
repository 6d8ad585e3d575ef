/**
 * What a bus of streams needs of the engine that it serves: to hand in commands with their positions, and to know how far
 * the journal is. The engine (runtime/) implements it; bus/redis drives it.
 */
import type { CommandAnswer } from "../protocol/bus-messages.ts";

export const COMMAND_STREAMS = ["trade", "ops"] as const;
export type CommandStream = (typeof COMMAND_STREAMS)[number];

/** Where an entry stood in its stream: `<ms>-<counter>`. */
export interface StreamPosition {
  readonly ms: number;
  readonly counter: number;
}

/** Who the stream's server was, by its own words; another one may hold other entries under the same positions. */
export interface SourceIdentity {
  readonly runId: string;
  readonly replicationId: string;
}

export interface SourceCursor extends StreamPosition {
  /** null: never read from. */
  readonly identity: SourceIdentity | null;
}

export interface CommandIntake {
  /** Of each stream the position of the newest entry whose record is durable, in the present source epoch; 0-0: none. */
  sourceCursors(): Readonly<Record<CommandStream, SourceCursor>>;
  /**
   * Journals that the stream is from now on read from 0-0 of this server. Resolves when that is durable. Reading an entry
   * again is harmless: its command id is known, or its deadline has passed.
   */
  startSourceEpoch(stream: CommandStream, identity: SourceIdentity): Promise<void>;
  /**
   * Takes one record that `checkRecord` (protocol) has passed, in the order of its stream. Its position is stamped into
   * the record, and its source is the stream's, whatever the record says. An engine that is closing or has failed takes
   * nothing: the entry stays in its stream for the engine that follows.
   *
   * @param answer called once, after the frame is durable and applied; all answers of a frame in one turn of the event
   *   loop, but for commands that came again and whose first answer must be looked for in the journal: theirs follow.
   *   Never called when the engine fails or closes before: nobody knows yet.
   */
  take(
    record: Uint8Array,
    stream: CommandStream,
    position: StreamPosition,
    answer: (answer: CommandAnswer) => void,
  ): void;
}
