/**
 * Worker thread: makes old events again by replaying the journal beside the live engine, and hands them out a page at a
 * time. It waits on a shared flag between pages, so that it is never further ahead than one page.
 */
import { parentPort, workerData } from "node:worker_threads";
import { replayInto } from "../journal/replay.ts";
import type { EventRows } from "../protocol/event-decoder.ts";
import { EngineMachine } from "./machine.ts";

export interface HistoryRequest {
  readonly directory: string;
  readonly fromSeq: number;
  readonly ordersExpected: number;
  /** One 32-bit word: 1 while a page may be sent. */
  readonly turn: SharedArrayBuffer;
}
export interface HistoryPage {
  readonly frames: readonly EventRows[];
  /** The journal ends here: no page follows. */
  readonly isLast: boolean;
}

/** Doubles in one page: about 8 MiB. */
const PAGE_DOUBLES = 1 << 20;

const request = workerData as HistoryRequest;
const turn = new Int32Array(request.turn);
let frames: EventRows[] = [];
let doubles = 0;

function send(isLast: boolean): void {
  Atomics.wait(turn, 0, 0);
  Atomics.store(turn, 0, 0);
  const page: HistoryPage = { frames, isLast };
  parentPort?.postMessage(
    page,
    frames.map((frame) => frame.rows.buffer as ArrayBuffer),
  );
  frames = [];
  doubles = 0;
}

const machine = new EngineMachine({ ordersExpected: request.ordersExpected }, false);
machine.listener = {
  commandApplied: () => {},
  frameApplied: (frame) => {
    if (frame.length === 0 || machine.core.state.events.nextSeq <= request.fromSeq) return;
    frames.push(frame);
    doubles += frame.length;
    if (doubles >= PAGE_DOUBLES) send(false);
  },
};
replayInto(request.directory, machine, { from: { fromEventSeq: request.fromSeq } });
send(true);
