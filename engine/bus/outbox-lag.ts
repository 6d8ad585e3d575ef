/**
 * How long the oldest event that has not left yet has been waiting. The outbox knows sequences only; this remembers when
 * the head stood where, in bounded memory: the longer the lag, the coarser.
 */
const MARKS_MAX = 512;
const GRAIN_MS = 250;

interface Mark {
  readonly atMs: number;
  /** The newest event at that time, and until the next mark. */
  seq: number;
}

export class OutboxLag {
  private marks: Mark[] = [];
  private grainMs = GRAIN_MS;

  /** The newest event is this one, now. Events from before the first call count as of then. */
  headAt(seq: number, nowMs: number): void {
    const last = this.marks.at(-1);
    if (last === undefined || nowMs - last.atMs >= this.grainMs) {
      if (last === undefined || seq > last.seq) this.marks.push({ atMs: nowMs, seq });
    } else last.seq = Math.max(last.seq, seq);
    if (this.marks.length <= MARKS_MAX) return;
    // Of two neighbours the later one's events count as of the earlier: a lag is never said too short.
    this.marks = this.marks.flatMap((mark, index) =>
      index % 2 === 1 ? [] : [{ atMs: mark.atMs, seq: this.marks[index + 1]?.seq ?? mark.seq }],
    );
    this.grainMs *= 2;
  }

  /** @param nextSeq the first sequence that has not left. 0: nothing waits. */
  seconds(nextSeq: number, nowMs: number): number {
    const waiting = this.marks.findIndex(({ seq }) => seq >= nextSeq);
    if (waiting === -1) {
      this.marks = [];
      this.grainMs = GRAIN_MS;
      return 0;
    }
    this.marks.splice(0, waiting);
    return Math.max(0, nowMs - this.marks[0]!.atMs) / 1_000;
  }
}
