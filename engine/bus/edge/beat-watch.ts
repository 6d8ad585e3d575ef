/**
 * What the engine's beats say: whether commands may be sent, its epoch, and the versions of its projections.
 *
 * Beats of an epoch lower than one already seen come from a predecessor and are not heard.
 */
import { BEAT_STALE_MS, type Beat, type BusNames, RESTART_GRACE_MS } from "../../protocol/bus-messages.ts";
import { fromWire } from "../../protocol/wire-json.ts";
import type { EdgeClock } from "./edge-clock.ts";
import type { ChannelSource } from "./redis-subscriber.ts";

/** Entries that wait at the engine: above this an answer within the deadline is not to be expected. */
export const BACKLOG_MAX = 50_000;

/** Until its first connection an edge waits so long before it calls nothing silence. */
export const CONNECT_PATIENCE_MS = 2_000;

/** `unknown`: it is too early to call it silence that nothing is heard. */
export type Intake = "open" | "closed" | "unknown";

/** How long a beat is believed. */
const LIFE_MS: Readonly<Record<Beat["state"], number>> = { running: BEAT_STALE_MS, restarting: RESTART_GRACE_MS };

export interface BeatSource {
  intake(): Intake;
  readonly epoch: number;
  /** The newest beat, if it is fresh. */
  fresh(): Beat | null;
  /** A reply has named an epoch. */
  sawEpoch(epoch: number): void;
  /** Called when a beat or an answer has named a higher epoch. */
  onEpochRise(listener: () => void): void;
}

export class BeatWatch implements BeatSource {
  readonly #clock: EdgeClock;
  readonly #listeners: (() => void)[] = [];
  #beat: Beat | null = null;
  #beatMs = 0;
  #patientUntilMs: number | null = null;
  #epoch = 0;

  constructor(clock: EdgeClock) {
    this.#clock = clock;
  }

  /** @param readKey the text under the beat's key, so that a start need not wait for the next beat. */
  listen(names: BusNames, subscriber: ChannelSource, readKey: (key: string) => Promise<string | null>): void {
    this.#patientUntilMs ??= this.#clock.nowMs() + CONNECT_PATIENCE_MS;
    subscriber.listen(names.beat, {
      message: (text) => this.heard(text),
      up: () => {
        // What was said while nobody listened is lost: the next beat is waited for.
        this.#patientUntilMs = this.#clock.nowMs() + BEAT_STALE_MS;
        readKey(names.beat)
          .then((text) => {
            if (text !== null) this.heard(text);
          })
          // The channel will say it: the key only saves waiting.
          .catch(() => {});
      },
    });
  }

  heard(text: string): void {
    const beat = fromWire(text) as Beat;
    if (beat.epoch < this.#epoch) return;
    this.#beat = beat;
    this.#beatMs = this.#clock.nowMs();
    this.sawEpoch(beat.epoch);
  }

  get epoch(): number {
    return this.#epoch;
  }

  sawEpoch(epoch: number): void {
    if (epoch <= this.#epoch) return;
    this.#epoch = epoch;
    for (const listener of this.#listeners) listener();
  }

  onEpochRise(listener: () => void): void {
    this.#listeners.push(listener);
  }

  fresh(): Beat | null {
    return this.#clock.nowMs() - this.#beatMs <= BEAT_STALE_MS ? this.#beat : null;
  }

  intake(): Intake {
    const nowMs = this.#clock.nowMs();
    const beat = this.#beat;
    if (beat !== null && nowMs - this.#beatMs <= LIFE_MS[beat.state]) {
      return beat.state === "running" && beat.backlog + beat.queued > BACKLOG_MAX ? "closed" : "open";
    }
    return this.#patientUntilMs === null || nowMs <= this.#patientUntilMs ? "unknown" : "closed";
  }
}
