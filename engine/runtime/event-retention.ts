/**
 * The newest events, in memory, for whoever is a little behind: the outbox, gap pulls, repeated replies. What is older
 * is made again from the journal (event-history.ts). Recovery fills it with what it replays, so that it survives a restart.
 */
import { decodeRow, type EventRows, rowLength } from "../protocol/event-decoder.ts";
import type { EngineEvent } from "../protocol/events.ts";

const RETAINED_BYTES_MAX_DEFAULT = 64 * 1024 * 1024;

const NO_FRAME: EventRows = { rows: new Float64Array(0), length: 0, texts: [], firstSeq: 0, timeUs: 0 };

/** A row of a frame. */
interface RowPlace {
  readonly frame: EventRows;
  readonly at: number;
  readonly seq: number;
}

export class EventRetention {
  private frames: EventRows[] = [];
  private start = 0;
  private bytes = 0;
  /** First sequence of the frame that comes next. */
  endSeq: number;
  /** Behind what was last asked for by `eventsOf`. */
  private asked: RowPlace | null = null;

  private readonly bytesMax: number;

  constructor(nextSeq: number, bytesMax = RETAINED_BYTES_MAX_DEFAULT) {
    this.endSeq = nextSeq;
    this.bytesMax = bytesMax;
  }

  add(frame: EventRows, nextSeq: number): void {
    this.endSeq = nextSeq;
    if (frame.length === 0) return;
    this.frames.push(frame);
    this.bytes += frame.rows.byteLength;
    while (this.bytes > this.bytesMax && this.frames.length - this.start > 1) {
      this.bytes -= this.frames[this.start]!.rows.byteLength;
      // Let go at once, not first when the list is cut.
      this.frames[this.start] = NO_FRAME;
      this.start += 1;
    }
    if (this.start > 1024 && this.start * 2 > this.frames.length) {
      this.frames = this.frames.slice(this.start);
      this.start = 0;
    }
  }

  /** The oldest sequence that is still here; the next one where nothing is. */
  get firstSeq(): number {
    return this.frames[this.start]?.firstSeq ?? this.endSeq;
  }

  /** Frames from the one that holds `seq` on; it must not be older than firstSeq. */
  from(seq: number): readonly EventRows[] {
    return this.frames.slice(this.indexOf(seq));
  }

  /**
   * The events of one command, which all lie in one frame; null: not here. Costs a walk of that frame, or only of what
   * follows the command asked for before.
   */
  eventsOf(firstSeq: number, count: number): EngineEvent[] | null {
    if (firstSeq < this.firstSeq || firstSeq + count > this.endSeq) return null;
    const frame = this.frames[this.indexOf(firstSeq)]!;
    const { asked } = this;
    const from =
      asked !== null && asked.frame === frame && asked.seq <= firstSeq ? asked : { at: 0, seq: frame.firstSeq };
    const read = readEvents(frame, from, firstSeq, count);
    this.asked = { frame, ...read.behind };
    return read.events;
  }

  private indexOf(seq: number): number {
    let low = this.start;
    let high = this.frames.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.frames[middle]!.firstSeq <= seq) low = middle + 1;
      else high = middle;
    }
    return Math.max(this.start, low - 1);
  }
}

/** The sequence behind a frame's last event. */
export function seqAfter({ rows, length, firstSeq }: EventRows): number {
  let count = 0;
  for (let at = 0; at < length; at += rowLength(rows, at)) count += 1;
  return firstSeq + count;
}

/** The events of a command in its frame; null: the frame ends before them. */
export function eventsOfCommand(frame: EventRows, firstSeq: number, count: number): EngineEvent[] | null {
  return readEvents(frame, { at: 0, seq: frame.firstSeq }, firstSeq, count).events;
}

function readEvents(
  frame: EventRows,
  from: Omit<RowPlace, "frame">,
  firstSeq: number,
  count: number,
): { readonly events: EngineEvent[] | null; readonly behind: Omit<RowPlace, "frame"> } {
  const { rows, length, texts, timeUs } = frame;
  let { at, seq } = from;
  for (; at < length && seq < firstSeq; at += rowLength(rows, at)) seq += 1;
  const words = new Uint32Array(rows.buffer, rows.byteOffset, rows.length * 2);
  const events: EngineEvent[] = [];
  for (; at < length && events.length < count; at += rowLength(rows, at), seq += 1)
    events.push(decodeRow(rows, words, at, texts, seq, timeUs));
  return { events: events.length === count ? events : null, behind: { at, seq } };
}
