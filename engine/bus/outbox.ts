/**
 * The outbox: sends what the journal holds, event by event, with a cursor, and again when in doubt.
 *
 * Of one journal there may be several, each with a form of events, a cursor and a pace of its own: the batches that
 * persistence takes, and the public events. The journal is the record; this only rings the bell. Nothing is lost by a
 * batch that is not sent: whoever misses a sequence learns the head from the heartbeats and pulls the rest. One event is
 * under way at a time. None carries a trace context: a batch is the effect of many requests.
 */
import {
  batchToHttp,
  cutBatches,
  type HttpMessage,
  heartbeatToHttp,
  type JournalHeartbeat,
  type JournalRun,
  namedLineage,
} from "../protocol/journal-batch.ts";
import { cutPublicEvents } from "../protocol/public-events.ts";
import type { Catalog } from "../protocol/views.ts";
import type { EngineReads } from "./engine-client.ts";
import type { OutboxCursor } from "./outbox-cursor.ts";

export interface EventSink {
  /**
   * Hands over one CloudEvent in HTTP binary mode. `later`: not now, send it again; `poison`: it will never be taken, go on
   * without it. Never rejects.
   */
  send(event: HttpMessage): Promise<"accepted" | "later" | "poison">;
}

/** What the outbox needs of an engine (engine/runtime/contract.ts). */
export interface OutboxSource extends Pick<EngineReads, "eventsSince"> {
  readonly epoch: number;
  waitForEvent(seq: number, timeoutMs: number): Promise<void>;
}

/** What is made of a run of events. */
export interface OutboxForm {
  /** In order, covering the run without overlap. */
  readonly cut: (run: JournalRun) => Iterable<OutgoingRange>;
  /** null: the head is not told. */
  readonly heartbeat: ((beat: JournalHeartbeat) => HttpMessage) | null;
}

export interface OutgoingRange {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** null: nothing of this range leaves. */
  readonly message: HttpMessage | null;
}

/** All effects, for persistence. */
export const JOURNAL_FORM: OutboxForm = {
  *cut(run) {
    for (const batch of cutBatches(run)) {
      yield { firstSeq: batch.firstSeq, lastSeq: batch.lastSeq, message: batchToHttp(batch) };
    }
  },
  heartbeat: heartbeatToHttp,
};

/** Trades and instruments without accounts, for everybody else. */
export function publicForm(catalog: () => Catalog): OutboxForm {
  return { cut: (run) => cutPublicEvents(run, catalog()), heartbeat: null };
}

export interface OutboxOptions {
  /** JOURNAL_FORM when not given. */
  readonly form?: OutboxForm;
  readonly source: OutboxSource;
  readonly engine: string;
  readonly cursor: OutboxCursor;
  readonly sink: EventSink;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
  readonly delay: (ms: number) => Promise<void>;
  readonly log: (line: OutboxLogLine) => void;
}

export type OutboxLogLine =
  | { readonly at: "outbox"; readonly outcome: "batch_refused"; readonly firstSeq: number; readonly lastSeq: number }
  | { readonly at: "outbox"; readonly outcome: "failed"; readonly reason: string }
  /** The cursor stood behind the engine's head: it belonged to another journal. */
  | { readonly at: "outbox"; readonly outcome: "cursor_reset"; readonly cursorSeq: number; readonly headSeq: number };

