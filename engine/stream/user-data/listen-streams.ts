/**
 * User data by listen key, for clients of before (trading-api.md §1.17): events come bare, or combined with the key as the
 * stream's name. A key that is none, or none any more, is a stream without events.
 *
 * Whoever hears by a key hears until it ends, or the API key that asked for it: those that are heard are looked up every
 * LOOK_EVERY_MS, and an API key that is revoked ends them at once.
 */
import { isUsable } from "../../api/key-use.ts";
import { moment } from "../../api/time-unit.ts";
import type { ListenKeyHolder, ListenKeys } from "../../bus/listen-keys.ts";
import type { KeyRecord } from "../../domain/operator.ts";
import type { Delivery } from "../delivery.ts";
import type { StreamClock } from "../stream-clock.ts";
import { textFrame } from "../text-frame.ts";
import { combinedText, type Subscriber } from "../topic.ts";
import type { UserData, UserEvent } from "./user-data.ts";

const LOOK_EVERY_MS = 10_000;

/** A subscriber that can be told to connect anew. */
export interface ListenSubscriber extends Subscriber {
  /** Events were lost for it. */
  resync(): void;
}

/** One subscriber of one key. */
interface Hearing {
  readonly listenKey: string;
  readonly subscriber: ListenSubscriber;
  /** When its API key expires; 0: never. */
  expiresUs: number;
  /** Events until it is known that its API key is good; null: it is. */
  held: UserEvent[] | null;
  stopped: boolean;
  stop: () => void;
}

export interface ListenStreamsDeps {
  readonly listenKeys: ListenKeys;
  readonly userData: UserData;
  /** The API key of a listen key, as the engine has it now; null: there is none. */
  readonly apiKeyOf: (holder: ListenKeyHolder) => Promise<KeyRecord | null>;
  readonly delivery: Delivery;
  readonly clock: StreamClock;
  readonly reportFault: (fault: { readonly at: string; readonly error: unknown }) => void;
}

export class ListenStreams {
  readonly #deps: ListenStreamsDeps;
  readonly #hearings = new Map<ListenSubscriber, Map<string, Hearing>>();
  readonly #stopLooking: () => void;

  constructor(deps: ListenStreamsDeps) {
    this.#deps = deps;
    this.#stopLooking = deps.clock.every(LOOK_EVERY_MS, () => void this.#look());
  }

  subscribe(listenKey: string, subscriber: ListenSubscriber): void {
    const hearing: Hearing = { listenKey, subscriber, expiresUs: 0, held: [], stopped: false, stop: () => {} };
    const ofSubscriber = this.#hearings.get(subscriber) ?? new Map<string, Hearing>();
    ofSubscriber.set(listenKey, hearing);
    this.#hearings.set(subscriber, ofSubscriber);
    void this.#begin(hearing);
  }

  unsubscribe(listenKey: string, subscriber: ListenSubscriber): void {
    const ofSubscriber = this.#hearings.get(subscriber);
    const hearing = ofSubscriber?.get(listenKey);
    if (ofSubscriber === undefined || hearing === undefined) return;
    hearing.stopped = true;
    hearing.stop();
    ofSubscriber.delete(listenKey);
    if (ofSubscriber.size === 0) this.#hearings.delete(subscriber);
  }

  stop(): void {
    this.#stopLooking();
  }

  /** Never rejects. */
  async #begin(hearing: Hearing): Promise<void> {
    const { userData } = this.#deps;
    try {
      const holder = await this.#find(hearing.listenKey);
      if (holder === null || hearing.stopped) return;
      const stop = await userData.subscribe(holder.account, holder.keyId, {
        event: (event) => this.#tell(hearing, event),
        ended: (why) => (why === "lost" ? hearing.subscriber.resync() : this.#expired(hearing)),
      });
      hearing.stop = stop;
      if (hearing.stopped) return stop();
      // A listen key outlives its API key, and whoever has the one may have lost the other: it hears nothing. Asked once events
      // come: what is revoked after the answer is told by them.
      const key = await this.#deps.apiKeyOf(holder);
      if (key === null || !isUsable(key, "read", this.#deps.clock.nowUs())) return this.#expired(hearing);
      hearing.expiresUs = key.expiresUs;
      const { held } = hearing;
      hearing.held = null;
      for (const event of held ?? []) this.#tell(hearing, event);
    } catch (error) {
      // The engine or the keys cannot be asked now: a stream that says nothing would be believed.
      this.#deps.reportFault({ at: "listen-key", error });
      hearing.subscriber.resync();
    }
  }

  #find(listenKey: string): Promise<ListenKeyHolder | null> {
    return this.#deps.listenKeys.find(listenKey);
  }

  async #look(): Promise<void> {
    for (const hearing of [...this.#hearings.values()].flatMap((each) => [...each.values()])) {
      try {
        const isOver = this.#isOver(hearing.expiresUs);
        if (!hearing.stopped && (isOver || (await this.#find(hearing.listenKey)) === null)) this.#expired(hearing);
      } catch {
        // Looked up again at the next round: a key lives an hour.
        return;
      }
    }
  }

  #isOver(expiresUs: number): boolean {
    return expiresUs !== 0 && this.#deps.clock.nowUs() > expiresUs;
  }

  #expired(hearing: Hearing): void {
    if (hearing.stopped) return;
    const { listenKey, subscriber } = hearing;
    this.unsubscribe(listenKey, subscriber);
    const at = moment(subscriber.timeUnit, this.#deps.clock.nowUs());
    this.#send(hearing, `{"e":"listenKeyExpired","E":${at},"listenKey":${JSON.stringify(listenKey)}}`);
  }

  #tell(hearing: Hearing, event: UserEvent): void {
    if (hearing.stopped) return;
    if (hearing.held !== null) hearing.held.push(event);
    else this.#send(hearing, event.text(hearing.subscriber.timeUnit));
  }

  #send({ listenKey, subscriber }: Hearing, text: string): void {
    const frame = textFrame(subscriber.combined ? combinedText(listenKey, text) : text);
    this.#deps.delivery.put(subscriber.queue, frame);
  }
}
