/**
 * One subscribing connection: channels, their listeners, and whether all of it is confirmed right now.
 *
 * After each reconnect every channel is subscribed again, and only when the server has confirmed all of them is it up.
 * What was published meanwhile is lost: whoever listens is told `up` and makes good for it. A connection that is silent
 * for long is asked whether it still lives, because a cut without a word looks like silence.
 */
import type { Redis } from "ioredis";
import type { EdgeClock } from "./edge-clock.ts";

/** Gives a new connection (redis/connection.ts), whose events have not begun yet. */
export type OpenRedis = () => Promise<Redis>;

export interface ChannelListener {
  message(text: string): void;
  /** Confirmed; called anew after each reconnect. */
  up?(): void;
  down?(): void;
}

/** What others need of a RedisSubscriber; a test has its own. */
export interface ChannelSource {
  /** Every channel is confirmed. */
  readonly isUp: boolean;
  listen(channel: string, listener: ChannelListener): void;
}

export interface SubscriberLogLine {
  readonly at: "bus";
  readonly outcome: "subscribe_refused" | "message_unreadable";
  readonly channel?: string;
  readonly reason: string;
}

/** A living engine beats every 250 ms, so so long a silence is a reason to ask. */
const SILENCE_MAX_MS = 3_000;

export class RedisSubscriber implements ChannelSource {
  readonly #open: OpenRedis;
  readonly #clock: EdgeClock;
  readonly #log: (line: SubscriberLogLine) => void;
  readonly #listeners = new Map<string, ChannelListener[]>();
  #redis: Redis | null = null;
  #opening: Promise<void> | null = null;
  #confirmed = false;
  #heardMs = 0;
  #stopWatch: () => void = () => {};
  #closed = false;

  constructor(open: OpenRedis, clock: EdgeClock, log: (line: SubscriberLogLine) => void) {
    this.#open = open;
    this.#clock = clock;
    this.#log = log;
  }

  get isUp(): boolean {
    return this.#confirmed;
  }

  /** Connects at the first call. A channel may have several listeners. */
  listen(channel: string, listener: ChannelListener): void {
    const known = this.#listeners.get(channel);
    if (known !== undefined) {
      known.push(listener);
      if (this.#confirmed) listener.up?.();
      return;
    }
    this.#listeners.set(channel, [listener]);
    this.#confirmed = false;
    this.#opening ??= this.#connect();
    if (this.#redis?.status === "ready") this.#subscribe(this.#redis);
  }

  close(): void {
    this.#closed = true;
    this.#stopWatch();
    this.#redis?.disconnect();
    this.#confirmed = false;
  }

  async #connect(): Promise<void> {
    const redis = await this.#open();
    if (this.#closed) return redis.disconnect();
    this.#redis = redis;
    redis.on("message", (channel: string, text: string) => {
      this.#heardMs = this.#clock.nowMs();
      for (const listener of this.#listeners.get(channel) ?? []) this.#tell(listener, channel, text);
    });
    redis.on("ready", () => this.#subscribe(redis));
    redis.on("close", () => this.#down());
    this.#stopWatch = this.#clock.every(SILENCE_MAX_MS, () => this.#askWhenSilent(redis));
  }

  /** What one message does wrong must not end the process, nor keep it from the others. */
  #tell(listener: ChannelListener, channel: string, text: string): void {
    try {
      listener.message(text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log({ at: "bus", outcome: "message_unreadable", channel, reason });
    }
  }

  #subscribe(redis: Redis): void {
    const channels = [...this.#listeners.keys()];
    redis.subscribe(...channels).then(
      () => {
        // A channel that came meanwhile has a subscribe of its own on the way.
        if (redis.status !== "ready" || channels.length < this.#listeners.size) return;
        this.#heardMs = this.#clock.nowMs();
        this.#confirmed = true;
        for (const listener of [...this.#listeners.values()].flat()) listener.up?.();
      },
      (error: Error) => {
        // Cut off: the next connection subscribes again.
        if (redis.status !== "ready") return;
        this.#log({ at: "bus", outcome: "subscribe_refused", reason: error.message });
        redis.disconnect(true);
      },
    );
  }

  #down(): void {
    if (!this.#confirmed) return;
    this.#confirmed = false;
    for (const listener of [...this.#listeners.values()].flat()) listener.down?.();
  }

  #askWhenSilent(redis: Redis): void {
    if (!this.#confirmed || this.#clock.nowMs() - this.#heardMs < SILENCE_MAX_MS) return;
    this.#heardMs = this.#clock.nowMs();
    // Without an answer the connection ends by its own timeout, and `close` follows.
    redis.ping().catch(() => {});
  }
}
