/**
 * One command stream: how far it is read, whose it is, how much of it is left, and what of it may go.
 */
import type { Redis } from "ioredis";
import type { CommandIntake, CommandStream, SourceCursor, SourceIdentity, StreamPosition } from "../command-intake.ts";
import type { ReaderLogLine } from "./command-reader.ts";
import { askStream, fence, isSameServer, reasonToStartOver, type StreamState } from "./source.ts";
import { BEGINNING, isBehind, POSITION_COUNTER_MAX, POSITION_MS_MAX, positionText } from "./stream-entry.ts";

export interface CommandLaneOptions {
  readonly redis: Redis;
  readonly intake: CommandIntake;
  readonly epoch: number;
  readonly stream: CommandStream;
  readonly key: string;
  readonly cursor: SourceCursor;
  readonly log: (line: ReaderLogLine) => void;
}

/** Behind the durable cursor so much is kept, by the stream's own clock: twice the longest life of a command. */
const KEPT_BEHIND_MS = 120_000;

export class CommandLane {
  readonly stream: CommandStream;
  readonly key: string;
  readonly keyBytes: Buffer;
  readonly #options: CommandLaneOptions;
  #identity: SourceIdentity | null;
  /** Of the newest entry that was read, and its id as Redis wrote it: what has no room in a record is read on from, too. */
  #position: StreamPosition;
  #readId: string;
  /** The newest millisecond of any position ever read, whatever server it was on. */
  #highestMs: number;
  /** Entries read of this source epoch, and how many the stream had counted before them; null: not known yet. */
  #readCount = 0;
  #countedBefore: number | null = null;
  backlog = 0;
  sourceEpochs = 0;
  /** Entries removed behind the durable cursor. */
  trimmed = 0;

  constructor(options: CommandLaneOptions) {
    const { stream, key, cursor } = options;
    this.#options = options;
    this.stream = stream;
    this.key = key;
    this.keyBytes = Buffer.from(key);
    this.#identity = cursor.identity;
    this.#position = { ms: cursor.ms, counter: cursor.counter };
    this.#readId = positionText(cursor);
    this.#highestMs = cursor.ms;
  }

  /** Where XREAD goes on. */
  get readId(): string {
    return this.#readId;
  }

  ask(): Promise<StreamState> {
    return askStream(this.#options.redis, this.key);
  }

  /** An entry was read. @param position null: it has no room in a record. */
  read(id: Buffer, position: StreamPosition | null): void {
    this.#readId = id.toString("latin1");
    this.#readCount += 1;
    if (position === null) return;
    this.#position = position;
    if (position.ms > this.#highestMs) this.#highestMs = position.ms;
  }

  /** Starts over where the stream is not the one that was read. */
  async follow(server: SourceIdentity, state: StreamState): Promise<void> {
    const reason = reasonToStartOver(server, this.#identity, this.#position, state);
    if (state.lastId === null) {
      await this.#remove();
      await this.#startOver(server, "ids_exhausted");
    } else if (reason !== null) await this.#startOver(server, reason);
    else if (state.lastId.counter > POSITION_COUNTER_MAX / 2) await this.#fence(state.lastId.ms);
    this.#count(state, reason !== null);
  }

  /** @param durable the journal's cursor: never is anything removed that it does not hold. */
  async trim(durable: SourceCursor): Promise<void> {
    const upToMs = durable.ms - KEPT_BEHIND_MS;
    if (upToMs <= 0 || durable.identity === null || this.#identity === null) return;
    if (!isSameServer(durable.identity, this.#identity)) return;
    this.trimmed += await this.#options.redis.xtrim(this.key, "MINID", String(upToMs));
  }

  async #startOver(server: SourceIdentity, reason: string): Promise<void> {
    const { intake, stream, log } = this.#options;
    await intake.startSourceEpoch(stream, server);
    this.sourceEpochs += 1;
    this.#identity = server;
    this.#position = BEGINNING;
    this.#readId = positionText(BEGINNING);
    this.#readCount = 0;
    this.#countedBefore = null;
    log({ at: "command-reader", outcome: "source_epoch", stream: this.key, reason });
    if (this.#highestMs > 0) await this.#fence(this.#highestMs);
  }

  async #fence(highestMs: number): Promise<void> {
    const { redis, epoch, log } = this.#options;
    try {
      const reason = await fence(redis, this.key, highestMs, epoch);
      log({ at: "command-reader", outcome: "fenced", stream: this.key, reason });
    } catch (error) {
      // A full server takes no fence, but what is in its streams can be read, and trimmed.
      const reason = error instanceof Error ? error.message : String(error);
      log({ at: "command-reader", outcome: "fence_failed", stream: this.key, reason });
    }
  }

  /** Somebody wrote an id so great that few or none can follow it. What was not read is asked again by its senders. */
  async #remove(): Promise<void> {
    await this.#options.redis.del(this.key);
    this.#highestMs = 0;
    this.#options.log({
      at: "command-reader",
      outcome: "stream_removed",
      stream: this.key,
      reason: `an id above ${POSITION_MS_MAX}-${POSITION_COUNTER_MAX}`,
    });
  }

  #count({ lastId, firstId, length, entriesAdded }: StreamState, isStartedOver: boolean): void {
    if (isStartedOver || lastId === null) {
      this.backlog = length;
      return;
    }
    if (!isBehind(this.#position, lastId)) {
      this.#countedBefore = entriesAdded - this.#readCount;
      this.backlog = 0;
    } else if (this.#countedBefore !== null) {
      this.backlog = Math.max(0, entriesAdded - this.#countedBefore - this.#readCount);
    } else {
      // As if its entries had come evenly.
      const spanMs = Math.max(1, lastId.ms - (firstId?.ms ?? 0));
      const share = (lastId.ms - this.#position.ms) / spanMs;
      this.backlog = Math.min(length, Math.ceil(length * share));
    }
  }
}
