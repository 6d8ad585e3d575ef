/**
 * Where one account's closed orders and fills on one instrument are found, and what of them has been forgotten.
 */
import type { DroppedHistory } from "../bus/engine-client.ts";
import { Fifo } from "./fifo.ts";
import { doublesOf } from "./read-model-capture.ts";

export interface Story {
  /** Slots of the order store, in the order in which they closed. */
  readonly closed: Fifo<number>;
  /** Indexes of the fill log. */
  readonly fills: Fifo<number>;
  /** The newest closed order by client order id; made when it is first asked for. */
  closedByClientId: Map<string, number> | null;
  readonly dropped: { orderId: number; orderCreatedUs: number; tradeId: number; tradeUs: number };
}

export const NOTHING_DROPPED: DroppedHistory = { orderId: 0, orderCreatedUs: 0, tradeId: 0, tradeUs: 0 };
/** Accounts are below 2^24 and instruments below 2^12. */
const INSTRUMENTS_END = 4096;
/** Of one story in a snapshot: its key and what was dropped. */
const DROPPED_DOUBLES = 5;

export class Stories {
  private readonly byKey = new Map<number, Story>();

  of(account: number, instrument: number): Story {
    const key = account * INSTRUMENTS_END + instrument;
    let story = this.byKey.get(key);
    if (story === undefined) {
      story = { closed: new Fifo(), fills: new Fifo(), closedByClientId: null, dropped: { ...NOTHING_DROPPED } };
      this.byKey.set(key, story);
    }
    return story;
  }

  known(account: number, instrument: number): Story | undefined {
    return this.byKey.get(account * INSTRUMENTS_END + instrument);
  }

  captureDropped(): Float64Array {
    const dropped = [...this.byKey].flatMap(([key, { dropped: d }]) => [
      key,
      d.orderId,
      d.orderCreatedUs,
      d.tradeId,
      d.tradeUs,
    ]);
    return Float64Array.from(dropped);
  }

  restoreDropped(bytes: Uint8Array): void {
    const dropped = doublesOf(bytes);
    for (let at = 0; at < dropped.length; at += DROPPED_DOUBLES) {
      const [key = 0, orderId = 0, orderCreatedUs = 0, tradeId = 0, tradeUs = 0] = dropped.subarray(
        at,
        at + DROPPED_DOUBLES,
      );
      const story = this.of(Math.floor(key / INSTRUMENTS_END), key % INSTRUMENTS_END);
      Object.assign(story.dropped, { orderId, orderCreatedUs, tradeId, tradeUs });
    }
  }
}
