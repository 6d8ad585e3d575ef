/**
 * A broker of the tests' own: HTTP ingress, triggers with filters, delivery with retries, replies, dead letters; it does
 * what a Knative Broker was measured to do, and by seed it repeats, delays, overtakes and loses.
 *
 * Ingress: 202 for one CloudEvent (whether or not a trigger matches it), 400 for a batch or anything else. Like the
 * in-memory channel it answers when every subscriber has, retries and all; `answersAt: "accepted"` answers at once, as
 * Kafka does. It keeps nothing: what is under way at `close` is gone.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Chance } from "../../sim/prng.ts";
import { type Attempt, type Delivery, type Postman, postman } from "./broker-delivery.ts";
import { attributeOf, type BrokerEvent, eventOf, headersSent } from "./broker-message.ts";

export type { Delivery } from "./broker-delivery.ts";
export type { BrokerEvent } from "./broker-message.ts";

/** Every attribute named must match; several filters of a trigger must all match. */
export type Filter =
  | { readonly exact: Readonly<Record<string, string>> }
  | { readonly prefix: Readonly<Record<string, string>> };

export interface Trigger {
  readonly name: string;
  /** None: every event. */
  readonly filters?: readonly Filter[];
  readonly subscriberUrl: string;
  /** Instead of the broker's. */
  readonly delivery?: Delivery;
}

/** Chances in percent, for each event and trigger. */
export interface Misfortune {
  readonly seed: number;
  /** The event is delivered twice. */
  readonly duplicatePercent?: number;
  /** The event waits until the next one for that trigger has been delivered, or HELD_MS_MAX. */
  readonly overtakenPercent?: number;
  /** Accepted, and never delivered. */
  readonly lostPercent?: number;
  /** Each delivery begins up to so much later. */
  readonly delayMsMax?: number;
}

export interface BrokerOptions {
  readonly triggers: readonly Trigger[];
  readonly delivery?: Delivery;
  readonly answersAt?: "delivered" | "accepted";
  readonly misfortune?: Misfortune;
  /** 0: any free one. */
  readonly port?: number;
  /** Waits between tries and of misfortune; real ones when not given. */
  readonly delay?: (ms: number) => Promise<void>;
}

export interface BrokerAttempt {
  readonly trigger: string;
  readonly url: string;
  readonly type: string;
  readonly id: string;
  readonly code: number;
}

export interface TestBroker {
  /** What K_SINK names. */
  readonly url: string;
  /** Every try so far, in order; those to a dead letter sink carry the name of the trigger and "/dead-letter". */
  readonly attempts: readonly BrokerAttempt[];
  /** Events that were given up and that no dead letter sink took. */
  readonly lost: readonly BrokerEvent[];
  /** From now on other triggers; deliveries under way end as they began. */
  setTriggers(triggers: readonly Trigger[]): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** Drops what is under way. */
  close(): Promise<void>;
}

const DELIVERY_DEFAULT: Delivery = {
  retry: 3,
  backoffPolicy: "exponential",
  backoffDelayMs: 10,
  timeoutMs: 5_000,
};
export const HELD_MS_MAX = 500;
const BODY_BYTES_MAX = 1024 * 1024;
/** A reply to a reply to a reply … ends. */
const HOPS_MAX = 255;

