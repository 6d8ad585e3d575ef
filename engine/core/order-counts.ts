/**
 * Orders taken in, by account: in the present ten seconds and on the present UTC day, windows aligned to the engine's time,
 * less what the first fills of orders give back.
 *
 * Owns: the counts. Does not own: the limits (ExchangeLimits). Four words an account: each window's number since the epoch
 * and its count; one that has passed counts 0.
 */
const WORDS = 4;
const TENS = 0;
const DAY = 2;
const TENS_US = 10_000_000;
const DAY_US = 86_400_000_000;
/** What an order's first fill gives back. */
export const FIRST_FILL_AS_TAKER = 1;
export const FIRST_FILL_AS_MAKER = 5;

export class OrderCountTable {
  private cells = new Int32Array(16 * WORDS);
  /** The present windows. */
  private tens = 0;
  private day = 0;

  /** The time of the commands to come. (Told once a frame: a time handed to each count would be allocated each time.) */
  turnTo(timeUs: number): void {
    this.tens = Math.floor(timeUs / TENS_US);
    this.day = Math.floor(timeUs / DAY_US);
  }

  /** An order was taken in, or a cancel_replace came as far. */
  count(account: number): void {
    const at = account * WORDS;
    if (at >= this.cells.length) this.grow(account);
    const { cells } = this;
    if (cells[at + TENS] !== this.tens) {
      cells[at + TENS] = this.tens;
      cells[at + TENS + 1] = 0;
      if (cells[at + DAY] !== this.day) {
        cells[at + DAY] = this.day;
        cells[at + DAY + 1] = 0;
      }
    }
    cells[at + TENS + 1] = cells[at + TENS + 1]! + 1;
    cells[at + DAY + 1] = cells[at + DAY + 1]! + 1;
  }

  /** An order has its first fill: both windows lose so much, never below 0. */
  giveBack(account: number, orders: number): void {
    const at = account * WORDS;
    const { cells } = this;
    if (at >= cells.length || cells[at + DAY] !== this.day) return;
    cells[at + DAY + 1] = Math.max(0, cells[at + DAY + 1]! - orders);
    // A window that has passed counts 0 whatever stands there.
    cells[at + TENS + 1] = Math.max(0, cells[at + TENS + 1]! - orders);
  }

  per10s(account: number, timeUs: number): number {
    return this.read(account * WORDS + TENS, Math.floor(timeUs / TENS_US));
  }
  perDay(account: number, timeUs: number): number {
    return this.read(account * WORDS + DAY, Math.floor(timeUs / DAY_US));
  }

  clear(): void {
    this.cells.fill(0);
  }

  private read(at: number, window: number): number {
    return at < this.cells.length && this.cells[at] === window ? this.cells[at + 1]! : 0;
  }

  private grow(account: number): void {
    let length = this.cells.length;
    while (length <= account * WORDS) length *= 2;
    const cells = new Int32Array(length);
    cells.set(this.cells);
    this.cells = cells;
  }

  /** A view of the accounts up to the last that was ever counted; the caller copies. */
  array(): Int32Array {
    let end = this.cells.length;
    while (end > 0 && this.cells[end - WORDS + TENS] === 0 && this.cells[end - WORDS + DAY] === 0) end -= WORDS;
    return this.cells.subarray(0, end);
  }

  restore(cells: Int32Array): void {
    this.cells.fill(0);
    if (cells.length > 0) this.grow(cells.length / WORDS - 1);
    this.cells.set(cells);
  }
}
