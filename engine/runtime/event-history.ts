/**
 * Events older than memory holds, a page at a time, from a replay in a worker thread. One reader at a time; who asks for
 * the next page goes on where the last ended, who asks for another place begins a new replay.
 */
import { Worker } from "node:worker_threads";
import type { EventRows } from "../protocol/event-decoder.ts";
import type { HistoryPage, HistoryRequest } from "./event-history-worker.ts";

interface Reader {
  readonly worker: Worker;
  readonly turn: Int32Array;
  /** The page at hand, and the sequence behind its last event. */
  frames: readonly EventRows[];
  nextSeq: number;
  ended: boolean;
  waiting: { readonly resolve: (page: HistoryPage) => void; readonly reject: (error: Error) => void } | null;
}

export class EventHistory {
  private readonly directory: string;
  private readonly ordersExpected: number;
  private reader: Reader | null = null;
  private asking: Promise<readonly EventRows[]> = Promise.resolve([]);

  constructor(directory: string, ordersExpected: number) {
    this.directory = directory;
    this.ordersExpected = ordersExpected;
  }

  /** Frames that hold events from `fromSeq` on; [] at the journal's end. */
  page(fromSeq: number, seqAfter: (frame: EventRows) => number): Promise<readonly EventRows[]> {
    const next = this.asking.catch(() => []).then(() => this.read(fromSeq, seqAfter));
    this.asking = next;
    return next;
  }

  private async read(fromSeq: number, seqAfter: (frame: EventRows) => number): Promise<readonly EventRows[]> {
    const known = this.reader;
    const first = known?.frames[0];
    if (known !== null && first !== undefined && fromSeq >= first.firstSeq && fromSeq < known.nextSeq)
      return framesFrom(known.frames, fromSeq);
    const reader = known !== null && !known.ended && known.nextSeq === fromSeq ? known : await this.open(fromSeq);
    const page = await new Promise<HistoryPage>((resolve, reject) => {
      reader.waiting = { resolve, reject };
      Atomics.store(reader.turn, 0, 1);
      Atomics.notify(reader.turn, 0);
    });
    reader.waiting = null;
    const last = page.frames.at(-1);
    if (last !== undefined) reader.nextSeq = seqAfter(last);
    reader.frames = page.frames;
    reader.ended = page.isLast;
    return page.frames;
  }

  private async open(fromSeq: number): Promise<Reader> {
    await this.close();
    const shared = new SharedArrayBuffer(4);
    const workerData: HistoryRequest = {
      directory: this.directory,
      fromSeq,
      ordersExpected: this.ordersExpected,
      turn: shared,
    };
    const worker = new Worker(new URL("./event-history-worker.ts", import.meta.url), { workerData });
    const reader: Reader = {
      worker,
      turn: new Int32Array(shared),
      frames: [],
      nextSeq: fromSeq,
      ended: false,
      waiting: null,
    };
    worker.on("message", (page: HistoryPage) => reader.waiting?.resolve(page));
    worker.on("error", (error: Error) => reader.waiting?.reject(error));
    worker.on("exit", () => reader.waiting?.reject(new Error("the replay ended without its last page")));
    this.reader = reader;
    return reader;
  }

  async close(): Promise<void> {
    const { reader } = this;
    this.reader = null;
    await reader?.worker.terminate();
  }
}

/** From the frame that holds a sequence on. */
function framesFrom(frames: readonly EventRows[], seq: number): readonly EventRows[] {
  const behind = frames.findIndex((frame) => frame.firstSeq > seq);
  return behind < 0 ? frames.slice(-1) : frames.slice(Math.max(0, behind - 1));
}
