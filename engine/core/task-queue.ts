/**
 * What the command at hand has still to do: orders that a price has fired or a list has set free, first in, first out, and
 * the lists that stand in the events of the task at hand.
 *
 * Owns: the order of both. Does not own: what they do (tasks.ts).
 */
export const TRIGGER = 0;
export const ACTIVATION = 1;

export class TaskQueue {
  private readonly kinds: number[] = [];
  private readonly orderIds: number[] = [];
  private next = 0;
  /** Of the task that `take` took. */
  kind = TRIGGER;
  orderId = 0;
  /** Ids of lists, in the order of their first event in the task at hand, each once. A task may meet any number of lists. */
  readonly touchedLists = new Set<number>();

  push(kind: number, orderId: number): void {
    this.kinds.push(kind);
    this.orderIds.push(orderId);
  }

  /** @returns false when there is none; then the queue is as new. */
  take(): boolean {
    if (this.next === this.kinds.length) {
      this.kinds.length = 0;
      this.orderIds.length = 0;
      this.next = 0;
      return false;
    }
    this.kind = this.kinds[this.next]!;
    this.orderId = this.orderIds[this.next]!;
    this.next += 1;
    return true;
  }

  /** @param list 0: none. */
  touch(list: number): void {
    if (list !== 0) this.touchedLists.add(list);
  }
}
