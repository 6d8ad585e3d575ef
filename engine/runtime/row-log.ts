/**
 * What persistence has not committed yet, in the order of its events: rows of doubles in chunks that are written once and
 * dropped whole. So a snapshot can go on reading the chunks of its moment while new rows come and old ones go.
 *
 * A row is named by its index, which never changes; the one who writes says what its columns are.
 */
const CHUNK_ROWS = 4096;

export class RowLog {
  private readonly rowDoubles: number;
  private chunks: Float64Array[] = [];
  /** Index of the first row of the first chunk; of the first that is kept; behind the last. */
  private base = 0;
  private start = 0;
  private end = 0;

  constructor(rowDoubles: number) {
    this.rowDoubles = rowDoubles;
  }

  /** Where the next row goes; `commitRow` takes it in. */
  protected nextChunk(): Float64Array {
    const chunk = Math.floor((this.end - this.base) / CHUNK_ROWS);
    if (chunk === this.chunks.length) this.chunks.push(new Float64Array(CHUNK_ROWS * this.rowDoubles));
    return this.chunks[chunk]!;
  }

  protected nextOffset(): number {
    return ((this.end - this.base) % CHUNK_ROWS) * this.rowDoubles;
  }

  /** The row at nextChunk and nextOffset is written. @returns its index. */
  protected commitRow(): number {
    return this.end++;
  }

  /** The oldest that is kept; null: none. */
  get oldest(): number | null {
    return this.start < this.end ? this.start : null;
  }

  get length(): number {
    return this.end - this.start;
  }

  forgetOldest(): void {
    this.start += 1;
    if (this.start - this.base < CHUNK_ROWS) return;
    this.chunks.shift();
    this.base += CHUNK_ROWS;
  }

  protected column(index: number, column: number): number {
    return this.chunkOf(index)[this.offsetOf(index) + column]!;
  }

  protected chunkOf(index: number): Float64Array {
    return this.chunks[Math.floor((index - this.base) / CHUNK_ROWS)]!;
  }

  protected offsetOf(index: number): number {
    return ((index - this.base) % CHUNK_ROWS) * this.rowDoubles;
  }

  /** The rows of this moment, a chunk at a time, whatever comes and goes meanwhile. */
  rowsOfNow(): () => Iterable<Float64Array> {
    const { base, start, end, rowDoubles } = this;
    const chunks = this.chunks.slice();
    return function* rows() {
      for (const [number, chunk] of chunks.entries()) {
        const first = base + number * CHUNK_ROWS;
        const from = Math.max(0, start - first);
        const to = Math.min(CHUNK_ROWS, end - first);
        if (from < to) yield chunk.subarray(from * rowDoubles, to * rowDoubles);
      }
    };
  }

  /** Takes in rows as `rowsOfNow` gave them. @returns their indexes, oldest first. */
  *load(rows: Float64Array): Iterable<number> {
    for (let from = 0; from < rows.length; from += this.rowDoubles) {
      this.nextChunk().set(rows.subarray(from, from + this.rowDoubles), this.nextOffset());
      yield this.commitRow();
    }
  }
}
