/**
 * Delivery: many messages to many clients in few socket writes.
 *
 * A write to a socket costs far more than a message in it. So messages wait in their client's outlet until the end of the
 * turn, or a few ms under load, and leave in one write. Clients that are owed the same messages share one buffer.
 */
import type { Stop, StreamClock } from "./stream-clock.ts";

/** The pause between two rounds is at least as long as the last round took, but not longer than this. */
const PAUSE_MS_MAX = 50;
/** Messages that wait are written early when there are this many bytes of them for one client. */
const WAITING_BYTES_MAX = 262_144;

/** Where one client's bytes go. */
export interface Outlet {
  /** Complete frames, in order. Called at most once per round. */
  write(bytes: Buffer): void;
  /** What has been written and not yet left the process. */
  bufferedBytes(): number;
  /** More than the limit waits: the reader is too slow. Nothing is written to it any more. */
  onOverflow(): void;
}

export class ClientQueue {
  readonly outlet: Outlet;
  frames: Buffer[] = [];
  bytes = 0;
  closed = false;

  constructor(outlet: Outlet) {
    this.outlet = outlet;
  }
}

export interface DeliveryLimits {
  readonly coalesceMs: number;
  readonly bufferedBytesMax: number;
}

export class Delivery {
  readonly #clock: StreamClock;
  readonly #limits: DeliveryLimits;
  #waiting: ClientQueue[] = [];
  #cancelRound: Stop | null = null;
  #lastRoundEndMs = Number.NEGATIVE_INFINITY;
  #pauseMs: number;
  #messages = 0;
  #bytes = 0;
  #writes = 0;

  constructor(clock: StreamClock, limits: DeliveryLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#pauseMs = limits.coalesceMs;
  }

  get stats(): { readonly messages: number; readonly bytes: number; readonly writes: number } {
    return { messages: this.#messages, bytes: this.#bytes, writes: this.#writes };
  }

  put(queue: ClientQueue, frame: Buffer): void {
    if (queue.closed) return;
    if (queue.frames.length === 0) this.#waiting.push(queue);
    queue.frames.push(frame);
    queue.bytes += frame.length;
    if (queue.bytes > WAITING_BYTES_MAX) this.flush();
    else if (this.#cancelRound === null) this.#planRound();
  }

  /** Writes everything that waits. */
  flush(): void {
    this.#cancelRound?.();
    this.#cancelRound = null;
    const startMs = this.#clock.nowMs();
    const waiting = this.#waiting;
    this.#waiting = [];
    let shared: readonly Buffer[] = [];
    let sharedBytes: Buffer = Buffer.alloc(0);
    for (const queue of waiting) {
      const { frames, bytes, outlet } = queue;
      queue.frames = [];
      queue.bytes = 0;
      if (queue.closed) continue;
      if (outlet.bufferedBytes() + bytes > this.#limits.bufferedBytesMax) {
        queue.closed = true;
        outlet.onOverflow();
        continue;
      }
      if (!sameFrames(frames, shared)) {
        shared = frames;
        sharedBytes = frames.length === 1 ? frames[0]! : Buffer.concat(frames, bytes);
      }
      outlet.write(sharedBytes);
      this.#messages += frames.length;
      this.#bytes += bytes;
      this.#writes += 1;
    }
    this.#lastRoundEndMs = this.#clock.nowMs();
    this.#pauseMs = Math.min(PAUSE_MS_MAX, Math.max(this.#limits.coalesceMs, this.#lastRoundEndMs - startMs));
  }

  stop(): void {
    this.#cancelRound?.();
    this.#cancelRound = null;
  }

  /** A lone message leaves at the end of its turn; under load a round waits until the pause since the last is over. */
  #planRound(): void {
    const restMs = this.#lastRoundEndMs + this.#pauseMs - this.#clock.nowMs();
    const run = (): void => this.flush();
    this.#cancelRound = restMs > 0 ? this.#clock.after(restMs, run) : this.#clock.soon(run);
  }
}

function sameFrames(a: readonly Buffer[], b: readonly Buffer[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
