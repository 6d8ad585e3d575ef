/**
 * How an edge speaks to an engine over Redis: commands as stream entries, answers by its own channel.
 *
 * Owns: what is pending, its deadlines, when it is sent again. The same bytes may be sent any number of times before the
 * deadline, because the engine knows a command by its id. `not_sent` is said only of a command of which nothing was ever
 * handed to Redis, or whose every sending Redis surely refused; an acknowledged XADD proves nothing (redis-lane.ts).
 */
import { randomFillSync } from "node:crypto";
import {
  type BusNames,
  busNames,
  type CommandAnswer,
  type ReplyMessage,
  replyChannel,
} from "../../protocol/bus-messages.ts";
import { encodeCommand } from "../../protocol/command-codec.ts";
import type { EngineCommand, OperatorCommand, TradeCommand } from "../../protocol/commands.ts";
import type { OperatorReply, Reply, TradeReply } from "../../protocol/views.ts";
import { fromWire } from "../../protocol/wire-json.ts";
import { type EngineClient, OperationalError } from "../engine-client.ts";
import type { BeatSource } from "./beat-watch.ts";
import type { EdgeClock } from "./edge-clock.ts";
import type { EntryLane } from "./redis-lane.ts";
import type { ChannelSource } from "./redis-subscriber.ts";

/** At a few hundred bytes each; a deadline is nine seconds, so more could not be answered anyway. */
export const PENDING_MAX = 20_000;
const TICK_MS = 50;
/** The part of the way to the deadline after which a command is sent a second time without any other reason. */
const RESEND_AT = 0.8;
const ID_BYTES = 16;
const ID_BLOCK_BYTES = 4_096;

export interface RedisEngineClientOptions {
  readonly engine: string;
  /** Random, one a process: names the channel of its answers. */
  readonly instance: string;
  readonly lane: EntryLane;
  readonly subscriber: ChannelSource;
  readonly beats: BeatSource;
  readonly clock: EdgeClock;
  /** Of the request that is being answered, where it carried one. */
  readonly traceparent?: () => string | null;
  /** An answer that cannot be read: a fault of ours. */
  readonly reportFault: (fault: { readonly at: string; readonly error: unknown }) => void;
}

interface Pending {
  readonly id: string;
  readonly stream: string;
  readonly record: Buffer;
  readonly traceparent: string | null;
  /** By the clock that never goes back: a step of the wall clock neither ends a wait nor makes it endless. */
  readonly deadlineMs: number;
  readonly resendAtMs: number;
  readonly answer: Promise<Reply>;
  resolve(reply: Reply): void;
  reject(error: OperationalError): void;
  /** Sendings that Redis may have taken. */
  doubtful: number;
  sentAgain: boolean;
  settled: boolean;
}

export class RedisEngineClient implements EngineClient {
  readonly #options: RedisEngineClientOptions;
  readonly #names: BusNames;
  readonly #pending = new Map<string, Pending>();
  #outgoing = new Set<Pending>();
  #flushing = false;
  #stopTick: (() => void) | null = null;
  #started = false;
  #closing = false;
  #drained: () => void = () => {};

  constructor(options: RedisEngineClientOptions) {
    this.#options = options;
    this.#names = busNames(options.engine);
  }

  /** Commands that wait for their answer. */
  get pending(): number {
    return this.#pending.size;
  }

  submit(command: TradeCommand, deadlineUs: number, commandId?: Uint8Array): Promise<TradeReply> {
    return this.#submit("trade", command, deadlineUs, commandId) as Promise<TradeReply>;
  }

  submitOperator(command: OperatorCommand, deadlineUs: number, commandId?: Uint8Array): Promise<OperatorReply> {
    return this.#submit("ops", command, deadlineUs, commandId) as Promise<OperatorReply>;
  }