export async function startBroker(options: BrokerOptions): Promise<TestBroker> {
  const delay = options.delay ?? ((ms: number) => wait(ms));
  const broker = new Broker(options, delay);
  const server = createServer((incoming, outgoing) => void ingress(broker, incoming, outgoing));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tidebook/default`,
    attempts: broker.attempts,
    lost: broker.lost,
    setTriggers: (triggers) => broker.setTriggers(triggers),
    idle: () => broker.idle(),
    async close() {
      broker.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

async function ingress(broker: Broker, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    // The sender has gone; nobody waits for an answer.
    return;
  }
  const body = Buffer.concat(chunks);
  const status = await broker.take(incoming.method ?? "", eventOf(headersSent(incoming.rawHeaders), body), body.length);
  outgoing.writeHead(status).end();
}

class Broker {
  readonly attempts: BrokerAttempt[] = [];
  readonly lost: BrokerEvent[] = [];
  readonly #options: BrokerOptions;
  readonly #delay: (ms: number) => Promise<void>;
  readonly #postman: Postman;
  readonly #chance: Chance;
  /** Which trigger an event under way belongs to. */
  readonly #named = new WeakMap<BrokerEvent, string>();
  readonly #held = new Map<string, (() => void)[]>();
  readonly #underWay = new Set<Promise<void>>();
  #triggers: readonly Trigger[];
  #closed = false;

  constructor(options: BrokerOptions, delay: (ms: number) => Promise<void>) {
    this.#options = options;
    this.#delay = delay;
    this.#triggers = options.triggers;
    this.#chance = new Chance(options.misfortune?.seed ?? 0);
    this.#postman = postman(delay, (url, event, { code }) => {
      const [type, id] = [attributeOf(event, "type"), attributeOf(event, "id")];
      this.attempts.push({ trigger: this.#named.get(event) ?? "", url, type, id, code });
    });
  }

  setTriggers(triggers: readonly Trigger[]): void {
    this.#triggers = triggers;
  }

  async take(method: string, event: BrokerEvent | null, bytes: number): Promise<number> {
    if (method !== "POST") return 405;
    if (event === null) return 400;
    if (bytes > BODY_BYTES_MAX) return 413;
    const delivered = this.#fanOut({ ...event, headers: { ...event.headers, ...arrival() } }, HOPS_MAX);
    if (this.#options.answersAt !== "accepted") await delivered;
    return 202;
  }

  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  close(): void {
    this.#closed = true;
    this.#postman.close();
    for (const release of [...this.#held.values()].flat()) release();
  }

  #fanOut(event: BrokerEvent, hops: number): Promise<void> {
    const all = this.#triggers
      .filter((trigger) => (trigger.filters ?? []).every((filter) => isMatch(filter, event)))
      .map((trigger) => this.#track(this.#toTrigger(event, trigger, hops)));
    return Promise.all(all).then(() => {});
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
    return tracked;
  }

  async #toTrigger(event: BrokerEvent, trigger: Trigger, hops: number): Promise<void> {
    const {
      duplicatePercent = 0,
      overtakenPercent = 0,
      lostPercent = 0,
      delayMsMax = 0,
    } = this.#options.misfortune ?? {};
    // Always the same number of draws, so that one chance does not move the others.
    const isLost = this.#chance.percent(lostPercent);
    const isTwice = this.#chance.percent(duplicatePercent);
    const isOvertaken = this.#chance.percent(overtakenPercent);
    const lateMs = delayMsMax === 0 ? 0 : this.#chance.below(delayMsMax + 1);
    if (isLost) return;
    if (isOvertaken) await this.#hold(trigger.name);
    if (lateMs > 0) await this.#delay(lateMs);
    await this.#deliver(event, trigger, hops);
    if (isTwice) await this.#deliver(event, trigger, hops);
    this.#release(trigger.name);
  }

  #hold(trigger: string): Promise<void> {
    const released = new Promise<void>((resolve) => {
      const waiting = this.#held.get(trigger) ?? [];
      waiting.push(resolve);
      this.#held.set(trigger, waiting);
    });
    return Promise.race([released, this.#delay(HELD_MS_MAX)]);
  }

  #release(trigger: string): void {
    for (const release of this.#held.get(trigger)?.splice(0) ?? []) release();
  }

  async #deliver(event: BrokerEvent, trigger: Trigger, hops: number): Promise<void> {
    if (this.#closed) return;
    const delivery = trigger.delivery ?? this.#options.delivery ?? DELIVERY_DEFAULT;
    const copy = { ...event };
    this.#named.set(copy, trigger.name);
    const attempt = await this.#postman.deliver(copy, trigger.subscriberUrl, delivery);
    if (attempt.verdict === "done") return;
    if (attempt.reply === null) return this.#deadLetter(event, trigger, delivery, attempt);
    const reply = { ...attempt.reply, headers: { ...attempt.reply.headers, ...arrival() } };
    if (hops > 0) await this.#fanOut(reply, hops - 1);
  }

  async #deadLetter(event: BrokerEvent, trigger: Trigger, delivery: Delivery, attempt: Attempt): Promise<void> {
    if (this.#closed) return;
    if (delivery.deadLetterUrl === undefined) {
      this.lost.push(event);
      return;
    }
    const letter: BrokerEvent = {
      headers: {
        ...event.headers,
        "ce-knativeerrordest": trigger.subscriberUrl,
        "ce-knativeerrorcode": String(attempt.code),
        ...(attempt.body.length > 0 && { "ce-knativeerrordata": attempt.body.toString("base64") }),
        "ce-knativebrokerttl": String(HOPS_MAX),
      },
      body: event.body,
    };
    this.#named.set(letter, `${trigger.name}/dead-letter`);
    const { verdict } = await this.#postman.deliver(letter, delivery.deadLetterUrl, delivery);
    if (verdict === "again" || verdict === "failed") this.lost.push(event);
  }
}

function arrival(): Readonly<Record<string, string>> {
  return { "ce-knativearrivaltime": new Date().toISOString() };
}

function isMatch(filter: Filter, event: BrokerEvent): boolean {
  if ("exact" in filter)
    return Object.entries(filter.exact).every(([name, value]) => attributeOf(event, name) === value);
  return Object.entries(filter.prefix).every(([name, value]) => attributeOf(event, name).startsWith(value));
}
