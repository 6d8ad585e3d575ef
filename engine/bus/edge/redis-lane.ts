/**
 * The other connection of an edge: entries for the streams in pipelines, and the few reads of projections.
 *
 * Says of each entry whether Redis surely did not take it; of an entry without such a word nothing is known, whatever
 * XADD answered: a server that fails over may forget what it acknowledged.
 */
import type { Redis } from "ioredis";
import { ENTRY_COMMAND, ENTRY_INSTANCE, ENTRY_TRACEPARENT } from "../../protocol/bus-messages.ts";
import { OperationalError } from "../engine-client.ts";
import type { OpenRedis } from "./redis-subscriber.ts";

export interface StreamEntry {
  readonly stream: string;
  readonly record: Buffer;
  readonly instance: string;
  readonly traceparent: string | null;
}

/** A script in Lua and the hash by which a server that has seen it knows it. */
export interface LaneScript {
  readonly text: string;
  readonly sha1: string;
}

/** What RedisEngineClient needs of this; a test has its own. */
export interface EntryLane {
  readonly isUp: boolean;
  /** Connects at the first call. */
  start(): void;
  /** Called after each connect and reconnect. */
  onUp(listener: () => void): void;
  /** One write for all. @param refused called for each entry that the server surely did not take. */
  append(entries: readonly StreamEntry[], refused: (index: number, reason: string) => void): void;
}

/**
 * Words with which a server refuses a command before executing any of it. Anything else ("ERR …" may be a proxy's, a lost
 * connection's or a timeout's) leaves it open.
 */
const REFUSED_BEFORE =
  /^(OOM|READONLY|LOADING|MISCONF|NOPERM|NOAUTH|WRONGPASS|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|MOVED|BUSY|WRONGTYPE|EXECABORT) /;

export function isRefusedBefore(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError" && REFUSED_BEFORE.test(error.message);
}

/** How long a read waits for the connection. */
const CONNECT_WAIT_MS = 2_000;

export class RedisLane implements EntryLane {
  readonly #open: OpenRedis;
  readonly #upListeners: (() => void)[] = [];
  readonly #waiting = new Set<(redis: Redis) => void>();
  #redis: Redis | null = null;
  #opening: Promise<void> | null = null;
  #wasUp = false;
  #closed = false;

  constructor(open: OpenRedis) {
    this.#open = open;
  }

  get isUp(): boolean {
    return this.#redis?.status === "ready";
  }

  /** Reads that wait for a connection. */
  get waiting(): number {
    return this.#waiting.size;
  }

  get isStarted(): boolean {
    return this.#opening !== null;
  }

  start(): void {
    this.#opening ??= this.#connect();
  }

  onUp(listener: () => void): void {
    this.#upListeners.push(listener);
  }

  append(entries: readonly StreamEntry[], refused: (index: number, reason: string) => void): void {
    const redis = this.#redis;
    if (redis === null || redis.status !== "ready") {
      for (const index of entries.keys()) refused(index, "no connection to Redis");
      return;
    }
    const pipeline = redis.pipeline();
    for (const { stream, record, instance, traceparent } of entries) {
      if (traceparent === null) pipeline.xadd(stream, "*", ENTRY_COMMAND, record, ENTRY_INSTANCE, instance);
      else pipeline.xadd(stream, "*", ENTRY_COMMAND, record, ENTRY_INSTANCE, instance, ENTRY_TRACEPARENT, traceparent);
    }
    pipeline.exec((_error, results) => {
      for (const [index, [error]] of (results ?? []).entries()) {
        if (isRefusedBefore(error)) refused(index, error.message);
      }
    });
  }

  /** Texts of a hash, in the order of the fields. Rejects with OperationalError `not_sent`. */
  async hashFields(key: string, fields: readonly string[]): Promise<readonly (string | null)[]> {
    return this.#read((redis) => redis.hmget(key, ...fields));
  }

  /** Rejects with OperationalError `not_sent`. */
  async text(key: string): Promise<string | null> {
    return this.#read((redis) => redis.get(key));
  }

  /**
   * Runs a script: by its hash, and whole where the server does not know it. Rejects with OperationalError `not_sent`, at once
   * where a connection that was there is lost.
   */
  async evaluate(
    { text, sha1 }: LaneScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    return this.#read(async (redis) => {
      try {
        return await redis.evalsha(sha1, keys.length, ...keys, ...args);
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith("NOSCRIPT "))) throw error;
        return redis.eval(text, keys.length, ...keys, ...args);
      }
    }, "now");
  }

  /** Of a sorted set, from a score on, by score: members and scores in turn. Rejects with OperationalError `not_sent`. */
  async membersFrom(key: string, score: number): Promise<readonly string[]> {
    return this.#read((redis) => redis.zrangebyscore(key, score, "+inf", "WITHSCORES"), "now");
  }

  close(): void {
    this.#closed = true;
    this.#redis?.disconnect();
  }

  /** @param patience whether a connection that was there and is lost is waited for. */
  async #read<T>(read: (redis: Redis) => Promise<T>, patience: "waits" | "now" = "waits"): Promise<T> {
    try {
      if (patience === "now" && this.#wasUp && !this.isUp) throw new Error("no connection to Redis");
      return await read(await this.#connected());
    } catch (cause) {
      throw new OperationalError("not_sent", "Redis cannot be asked now", { cause });
    }
  }

  #connected(): Promise<Redis> {
    this.start();
    const redis = this.#redis;
    if (redis?.status === "ready") return Promise.resolve(redis);
    return new Promise((resolve, reject) => {
      const resume = (ready: Redis): void => {
        clearTimeout(timer);
        this.#waiting.delete(resume);
        resolve(ready);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(resume);
        reject(new Error("no connection to Redis"));
      }, CONNECT_WAIT_MS);
      this.#waiting.add(resume);
    });
  }

  async #connect(): Promise<void> {
    const redis = await this.#open();
    if (this.#closed) return redis.disconnect();
    this.#redis = redis;
    redis.on("ready", () => {
      this.#wasUp = true;
      for (const resume of this.#waiting) resume(redis);
      for (const listener of this.#upListeners) listener();
    });
  }
}