export const HEARTBEAT_MS = 5_000;
const SILENCE_MAX_MS = 3_600_000;
/** Of one read; a read is cut into batches of at most 500. */
const READ_EVENTS_MAX = 2_000;
/** After an event, what follows it within this time travels with it. The engine answers for what has not arrived yet. */
const LINGER_MS = 50;
const BACKOFF_MIN_MS = 100;
const BACKOFF_MAX_MS = 5_000;
const CURSOR_EVERY_MS = 500;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #form: OutboxForm;
  #nextSeq: number;
  #heartbeatMs = Number.NEGATIVE_INFINITY;
  /** When the last heartbeat really left. */
  #toldMs = Number.NEGATIVE_INFINITY;
  #cursorMs = Number.NEGATIVE_INFINITY;
  #headSeq = 0;
  /** What the other side has said, since this start, that it holds. */
  #committedSeq = 0;
  #stopping = false;
  /** Ends the wait under way. */
  #wake: () => void = () => {};
  #running: Promise<void> | null = null;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#form = options.form ?? JOURNAL_FORM;
    this.#nextSeq = options.cursor.read();
  }

  /** The first sequence that has not been handed over. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Waits for the batch under way and writes the cursor. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#running;
    await this.#options.cursor.write(this.#nextSeq);
  }

  /** The other side has said by itself that it holds everything up to this sequence. */
  committed(seq: number): void {
    this.#committedSeq = Math.max(this.#committedSeq, seq);
    if (seq >= this.#nextSeq && seq <= this.#headSeq) this.#nextSeq = seq + 1;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#turn();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#options.log({ at: "outbox", outcome: "failed", reason });
        await this.#wait(this.#options.delay(BACKOFF_MAX_MS));
      }
    }
  }

  async #turn(): Promise<void> {
    const { source, engine, nowMs, log, delay } = this.#options;
    const firstSeq = this.#nextSeq;
    const { events, nextSeq, headSeq, lineage } = await source.eventsSince(firstSeq, READ_EVENTS_MAX);
    this.#headSeq = headSeq;
    if (firstSeq > headSeq + 1) {
      log({ at: "outbox", outcome: "cursor_reset", cursorSeq: firstSeq, headSeq });
      this.#nextSeq = 1;
      this.#committedSeq = 0;
      return;
    }
    await this.#heartbeat(headSeq, lineage);
    if (nextSeq > firstSeq) {
      const { epoch } = source;
      const run = { engine, epoch, ...namedLineage(lineage), firstSeq, lastSeq: nextSeq - 1, headSeq, events };
      for (const range of this.#form.cut(run)) {
        if (!(await this.#handOver(range))) return;
        await this.#heartbeat(headSeq, lineage);
      }
      return;
    }
    await this.#wait(source.waitForEvent(firstSeq, Math.max(1, this.#heartbeatMs + HEARTBEAT_MS - nowMs())));
    await this.#wait(delay(LINGER_MS));
  }

  /** @returns false: stopped before anybody took it. */
  async #handOver({ firstSeq, lastSeq, message }: OutgoingRange): Promise<boolean> {
    if (lastSeq < this.#nextSeq) return true;
    let backoffMs = BACKOFF_MIN_MS;
    for (; message !== null; backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS)) {
      const answer = await this.#options.sink.send(message);
      if (answer === "poison") this.#options.log({ at: "outbox", outcome: "batch_refused", firstSeq, lastSeq });
      if (answer !== "later") break;
      await this.#wait(this.#options.delay(backoffMs));
      if (this.#stopping) return false;
    }
    this.#nextSeq = Math.max(this.#nextSeq, lastSeq + 1);
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#cursorMs >= CURSOR_EVERY_MS) {
      this.#cursorMs = nowMs;
      await this.#options.cursor.write(this.#nextSeq);
    }
    return !this.#stopping;
  }

  /**
   * Sent once and forgotten: the next one says the same, newer. Silent while the other side has said that it holds
   * everything: a heartbeat would keep a function awake that has nothing to do. A start says it once in any case, and an hour
   * is silent at most: the other side may have been emptied or set back since.
   */
  async #heartbeat(headSeq: number, lineage: number | undefined): Promise<void> {
    const { source, engine, sink, nowMs } = this.#options;
    if (nowMs() - this.#heartbeatMs < HEARTBEAT_MS) return;
    this.#heartbeatMs = nowMs();
    if (this.#committedSeq >= headSeq && nowMs() - this.#toldMs < SILENCE_MAX_MS) return;
    this.#toldMs = nowMs();
    const message = this.#form.heartbeat?.({ engine, epoch: source.epoch, ...namedLineage(lineage), headSeq });
    if (message !== undefined) await sink.send(message);
  }

  /** Or until the outbox stops. A race with one promise of a whole life would keep something of every wait. */
  #wait(something: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wake = resolve;
      if (this.#stopping) resolve();
      something.then(resolve, reject);
    });
  }
}
