/**
 * One stream name with its subscribers, and what each kind of stream must remember between two events.
 *
 * A topic exists while it has subscribers. An event's frame is built at most once for each dialect that its
 * subscribers speak: bare or in the combined wrapper, in ms or in µs.
 */
import type { TimeUnit } from "../api/time-unit.ts";
import type { ClientQueue, Delivery } from "./delivery.ts";
import type { DepthChanges } from "./depth-changes.ts";
import type { StreamName } from "./stream-names.ts";
import { textFrame } from "./text-frame.ts";

/** One client, as far as events are concerned. */
export interface Subscriber {
  readonly queue: ClientQueue;
  /** Whether its events come as {"stream", "data"}. */
  readonly combined: boolean;
  /** Of every time in its events. */
  readonly timeUnit: TimeUnit;
}

/** An event's text; asked for at most once a unit, at once. */
export type Payload = (unit: TimeUnit) => string;

/** `told`: what the last event said, in a form that can be compared. */
export interface TopicMemory {
  depthChanges: DepthChanges | null;
  told: string | null;
  /** The candle that the next kline event is about. */
  candleOpenMs: number | null;
  /** Streams of all instruments: told, per instrument. */
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

  publish(delivery: Delivery, payload: Payload): void {
    this.newcomers.clear();
    this.#send(delivery, payload, this.subscribers);
  }

  publishToNewcomers(delivery: Delivery, payload: Payload): void {
    this.#send(delivery, payload, this.newcomers);
    this.newcomers.clear();
  }

  #send(delivery: Delivery, payload: Payload, to: ReadonlySet<Subscriber>): void {
    const made: Partial<Record<TimeUnit, Frames>> = {};
    for (const { queue, combined, timeUnit } of to) {
      made[timeUnit] ??= new Frames(payload(timeUnit));
      const frames = made[timeUnit];
      delivery.put(queue, combined ? frames.wrapped(this.name) : frames.bare());
    }
  }
}

/** One event in one time unit. */
class Frames {
  readonly #text: string;
  #bare: Buffer | null = null;
  #wrapped: Buffer | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  bare(): Buffer {
    this.#bare ??= textFrame(this.#text);
    return this.#bare;
  }

  wrapped(streamName: string): Buffer {
    this.#wrapped ??= textFrame(combinedText(streamName, this.#text));
    return this.#wrapped;
  }
}

export function combinedText(streamName: string, payload: string): string {
  return `{"stream":${JSON.stringify(streamName)},"data":${payload}}`;
}
