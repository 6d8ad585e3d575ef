/**
 * A simple edge for tests: sends commands as stream entries, listens for their answers, and asks again until it has them.
 *
 * Keeps every answer it hears, so that a test can say that all answers to one command were the same.
 */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import {
  type BusNames,
  busNames,
  type CommandAnswer,
  ENTRY_COMMAND,
  ENTRY_INSTANCE,
  type ReplyMessage,
  replyChannel,
} from "../../../protocol/bus-messages.ts";
import { encodeCommand } from "../../../protocol/command-codec.ts";
import type { EngineCommand } from "../../../protocol/commands.ts";
import { fromWire } from "../../../protocol/wire-json.ts";
import { connectRedis } from "../connection.ts";
import { deadlineUs, takeOne } from "./small-market.ts";

const ASK_AGAIN_MS = 250;

export interface Sent {
  readonly commandId: string;
  readonly record: Buffer;
  readonly stream: string;
  readonly answers: CommandAnswer[];
  /** The first answer. */
  readonly answer: Promise<CommandAnswer>;
}

interface Outstanding extends Sent {
  isAsking: boolean;
  readonly resolve: (answer: CommandAnswer) => void;
}

export class Sender {
  readonly instance = `sender-${randomUUID()}`;
  readonly sent: Outstanding[] = [];
  readonly #names: BusNames = busNames("e1");
  readonly #byId = new Map<string, Outstanding>();
  readonly #commands: Redis;
  readonly #subscriber: Redis;
  readonly #timer: NodeJS.Timeout;
  /** Where entries get their ids: "*" is the server's clock. */
  nextEntryId: () => string = () => "*";

  constructor(url: string) {
    this.#commands = connectRedis({ url, name: "sender", kind: "commands" }, () => {});
    this.#subscriber = connectRedis({ url, name: "sender", kind: "subscriber" }, () => {});
    this.#subscriber.on("ready", () => {
      // Between two connections: the next one subscribes.
      this.#subscriber.subscribe(replyChannel(this.instance)).catch(() => {});
    });
    this.#subscriber.on("message", (_channel, text) => this.#hear(fromWire(text) as ReplyMessage));
    this.#timer = setInterval(() => {
      for (const each of this.sent) if (each.isAsking && each.answers.length === 0) void this.ask(each);
    }, ASK_AGAIN_MS);
  }

  /** Resolves when the server takes entries and answers are listened for. */
  async ready(): Promise<void> {
    const connected = [this.#commands, this.#subscriber].map((redis) =>
      redis.status === "ready" ? null : new Promise<void>((resolve) => redis.once("ready", () => resolve())),
    );
    await Promise.all(connected);
    await this.#subscriber.subscribe(replyChannel(this.instance));
  }

  take(name: string): Sent {
    return this.send(takeOne(name));
  }

  send(command: EngineCommand, stream: "trade" | "ops" = "trade", deadline = deadlineUs()): Sent {
    const sent = this.#expect(command, stream, deadline, true);
    void this.ask(sent);
    return sent;
  }

  /** An order that somebody else will write into a stream: its answer is listened for, and it is never sent from here. */
  expect(name: string): Sent {
    return this.#expect(takeOne(name), "trade", deadlineUs(), false);
  }

  #expect(command: EngineCommand, stream: "trade" | "ops", deadline: number, isAsking: boolean): Sent {
    const commandId = randomUUID().replaceAll("-", "");
    const envelope = { commandId: Buffer.from(commandId, "hex"), deadlineUs: deadline, source: stream };
    const record = Buffer.from(encodeCommand(command, envelope));
    const { promise, resolve } = Promise.withResolvers<CommandAnswer>();
    const sent = { commandId, record, stream: this.#names[stream], answers: [], answer: promise, resolve, isAsking };
    this.sent.push(sent);
    this.#byId.set(commandId, sent);
    return sent;
  }

  /** From now on this one is asked for like any other. */
  askFor(sent: Sent): void {
    const known = this.#byId.get(sent.commandId);
    if (known !== undefined) known.isAsking = true;
  }

  /** The same bytes once more. @returns whether the server took them, as far as is known. */
  async ask({ stream, record }: Sent): Promise<boolean> {
    const fields = [ENTRY_COMMAND, record, ENTRY_INSTANCE, this.instance];
    return this.#commands.xadd(stream, this.nextEntryId(), ...fields).then(
      () => true,
      () => false,
    );
  }

  /** Sends so many orders, with at most `inFlight` of them unanswered at a time. */
  async takeMany(count: number, inFlight = 32, onAnswer: (answered: number) => void = () => {}): Promise<void> {
    let next = 0;
    let answered = 0;
    const lane = async (): Promise<void> => {
      while (next < count) {
        next += 1;
        await this.take(`order-${this.sent.length}`).answer;
        answered += 1;
        onAnswer(answered);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#commands.disconnect();
    this.#subscriber.disconnect();
  }

  #hear({ replies }: ReplyMessage): void {
    for (const [commandId, answer] of replies) {
      const sent = this.#byId.get(commandId);
      sent?.answers.push(answer);
      sent?.resolve(answer);
    }
  }
}
