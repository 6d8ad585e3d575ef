/** What happens to accounts, told to whoever listens: the seam between the sockets and the engine's events. */
import type { TimeUnit } from "../../api/time-unit.ts";

/** One event of a user data stream (trading-api.md §1.16). */
export interface UserEvent {
  /** Bare, as JSON; made once for each unit. */
  text(unit: TimeUnit): string;
}

export interface UserListener {
  event(event: UserEvent): void;
  /** Nothing follows: the key was revoked or has expired. */
  ended(): void;
}

export interface UserData {
  /**
   * Resolves when every event from then on is certain to be told, in order and without gaps. Rejects with OperationalError
   * `not_sent` while the engine cannot be asked.
   *
   * @param keyId of the key that asks: with it goes the subscription.
   * @returns the way to stop.
   */
  subscribe(account: number, keyId: number, listener: UserListener): Promise<() => void>;
}
