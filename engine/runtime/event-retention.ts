/**
 * The newest events, in memory, for whoever is a little behind: the outbox, gap pulls, repeated replies. What is older
 * is made again from the journal (event-history.ts).
 */
import type { EventRows } from "../protocol/event-decoder.ts";

const RETAINED_BYTES_MAX_DEFAULT = 64 * 1024 * 1024;

export class EventRetention {
  private frames: EventRows[] = [];
  private start = 0;
  private bytes = 0;
  /** First sequence of the frame that comes next. */
  endSeq: number;

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
    let low = this.start;
    let high = this.frames.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.frames[middle]!.firstSeq <= seq) low = middle + 1;
      else high = middle;
    }
    return this.frames.slice(Math.max(this.start, low - 1));
  }
}
