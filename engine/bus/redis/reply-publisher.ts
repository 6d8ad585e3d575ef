/**
 * Answers on their way to the instances that asked: one message per instance and turn of the event loop.
 *
 * A message that is lost is not sent again: its instance asks again, and the engine repeats the answer.
 */
import type { Redis } from "ioredis";
import { type CommandAnswer, replyChannel } from "../../protocol/bus-messages.ts";
import { answerText } from "./wire-text.ts";

/** A longer message is cut, so that no listener has to take it in at once. */
const MESSAGE_CHARACTERS_MAX = 256 * 1024;

interface Message {
  text: string;
}

export class ReplyPublisher {
  readonly #redis: Redis;
  readonly #epoch: number;
  readonly #waiting = new Map<string, Message>();
  readonly #underWay = new Set<Promise<void>>();
  #isDue = false;
  /** Answers that were given to Redis, and messages of which nobody knows whether they arrived. */
  answers = 0;
  lostMessages = 0;

  constructor(redis: Redis, epoch: number) {
    this.#redis = redis;
    this.#epoch = epoch;
  }

  /** @param commandId 32 hexadecimal digits. */
  put(instance: string, commandId: string, answer: CommandAnswer): void {
    this.answers += 1;
    const text = `["${commandId}",${answerText(answer)}]`;
    const message = this.#waiting.get(instance);
    if (message === undefined) this.#waiting.set(instance, { text });
    else {
      message.text += `,${text}`;
      if (message.text.length > MESSAGE_CHARACTERS_MAX) {
        this.#waiting.delete(instance);
        this.#publish(instance, message.text);
      }
    }
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => this.#flush());
  }

  /** Resolves when every message is with Redis or lost. */
  async settled(): Promise<void> {
    this.#flush();
    await Promise.all(this.#underWay);
  }

  #flush(): void {
    this.#isDue = false;
    for (const [instance, { text }] of this.#waiting) this.#publish(instance, text);
    this.#waiting.clear();
  }

  #publish(instance: string, texts: string): void {
    const sent = this.#redis
      .publish(replyChannel(instance), `{"epoch":${this.#epoch},"replies":[${texts}]}`)
      .then(
        () => {},
        () => {
          this.lostMessages += 1;
        },
      )
      .finally(() => this.#underWay.delete(sent));
    this.#underWay.add(sent);
  }
}
