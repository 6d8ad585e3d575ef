/** A queue that gives up its front in order: what is kept until persistence has committed it. */
const COMPACT_AT = 1024;

export class Fifo<T> {
  private items: T[] = [];
  private start = 0;

  get length(): number {
    return this.items.length - this.start;
  }

  push(item: T): void {
    this.items.push(item);
  }

  peek(): T | undefined {
    return this.items[this.start];
  }

  shift(): T | undefined {
    const item = this.items[this.start];
    if (item === undefined) return undefined;
    this.start += 1;
    // Amortized: at least half of what is moved has been taken.
    if (this.start >= COMPACT_AT && this.start * 2 >= this.items.length) {
      this.items = this.items.slice(this.start);
      this.start = 0;
    }
    return item;
  }

  /** What is in it, oldest first. */
  toArray(): T[] {
    return this.items.slice(this.start);
  }
}
