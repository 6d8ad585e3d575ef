/**
 * The average price of an instrument's trades, weighed by quantity, over the present minute and those before it.
 *
 * One sum of price × lots and one of lots for each minute, in doubles: a filter compares with it, no money follows from it.
 * Within a minute in the order of the trades, then the minutes oldest first, so that every machine says the same.
 */
const MINUTE_US = 60_000_000;
/** One more than the most that may be asked for would be idle. */
const MINUTES_MAX = 60;
/** Minute, sum of price × lots, sum of lots. */
const CELL = 3;

export class AveragePrice {
  /** A minute stands at its number modulo MINUTES_MAX. */
  private readonly cells = new Float64Array(MINUTES_MAX * CELL);

  add(timeUs: number, priceTicks: number, lots: number): void {
    const minute = Math.floor(timeUs / MINUTE_US);
    const at = (minute % MINUTES_MAX) * CELL;
    const { cells } = this;
    if (cells[at] !== minute) {
      cells[at] = minute;
      cells[at + 1] = 0;
      cells[at + 2] = 0;
    }
    cells[at + 1] = cells[at + 1]! + priceTicks * lots;
    cells[at + 2] = cells[at + 2]! + lots;
  }

  /** Ticks, not whole; 0: no trade in these minutes. */
  over(minutes: number, timeUs: number): number {
    const present = Math.floor(timeUs / MINUTE_US);
    let amounts = 0;
    let quantities = 0;
    for (let minute = Math.max(0, present - minutes + 1); minute <= present; minute++) {
      const at = (minute % MINUTES_MAX) * CELL;
      if (this.cells[at] !== minute) continue;
      amounts += this.cells[at + 1]!;
      quantities += this.cells[at + 2]!;
    }
    return quantities === 0 ? 0 : amounts / quantities;
  }

  clear(): void {
    this.cells.fill(0);
  }

  isEmpty(): boolean {
    return this.cells.every((cell) => cell === 0);
  }

  /** A view; the caller copies. */
  array(): Float64Array {
    return this.cells;
  }

  restore(cells: Float64Array): void {
    this.cells.set(cells);
  }
}
