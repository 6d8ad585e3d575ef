/**
 * Reads both command streams and hands what may be taken to the engine, in the order of each stream.
 *
 * One blocking connection, and all that decides from where to read is asked on it. A session is one connection's life: it
 * begins with the server's name, ends with the first error, and the next connection begins another. What is taken and
 * unanswered is bounded; beyond it nothing is read, and the streams hold the rest.
 */
import type { Redis } from "ioredis";
import { BEAT_EVERY_MS, type BusNames, type CommandAnswer } from "../../protocol/bus-messages.ts";
import { checkRecord } from "../../protocol/record-check.ts";
import { COMMAND_STREAMS, type CommandIntake, type CommandStream } from "../command-intake.ts";
import { CommandLane } from "./command-lane.ts";
import { askIdentity } from "./source.ts";
import { parsePosition, type RawEntry, readEntry } from "./stream-entry.ts";

export interface CommandReaderOptions {
  /** Of kind "blocking", and nobody else's. */
  readonly redis: Redis;
  readonly intake: CommandIntake;
  readonly epoch: number;
  readonly names: BusNames;
  readonly nowMs: () => number;
  readonly answered: (stream: CommandStream, instance: string, commandId: string, answer: CommandAnswer) => void;
  readonly log: (line: ReaderLogLine) => void;
}

export type ReaderLogLine =
  | { readonly at: "command-reader"; readonly outcome: "session_ended"; readonly reason: string }
  | {
      readonly at: "command-reader";
      readonly outcome: "source_epoch" | "fenced" | "fence_failed" | "stream_removed";
      readonly stream: string;
      readonly reason: string;
    }
  | {
      readonly at: "command-reader";
      readonly outcome: "entry_refused";
      readonly stream: string;
      readonly id: string;
      readonly reason: string;
      readonly instance: string | null;
    };

export interface ReaderStats {
  readonly isReading: boolean;
  /** Taken, and not answered yet. */
  readonly inFlight: number;
  /** Entries of the trade stream that are not read yet, by the last look; a guess until it has once been read to its end. */
  readonly backlog: number;
  readonly taken: number;
  readonly refused: number;
  readonly expired: number;
  readonly sourceEpochs: number;
  /** Entries removed behind the durable cursor. */
  readonly trimmed: number;
}

/** Taken and unanswered: some frames' worth, so that the journal never waits for the network. */
const IN_FLIGHT_MAX = 8_192;
/** Of one stream, at one time. */
const READ_MAX = 1_024;
/** The streams and their server are looked at so often, and an idle read waits so long. */
const LOOK_EVERY_MS = BEAT_EVERY_MS;
const TRIM_EVERY_MS = 5_000;
const AFTER_ERROR_MS = 250;
/** A hostile sender must not fill the log: of a burst the first lines tell. */
const REFUSED_LINES_PER_SECOND = 10;
const COMMAND_ID_AT = 8;
const DEADLINE_AT = 24;
const DEADLINE_END = 32;

export class CommandReader {
  readonly #options: CommandReaderOptions;
  readonly #lanes: Readonly<Record<CommandStream, CommandLane>>;
  #session = 0;
  #running: Promise<void> = Promise.resolve();
  #isReading = false;
  #inFlight = 0;
  #taken = 0;
  #refused = 0;
  #expired = 0;
  #lookedMs = 0;
  #trimmedMs = 0;
  #loggedSecond = 0;
  #loggedLines = 0;
  /** Called at every answer, while reading waits for one; and when the last is answered, while a stop waits for that. */
  #onAnswer: (() => void) | null = null;
  #onDrained: (() => void) | null = null;
  #isStopped = false;

