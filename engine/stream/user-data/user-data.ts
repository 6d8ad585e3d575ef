/** What happens to accounts, told to whoever listens: the seam between the sockets and the engine's events. */
import type { TimeUnit } from "../../api/time-unit.ts";

/** One event of a user data stream (trading-api.md §1.16). */
export class UserEvent {
  readonly #shape: (unit: TimeUnit) => object;
  readonly #texts: { ms?: string; us?: string } = {};

  constructor(shape: (unit: TimeUnit) => object) {
    this.#shape = shape;
  }

  /** Bare, as JSON; made once for each unit, for all who hear it. */
  text(unit: TimeUnit): string {
    this.#texts[unit] ??= JSON.stringify(this.#shape(unit));
    return this.#texts[unit];
  }
}

/** `key_gone`: revoked or expired. `lost`: what follows cannot be told without a gap; ask again and start anew. */
export type StreamEnd = "key_gone" | "lost";

export interface UserListener {
  event(event: UserEvent): void;
  /** Nothing follows. Not called for who has stopped by itself. */
  ended(why: StreamEnd): void;
}

export interface UserData {
  /**
   * Resolves when every event from then on is certain to be told, in order and without gaps. Rejects with OperationalError
   * `not_sent` while the engine cannot be asked.
   *
   * @param keyId of the key that asks: with it goes the subscription. 0: none.
   * @returns the way to stop.
   */
  subscribe(account: number, keyId: number, listener: UserListener): Promise<() => void>;
}
