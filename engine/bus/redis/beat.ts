/**
 * The engine's pulse: with each connection, and four times a second, the projection is brought up to date, and then the beat
 * says how the engine is.
 *
 * In that order: an edge that hears of a version finds it in the projection. No beat without reading: an engine that cannot
 * take commands is not to be sent any.
 */
import type { Redis } from "ioredis";
import { BEAT_EVERY_MS, BEAT_KEY_MS, type Beat, RESTART_GRACE_MS } from "../../protocol/bus-messages.ts";
import { toWire } from "../../protocol/wire-json.ts";

export interface PulseOptions {
  readonly redis: Redis;
  /** A channel and a key of the same name. */
  readonly name: string;
  /** null: not now. */
  readonly beat: () => Omit<Beat, "state"> | null;
  /** Before each beat. May reject: the beat goes out all the same. */
  readonly prepare: () => Promise<void>;
  /** After each beat. */
  readonly after: () => void;
  readonly log: (line: PulseLogLine) => void;
}

export interface PulseLogLine {
  readonly at: "pulse";
  readonly outcome: "projection_failed" | "projection_resumed";
  readonly reason?: string;
}

export class Pulse {
  readonly #options: PulseOptions;
  readonly #timer: NodeJS.Timeout;
  #isBeating = false;
  #isStopped = false;
  #lastReason: string | null = null;
  lostBeats = 0;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#tick(), BEAT_EVERY_MS);
    options.redis.on("ready", () => void this.#tick());
  }

  /** The last word, when the engine is expected back: edges go on sending, and its successor answers. */
  async restarting(): Promise<void> {
    this.stop();
    const beat = this.#options.beat();
    if (beat !== null) await this.#send({ ...beat, state: "restarting" }, RESTART_GRACE_MS);
  }

  /** At once, and not in its turn: something that edges keep has just changed. */
  announce(): void {
    const beat = this.#isStopped ? null : this.#options.beat();
    if (beat !== null) void this.#send({ ...beat, state: "running" }, BEAT_KEY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#isStopped = true;
  }

  /** Never rejects. */
  async #tick(): Promise<void> {
    if (this.#isBeating || this.#isStopped) return;
    this.#isBeating = true;
    await this.#prepare();
    // A tick that was on its way must not follow the last word.
    if (this.#isStopped) return;
    const beat = this.#options.beat();
    if (beat !== null) await this.#send({ ...beat, state: "running" }, BEAT_KEY_MS);
    this.#options.after();
    this.#isBeating = false;
  }

  async #prepare(): Promise<void> {
    const { prepare, log } = this.#options;
    try {
      await prepare();
      if (this.#lastReason !== null) log({ at: "pulse", outcome: "projection_resumed" });
      this.#lastReason = null;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.#lastReason) log({ at: "pulse", outcome: "projection_failed", reason });
      this.#lastReason = reason;
    }
  }

  async #send(beat: Beat, keyMs: number): Promise<void> {
    const { redis, name } = this.#options;
    const text = toWire(beat);
    const sent = await Promise.allSettled([redis.publish(name, text), redis.set(name, text, "PX", keyMs)]);
    if (sent[0].status === "rejected") this.lostBeats += 1;
  }
}
