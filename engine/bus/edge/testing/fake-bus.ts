/**
 * A FAKE Redis and a clock that a test moves: for what a real server cannot be made to do at a wanted moment. What a real
 * one does is in the services tests.
 */

import { type Beat, busNames, type CommandAnswer } from "../../../protocol/bus-messages.ts";
import { toWire } from "../../../protocol/wire-json.ts";
import { BeatWatch } from "../beat-watch.ts";
import type { EdgeClock } from "../edge-clock.ts";
import { RedisEngineClient } from "../redis-engine-client.ts";
import type { EntryLane, StreamEntry } from "../redis-lane.ts";
import type { ChannelListener, ChannelSource } from "../redis-subscriber.ts";

const START_US = 1_767_225_600_000_000;

export class FakeClock implements EdgeClock {
  #ms = 0;
  /** How far the wall clock has been set off. */
  stepMs = 0;
  readonly #timers = new Set<{ readonly intervalMs: number; readonly call: () => void; nextMs: number }>();

  nowUs(): number {
    return START_US + (this.#ms + this.stepMs) * 1_000;
  }
  nowMs(): number {
    return this.#ms;
  }
  every(intervalMs: number, call: () => void): () => void {
    const timer = { intervalMs, call, nextMs: this.#ms + intervalMs };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
  get timers(): number {
    return this.#timers.size;
  }

  /** Millisecond by millisecond, and what each sets off within the turn of the event loop. */
  async pass(ms: number): Promise<void> {
    for (let end = this.#ms + ms; this.#ms < end; ) {
      this.#ms += 1;
      for (const timer of [...this.#timers]) {
        if (timer.nextMs > this.#ms) continue;
        timer.nextMs += timer.intervalMs;
        timer.call();
      }
    }
    await turns();
  }
}

/** What was put off to the next turns of the event loop happens. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

export class FakeLane implements EntryLane {
  isUp = true;
  isStarted = false;
  /** Entries in the order of their writing; one list a write. */
  readonly writes: (readonly StreamEntry[])[] = [];
  /** What the server says to each entry; null: it takes it, or nobody hears what it says. */
  refusal: string | null = null;
  #upListeners: (() => void)[] = [];

  start(): void {
    this.isStarted = true;
  }
  onUp(listener: () => void): void {
    this.#upListeners.push(listener);
  }
  append(entries: readonly StreamEntry[], refused: (index: number, reason: string) => void): void {
    this.writes.push(entries);
    const { refusal } = this;
    if (refusal !== null) for (const index of entries.keys()) refused(index, refusal);
  }
  up(): void {
    this.isUp = true;
    for (const listener of this.#upListeners) listener();
  }
  get sent(): readonly StreamEntry[] {
    return this.writes.flat();
  }
}

export class FakeSubscriber implements ChannelSource {
  isUp = true;
  readonly #listeners: [string, ChannelListener][] = [];

  listen(channel: string, listener: ChannelListener): void {
    this.#listeners.push([channel, listener]);
    if (this.isUp) listener.up?.();
  }
  up(): void {
    this.isUp = true;
    for (const [, listener] of this.#listeners) listener.up?.();
  }
  publish(channel: string, text: string): void {
    for (const [name, listener] of this.#listeners) if (name === channel) listener.message(text);
  }
}

export interface FakeBus {
  readonly clock: FakeClock;
  readonly lane: FakeLane;
  readonly subscriber: FakeSubscriber;
  readonly beats: BeatWatch;
  readonly client: RedisEngineClient;
  readonly faults: unknown[];
  beat(change?: Partial<Beat>): void;
  /** Answers commands by the ids of their entries. */
  reply(epoch: number, ids: readonly string[], answer: CommandAnswer): void;
}

const BEAT: Beat = {
  engine: "e1",
  epoch: 1,
  state: "running",
  headSeq: 0,
  queued: 0,
  backlog: 0,
  catalogVersion: 0,
  keysVersion: 0,
};

/** A client that has heard one beat. */
export function fakeBus(change: { readonly traceparent?: () => string | null } = {}): FakeBus {
  const clock = new FakeClock();
  const lane = new FakeLane();
  const subscriber = new FakeSubscriber();
  const beats = new BeatWatch(clock);
  const faults: unknown[] = [];
  beats.listen(busNames("e1"), subscriber, async () => null);
  const client = new RedisEngineClient({
    engine: "e1",
    instance: "i1",
    lane,
    subscriber,
    beats,
    clock,
    reportFault: ({ error }) => faults.push(error),
    ...change,
  });
  const bus: FakeBus = {
    clock,
    lane,
    subscriber,
    beats,
    client,
    faults,
    beat: (changed = {}) => subscriber.publish("beat:e1", toWire({ ...BEAT, ...changed })),
    reply: (epoch, ids, answer) =>
      subscriber.publish("reply:i1", toWire({ epoch, replies: ids.map((id) => [id, answer]) })),
  };
  bus.beat();
  return bus;
}

/** The command's id in an entry, as replies name it. */
export function idOf(entry: StreamEntry | undefined): string {
  if (entry === undefined) throw new Error("there is no such entry");
  return entry.record.subarray(8, 24).toString("hex");
}
