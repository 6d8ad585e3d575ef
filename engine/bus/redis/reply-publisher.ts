/**
 * Answers on their way to the instances that asked: one message per instance and turn of the event loop.
 *
 * While there is no connection, and where one broke under a message, answers wait for the next: so many, and no more. An
 * answer that comes twice is harmless, and one that never comes is asked for again.
 */
import type { Redis } from "ioredis";
import { type CommandAnswer, replyChannel } from "../../protocol/bus-messages.ts";
import { answerText } from "./wire-text.ts";

/** A longer message is cut, so that no listener has to take it in at once. */
const MESSAGE_CHARACTERS_MAX = 256 * 1024;
/** What waits for a connection, and is under way on one: more than all commands in flight are answered with. */
const HELD_CHARACTERS_MAX = 16 * 1024 * 1024;

export class ReplyPublisher {
  readonly #redis: Redis;
  readonly #epoch: number;
  /** By instance, joined by commas. */
  readonly #waiting = new Map<string, string>();
  readonly #underWay = new Set<Promise<void>>();
  #heldCharacters = 0;
  #isDue = false;
  /** Answers that were to be published, and messages that never were. */
  answers = 0;
  lostMessages = 0;

  constructor(redis: Redis, epoch: number) {
    this.#redis = redis;
    this.#epoch = epoch;
    redis.on("ready", () => this.#flush());
  }

  /** @param commandId 32 hexadecimal digits. */
  put(instance: string, commandId: string, answer: CommandAnswer): void {
    this.answers += 1;
    this.#wait(instance, `["${commandId}",${answerText(answer)}]`);
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => this.#flush());
  }

  /** Resolves when every message is with Redis, or waits for a connection. */
  async settled(): Promise<void> {
    this.#flush();
    await Promise.all(this.#underWay);
  }

  #wait(instance: string, texts: string): void {
    if (this.#heldCharacters + texts.length > HELD_CHARACTERS_MAX) {
      this.lostMessages += 1;
      return;
    }
    this.#heldCharacters += texts.length;
    const before = this.#waiting.get(instance);
    const joined = before === undefined ? texts : `${before},${texts}`;
    this.#waiting.set(instance, joined);
    if (joined.length > MESSAGE_CHARACTERS_MAX && this.#redis.status === "ready") this.#publish(instance, joined);
  }

  #flush(): void {
    this.#isDue = false;
    if (this.#redis.status !== "ready") return;
    for (const [instance, texts] of this.#waiting) this.#publish(instance, texts);
  }

  #publish(instance: string, texts: string): void {
    this.#waiting.delete(instance);
    const sent = this.#redis
      .publish(replyChannel(instance), `{"epoch":${this.#epoch},"replies":[${texts}]}`)
      .then(
        () => {
          this.#heldCharacters -= texts.length;
        },
        () => {
          this.#heldCharacters -= texts.length;
          // Perhaps it arrived. On a connection that still stands it was refused, and would be again.
          if (this.#redis.status === "ready") this.lostMessages += 1;
          else this.#wait(instance, texts);
        },
      )
      .finally(() => this.#underWay.delete(sent));
    this.#underWay.add(sent);
  }
}
