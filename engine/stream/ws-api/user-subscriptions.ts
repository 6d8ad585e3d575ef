/**
 * The user data streams of one socket: which accounts it hears, under which ids, and until when (trading-api.md §1.15, §1.16).
 *
 * An account is heard once. Events wait until the answer that names the subscription has been sent.
 */
import {
  subscriptionActive,
  subscriptionIdsUsedUp,
  subscriptionNotActive,
  subscriptionsUsedUp,
} from "../../api/session-refusals.ts";
import type { TimeUnit } from "../../api/time-unit.ts";
import { streamTerminatedShape } from "../../api/user-events.ts";
import type { UserData, UserEvent } from "../user-data/user-data.ts";
import type { ApiLimits } from "./api-limits.ts";

export interface UserSubscriptionsDeps {
  readonly userData: UserData;
  readonly limits: Pick<ApiLimits, "subscriptionsMax" | "subscriptionIdsMax">;
  readonly unit: TimeUnit;
  readonly send: (text: string) => void;
  /** Events were lost: whoever listens must start anew. */
  readonly lost: () => void;
  /** One event has been told. */
  readonly sent: () => void;
  readonly nowUs: () => number;
}

interface Subscription {
  readonly id: number;
  readonly account: number;
  readonly by: "session" | "signature";
  /** When its key expires; 0: never. */
  readonly expiresUs: number;
  /** Events before the answer; null: it has been sent. */
  held: UserEvent[] | null;
  /** The key has gone while the answer was not sent yet. */
  endedEarly: boolean;
  stop: () => void;
}

export class UserSubscriptions {
  readonly #deps: UserSubscriptionsDeps;
  readonly #active = new Map<number, Subscription>();
  #nextId = 0;
  #stopped = false;

  constructor(deps: UserSubscriptionsDeps) {
    this.#deps = deps;
  }

  ids(): readonly number[] {
    return [...this.#active.values()].filter(({ held }) => held === null).map(({ id }) => id);
  }

  /**
   * Rejects with Refusal -2035, -2042, and as UserData.subscribe does.
   *
   * @returns its id, and `open`, to be called once the answer has been sent: events follow.
   */
  async add(
    account: number,
    keyId: number,
    by: Subscription["by"],
    expiresUs = 0,
  ): Promise<{ readonly id: number; readonly open: () => void }> {
    const { limits, userData } = this.#deps;
    for (const other of this.#active.values()) if (other.account === account) throw subscriptionActive();
    if (this.#nextId >= limits.subscriptionIdsMax) throw subscriptionIdsUsedUp();
    if (this.#active.size >= limits.subscriptionsMax) throw subscriptionsUsedUp();
    const id = this.#nextId++;
    // Taken before it is known whether it can be had: two requests at once are one too many.
    const subscription: Subscription = { id, account, by, expiresUs, held: [], endedEarly: false, stop: () => {} };
    this.#active.set(id, subscription);
    try {
      subscription.stop = await userData.subscribe(account, keyId, {
        event: (event) => this.#tell(subscription, event),
        ended: (why) => (why === "lost" ? this.#deps.lost() : this.#keyGone(subscription)),
      });
    } catch (error) {
      this.#active.delete(id);
      throw error;
    }
    // The socket may have gone meanwhile, or its session.
    if (this.#stopped || !this.#active.has(id)) subscription.stop();
    return { id, open: () => this.#open(subscription) };
  }

  /** @param id null: all. @returns what tells that they have ended, to be called behind the answer. @throws Refusal -2036 */
  remove(id: number | null): () => void {
    const ended = id === null ? [...this.#active.values()] : [this.#active.get(id)];
    const known = ended.filter((subscription) => subscription !== undefined);
    if (id !== null && known.length === 0) throw subscriptionNotActive();
    for (const subscription of known) this.#end(subscription);
    return () => {
      for (const { id: endedId } of known) this.#terminated(endedId);
    };
  }

  /** Of what was never told: nobody is told of its end either. */
  drop(id: number): void {
    const subscription = this.#active.get(id);
    if (subscription !== undefined) this.#end(subscription);
  }

  /** Ends what was subscribed by the session itself. @returns as `remove`. */
  endOfSession(): () => void {
    const ended = [...this.#active.values()].filter(({ by }) => by === "session");
    for (const subscription of ended) this.#end(subscription);
    return () => {
      for (const { id } of ended) this.#terminated(id);
    };
  }

  /** To be called about once a second: keys expire without an event. */
  checkTime(nowUs: number): void {
    for (const subscription of [...this.#active.values()]) {
      if (subscription.expiresUs !== 0 && nowUs > subscription.expiresUs) this.#keyGone(subscription);
    }
  }

  /** The socket has gone. */
  stop(): void {
    this.#stopped = true;
    for (const subscription of this.#active.values()) subscription.stop();
    this.#active.clear();
  }

  #open(subscription: Subscription): void {
    const held = subscription.held ?? [];
    subscription.held = null;
    for (const event of held) this.#tell(subscription, event);
    if (subscription.endedEarly) this.#keyGone(subscription);
  }

  #tell(subscription: Subscription, event: UserEvent): void {
    if (!this.#active.has(subscription.id)) return;
    if (subscription.held !== null) subscription.held.push(event);
    else this.#sendEvent(subscription.id, event.text(this.#deps.unit));
  }

  #keyGone(subscription: Subscription): void {
    if (subscription.held !== null) {
      subscription.endedEarly = true;
      return;
    }
    if (!this.#active.has(subscription.id)) return;
    this.#end(subscription);
    this.#terminated(subscription.id);
  }

  #end(subscription: Subscription): void {
    this.#active.delete(subscription.id);
    subscription.stop();
  }

  #terminated(id: number): void {
    this.#sendEvent(id, JSON.stringify(streamTerminatedShape(this.#deps.nowUs(), this.#deps.unit)));
  }

  #sendEvent(id: number, text: string): void {
    this.#deps.send(`{"subscriptionId":${id},"event":${text}}`);
    this.#deps.sent();
  }
}
