/**
 * Rows of several markets, read page by page backwards in time, and put together: newest first, without a gap between any two
 * that are shown. Pure.
 */

export interface RowKind<Row> {
  readonly idOf: (row: Row) => string;
  readonly timeOf: (row: Row) => number;
}

export interface Question {
  readonly symbol: string;
  /** The newest rows up to then, inclusive. Not given: up to now. */
  readonly endTime?: number;
}

export type Reading = "anew" | "newer" | "older";

export class PagedRows<Row> {
  readonly #kind: RowKind<Row>;
  readonly #pageSize: number;
  #known: ReadonlyMap<string, Row> = new Map();
  /** By symbol: the time of its oldest known row, where there may be older ones. */
  #unread: ReadonlyMap<string, number> = new Map();

  constructor(kind: RowKind<Row>, pageSize: number) {
    this.#kind = kind;
    this.#pageSize = pageSize;
  }

  /** As far back as every symbol is known. */
  get rows(): readonly Row[] {
    const { timeOf } = this.#kind;
    const sinceMs = Math.max(0, ...this.#unread.values());
    const shown = [...this.#known.values()].filter((row) => timeOf(row) >= sinceMs);
    return shown.sort((a, b) => timeOf(b) - timeOf(a));
  }

  get hasOlder(): boolean {
    return this.#unread.size > 0;
  }

  /** What is to be asked, a page each. */
  questions(reading: Reading, symbols: readonly string[]): readonly Question[] {
    if (reading !== "older") return symbols.map((symbol) => ({ symbol }));
    return [...this.#unread].map(([symbol, endTime]) => ({ symbol, endTime }));
  }

  /** @param pages the answers, in the order of the questions; each oldest first. */
  take(reading: Reading, questions: readonly Question[], pages: readonly (readonly Row[])[]): void {
    const isFull = (page: readonly Row[]): boolean => page.length >= this.#pageSize;
    const isKnown = (row: Row): boolean => this.#known.has(this.#kind.idOf(row));
    // Pages that do not reach what is known leave a gap: what is known is forgotten.
    const leavesGap = pages.some((page) => isFull(page) && !page.some(isKnown));
    const isAnew = reading === "anew" || (reading === "newer" && leavesGap);
    if (isAnew) this.#known = new Map();
    const unread = new Map(isAnew ? [] : this.#unread);
    for (const [at, { symbol }] of questions.entries()) {
      const page = pages[at] ?? [];
      // A page that brings nothing new ends it, though it be full: all of one moment.
      if (isFull(page) && !page.every(isKnown)) {
        if (isAnew || reading === "older") unread.set(symbol, Math.min(...page.map(this.#kind.timeOf)));
      } else if (reading === "older") unread.delete(symbol);
    }
    // Pages are oldest first: of one moment, too, the newest comes first.
    const told = pages.flatMap((page) => page.toReversed().map((row) => [this.#kind.idOf(row), row] as const));
    this.#known = new Map([...this.#known, ...told]);
    this.#unread = unread;
  }
}
