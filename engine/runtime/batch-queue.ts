/**
 * Records that wait for a frame, cut into batches: each becomes one frame.
 */
import type { CommandAnswer } from "../protocol/bus-messages.ts";
import { RecordWriter } from "../protocol/command-codec.ts";

/** Whoever waits for one record. */
export interface Waiting {
  /** All of its frame is durable and applied. */
  readonly answer: (answer: CommandAnswer) => void;
  /** The engine stops before that; null: its entry is still in its stream, and the engine that follows will answer. */
  readonly lost: ((cause: unknown) => void) | null;
}

export class Batch {
  readonly writer = new RecordWriter();
  /** One for each record of the writer, in its order. */
  waiting: Waiting[] = [];

  clear(): void {
    this.writer.clear();
    this.waiting = [];
  }
}

export class BatchQueue {
  private readonly frameBytesMax: number;
  /** The last of them is filling. */
  private readonly batches: Batch[] = [];
  private readonly spare: Batch[] = [];
  /** Records that wait. */
  queued = 0;

  constructor(frameBytesMax: number) {
    this.frameBytesMax = frameBytesMax;
  }

  get isEmpty(): boolean {
    return this.batches.length === 0;
  }

  /** The batch whose writer the next record goes to; `add` says who waits for it. */
  filling(): Batch {
    let batch = this.batches.at(-1);
    if (batch === undefined || batch.writer.length >= this.frameBytesMax) {
      batch = this.spare.pop() ?? new Batch();
      this.batches.push(batch);
    }
    return batch;
  }

  add(batch: Batch, waiting: Waiting): void {
    batch.waiting.push(waiting);
    this.queued += 1;
  }

  shift(): Batch | undefined {
    const batch = this.batches.shift();
    this.queued -= batch?.waiting.length ?? 0;
    return batch;
  }

  /** A batch that is done with is filled again. */
  reuse(batch: Batch): void {
    batch.clear();
    this.spare.push(batch);
  }
}
