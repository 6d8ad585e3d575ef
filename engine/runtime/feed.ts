/** The stream's share of a frame: levels, trades and instruments, decoded. */

import { ROW } from "../core/event-log.ts";
import type { FeedFrame } from "../protocol/bus-messages.ts";
import { decodeEvents, type EventRows } from "../protocol/event-decoder.ts";

function isPublic(type: number): boolean {
  return type === ROW.levelChanged || type === ROW.tradeExecuted || type === ROW.instrumentChanged;
}

export function feedFrameOf(rows: EventRows, epoch: number, lastSeq: number): FeedFrame {
  return { epoch, firstSeq: rows.firstSeq, lastSeq, timeUs: rows.timeUs, events: decodeEvents(rows, isPublic) };
}
