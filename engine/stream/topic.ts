/**
 * One stream name with its subscribers, and what each kind of stream must remember between two events.
 *
 * A topic exists while it has subscribers. An event's frame is built at most twice: bare, and in the combined wrapper.
 */
import type { ClientQueue, Delivery } from "./delivery.ts";
import type { DepthChanges } from "./depth-changes.ts";
import type { StreamName } from "./stream-names.ts";
import { textFrame } from "./text-frame.ts";

/** One client, as far as events are concerned. */
export interface Subscriber {
  readonly queue: ClientQueue;
  /** Whether its events come as {"stream", "data"}. */
  readonly combined: boolean;
}

/** `told`: what the last event said, in a form that can be compared. */
export interface TopicMemory {
  depthChanges: DepthChanges | null;
  told: string | null;
  /** The candle that the next kline event is about. */
  candleOpenMs: number | null;
  /** mini_tickers: told, per instrument. */
  readonly toldByInstrument: Map<number, string>;
}

export class Topic {
  readonly name: string;
  /** null: a name that never produces events. */
  readonly parsed: StreamName | null;
  readonly subscribers = new Set<Subscriber>();
  /** Those who have not been told yet where a stream of states stands. */
  readonly newcomers = new Set<Subscriber>();
  readonly memory: TopicMemory = { depthChanges: null, told: null, candleOpenMs: null, toldByInstrument: new Map() };

  constructor(name: string, parsed: StreamName | null) {
    this.name = name;
    this.parsed = parsed;
  }

  publish(delivery: Delivery, payload: string): void {
    this.newcomers.clear();
    this.#send(delivery, payload, this.subscribers);
  }

  publishToNewcomers(delivery: Delivery, payload: string): void {
    this.#send(delivery, payload, this.newcomers);
    this.newcomers.clear();
  }

  #send(delivery: Delivery, payload: string, to: ReadonlySet<Subscriber>): void {
    let bare: Buffer | null = null;
    let wrapped: Buffer | null = null;
    for (const subscriber of to) {
      if (subscriber.combined) {
        wrapped ??= textFrame(combinedText(this.name, payload));
        delivery.put(subscriber.queue, wrapped);
      } else {
        bare ??= textFrame(payload);
        delivery.put(subscriber.queue, bare);
      }
    }
  }
}

export function combinedText(streamName: string, payload: string): string {
  return `{"stream":${JSON.stringify(streamName)},"data":${payload}}`;
}