  constructor(options: CommandReaderOptions) {
    this.#options = options;
    const cursors = options.intake.sourceCursors();
    const lane = (stream: CommandStream): CommandLane =>
      new CommandLane({ ...options, stream, key: options.names[stream], cursor: cursors[stream] });
    this.#lanes = { trade: lane("trade"), ops: lane("ops") };
    options.redis.on("ready", () => this.#begin());
    options.redis.on("close", () => this.#end());
    if (options.redis.status === "ready") this.#begin();
  }

  stats(): ReaderStats {
    const { trade, ops } = this.#lanes;
    return {
      isReading: this.#isReading,
      inFlight: this.#inFlight,
      backlog: trade.backlog,
      taken: this.#taken,
      refused: this.#refused,
      expired: this.#expired,
      sourceEpochs: trade.sourceEpochs + ops.sourceEpochs,
      trimmed: trade.trimmed + ops.trimmed,
    };
  }

  /** Reads no more. Resolves when what was taken is answered, or at `timeoutMs`. */
  async stop(timeoutMs: number): Promise<void> {
    this.#isStopped = true;
    this.#end();
    this.#options.redis.disconnect();
    if (this.#inFlight === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onDrained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #begin(): void {
    if (this.#isStopped) return;
    this.#session += 1;
    const session = this.#session;
    // The session before may still wait for the journal: two at once would both decide from where to read.
    this.#running = this.#running.then(() => this.#run(session));
  }

  #end(): void {
    this.#session += 1;
    this.#isReading = false;
    this.#onAnswer?.();
  }

  /** Never rejects. */
  async #run(session: number): Promise<void> {
    if (session !== this.#session) return;
    try {
      await this.#look(session);
      while (session === this.#session) await this.#turn(session);
    } catch (error) {
      if (session !== this.#session) return;
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log({ at: "command-reader", outcome: "session_ended", reason });
      this.#end();
      // Another connection may lead to a better server. It begins with everything anew.
      const ended = this.#session;
      setTimeout(() => {
        if (!this.#isStopped && ended === this.#session) this.#options.redis.disconnect(true);
      }, AFTER_ERROR_MS);
    }
  }

  async #turn(session: number): Promise<void> {
    if (this.#inFlight + READ_MAX * COMMAND_STREAMS.length > IN_FLIGHT_MAX) {
      await new Promise<void>((resolve) => {
        this.#onAnswer = resolve;
      });
      this.#onAnswer = null;
      return;
    }
    if (this.#options.nowMs() - this.#lookedMs >= LOOK_EVERY_MS) await this.#look(session);
    if (session !== this.#session) return;
    const { trade, ops } = this.#lanes;
    const from = [trade.key, ops.key, trade.readId, ops.readId] as const;
    const batches = await this.#options.redis.xreadBuffer(
      "COUNT",
      READ_MAX,
      "BLOCK",
      LOOK_EVERY_MS,
      "STREAMS",
      ...from,
    );
    if (batches === null || session !== this.#session) return;
    const nowUs = this.#options.nowMs() * 1_000;
    for (const [key, entries] of batches) {
      const lane = key.equals(ops.keyBytes) ? ops : trade;
      for (const entry of entries) this.#takeEntry(lane, entry, nowUs);
    }
  }

  /** Who the server is, how far its streams are; what follows from it. */
  async #look(session: number): Promise<void> {
    const { redis, nowMs, intake } = this.#options;
    const { trade, ops } = this.#lanes;
    const [server, ...states] = await Promise.all([askIdentity(redis), trade.ask(), ops.ask()]);
    this.#lookedMs = nowMs();
    for (const [index, lane] of [trade, ops].entries()) {
      if (session !== this.#session) return;
      await lane.follow(server, states[index]!);
    }
    if (session !== this.#session) return;
    this.#isReading = true;
    if (nowMs() - this.#trimmedMs < TRIM_EVERY_MS) return;
    this.#trimmedMs = nowMs();
    const cursors = intake.sourceCursors();
    await Promise.all([trade.trim(cursors.trade), ops.trim(cursors.ops)]);
  }

  #takeEntry(lane: CommandLane, entry: RawEntry, nowUs: number): void {
    const [id] = entry;
    const position = parsePosition(id);
    lane.read(id, position);
    const read = readEntry(entry);
    if (read.kind === "fence") return;
    if (read.kind === "refused") {
      this.#refuse(lane, id, read.reason, read.record, read.instance);
      return;
    }
    const { record, instance } = read;
    const wrong = position === null ? "its position has no room in a record" : checkRecord(record, lane.stream);
    if (wrong !== null || position === null) {
      this.#refuse(lane, id, wrong ?? "", record, instance);
      return;
    }
    // Its sender has stopped waiting, and was told that nobody knows. It is not executed: so much is certain from here on.
    if (record.readDoubleLE(DEADLINE_AT) < nowUs) {
      this.#expired += 1;
      return;
    }
    const commandId = commandIdOf(record);
    this.#inFlight += 1;
    this.#taken += 1;
    this.#options.intake.take(record, lane.stream, position, (answer) => {
      this.#inFlight -= 1;
      this.#options.answered(lane.stream, instance, commandId, answer);
      this.#onAnswer?.();
      if (this.#inFlight === 0) this.#onDrained?.();
    });
  }

  #refuse(lane: CommandLane, id: Buffer, reason: string, record: Buffer | null, instance: string | null): void {
    this.#refused += 1;
    if (instance !== null && record !== null && record.length >= DEADLINE_END)
      this.#options.answered(lane.stream, instance, commandIdOf(record), {
        error: "not_sent",
        message: `the engine does not take it: ${reason}`,
      });
    const second = Math.floor(this.#options.nowMs() / 1_000);
    if (second !== this.#loggedSecond) this.#loggedLines = 0;
    this.#loggedSecond = second;
    if (++this.#loggedLines > REFUSED_LINES_PER_SECOND) return;
    const { key: stream } = lane;
    this.#options.log({
      at: "command-reader",
      outcome: "entry_refused",
      stream,
      id: id.toString("latin1"),
      reason,
      instance,
    });
  }
}

function commandIdOf(record: Buffer): string {
  return record.toString("hex", COMMAND_ID_AT, DEADLINE_AT);
}