  /** Refuses what comes and resolves when what was accepted is answered: by its deadline at the latest. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#pending.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  #submit(source: "trade" | "ops", command: EngineCommand, deadlineUs: number, id = randomId()): Promise<Reply> {
    const { clock } = this.#options;
    if (this.#closing) return notSent("this edge is stopping");
    if (this.#pending.size >= PENDING_MAX) return notSent("too many commands wait");
    const nowMs = clock.nowMs();
    const leftMs = (deadlineUs - clock.nowUs()) / 1_000;
    if (leftMs <= 0) return notSent("the deadline has passed");
    const key = Buffer.from(id.buffer, id.byteOffset, ID_BYTES).toString("hex");
    // The same event delivered twice at once: one command, one answer.
    const known = this.#pending.get(key);
    if (known !== undefined) return known.answer;

    const record = encodeCommand(command, { commandId: id, deadlineUs, source });
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    const pending: Pending = {
      id: key,
      stream: this.#names[source],
      record: Buffer.from(record.buffer, record.byteOffset, record.byteLength),
      traceparent: this.#options.traceparent?.() ?? null,
      deadlineMs: nowMs + leftMs,
      resendAtMs: nowMs + leftMs * RESEND_AT,
      answer: promise,
      resolve,
      reject,
      doubtful: 0,
      sentAgain: false,
      settled: false,
    };
    this.#pending.set(key, pending);
    this.#start();
    // A process that was stopped for a while finds its timers due first, and beats and answers unread in its sockets.
    this.#stopTick ??= clock.every(TICK_MS, () => setImmediate(() => this.#tick()));
    if (this.#isUp() && this.#options.beats.intake() === "open") this.#send(pending);
    // A beat may lie unread in the socket: it is looked at once more in the next turn of the event loop.
    else setImmediate(() => this.#decideUnsent());
    return promise;
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    const { lane, subscriber, beats, instance } = this.#options;
    lane.onUp(() => this.#sendAgain());
    beats.onEpochRise(() => this.#sendAgain());
    subscriber.listen(replyChannel(instance), {
      message: (text) => this.#received(text),
      up: () => this.#sendAgain(),
    });
    lane.start();
  }

  /** Answers can be heard, and entries written. */
  #isUp(): boolean {
    return this.#options.subscriber.isUp && this.#options.lane.isUp;
  }

  #send(pending: Pending): void {
    this.#outgoing.add(pending);
    if (this.#flushing) return;
    this.#flushing = true;
    // What else is submitted in this turn of the event loop shares the write.
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const sending = [...this.#outgoing].filter(({ settled }) => !settled);
    this.#outgoing.clear();
    // Not up: everything that is pending is sent when it is.
    if (sending.length === 0 || !this.#isUp()) return;
    const { instance, lane } = this.#options;
    for (const pending of sending) pending.doubtful += 1;
    const entries = sending.map(({ stream, record, traceparent }) => ({ stream, record, instance, traceparent }));
    lane.append(entries, (index, reason) => {
      const pending = sending[index];
      if (pending === undefined) return;
      pending.doubtful -= 1;
      if (pending.doubtful === 0) this.#fail(pending, reason);
    });
  }

  /** An answer, or an entry, may have been lost: the engine repeats what it has answered already. */
  #sendAgain(): void {
    if (!this.#isUp()) return;
    const open = this.#options.beats.intake() === "open";
    for (const pending of this.#pending.values()) if (open || pending.doubtful > 0) this.#send(pending);
  }

  /** Of what was never sent: sends it, lets it wait, or says no. */
  #decideUnsent(): void {
    const intake = this.#options.beats.intake();
    const isUp = this.#isUp();
    if (intake === "unknown" || (intake === "open" && !isUp)) return;
    for (const pending of this.#pending.values()) {
      if (pending.doubtful > 0) continue;
      if (intake === "closed") this.#fail(pending, "the engine does not answer now");
      else this.#send(pending);
    }
  }

  #tick(): void {
    const nowMs = this.#options.clock.nowMs();
    const isUp = this.#isUp();
    this.#decideUnsent();
    for (const pending of this.#pending.values()) {
      if (nowMs >= pending.deadlineMs) this.#fail(pending, "no answer by the deadline");
      else if (nowMs >= pending.resendAtMs && isUp && pending.doubtful > 0 && !pending.sentAgain) {
        pending.sentAgain = true;
        this.#send(pending);
      }
    }
  }

  #received(text: string): void {
    try {
      const { epoch, replies } = fromWire(text) as ReplyMessage;
      const { beats } = this.#options;
      // A predecessor that does not know yet that it is one.
      if (epoch < beats.epoch) return;
      for (const [id, answer] of replies) this.#answered(id, answer);
      beats.sawEpoch(epoch);
    } catch (error) {
      this.#options.reportFault({ at: "bus", error });
    }
  }

  #answered(id: string, answer: CommandAnswer): void {
    const pending = this.#pending.get(id);
    // Answered before: it was sent more than once.
    if (pending === undefined) return;
    this.#settle(pending);
    if ("reply" in answer) pending.resolve(answer.reply);
    else pending.reject(new OperationalError(answer.error, answer.message));
  }

  #fail(pending: Pending, reason: string): void {
    if (pending.settled) return;
    this.#settle(pending);
    pending.reject(new OperationalError(pending.doubtful > 0 ? "outcome_unknown" : "not_sent", reason));
  }

  #settle(pending: Pending): void {
    pending.settled = true;
    this.#pending.delete(pending.id);
    if (this.#pending.size > 0) return;
    this.#stopTick?.();
    this.#stopTick = null;
    this.#drained();
  }
}

function notSent(reason: string): Promise<never> {
  return Promise.reject(new OperationalError("not_sent", reason));
}

let idBlock = new Uint8Array(0);
let idsUsed = 0;

/** From the system's generator, drawn in blocks: a call for each would cost as much as the rest of a command. */
function randomId(): Uint8Array {
  if (idsUsed === idBlock.length) {
    idBlock = randomFillSync(new Uint8Array(ID_BLOCK_BYTES));
    idsUsed = 0;
  }
  idsUsed += ID_BYTES;
  return idBlock.subarray(idsUsed - ID_BYTES, idsUsed);
}
