/**
 * Fills holes: sequences that the engine's head has passed and that no batch brought are pulled from its read port.
 *
 * A hole is left alone until it is HOLE_AGE_MS old, since the batch may be on its way. The first pull after a start
 * waits for nothing: that is the way back after a stop, and from an empty database. Also keeps the committed sequence,
 * up to which everything is in the tables, and tells whoever needs it: the engine forgets closed orders behind it.
 */
import type { EngineReads } from "../../engine/bus/engine-client.ts";
import type { PublishedEvent } from "../../engine/protocol/event-json.ts";
import { BATCH_EVENTS_MAX } from "../../engine/protocol/journal-batch.ts";
import type { Database } from "../_shared/database.ts";
import { applyBatch } from "./apply-batch.ts";

export const HOLE_AGE_MS = 2_000;
export const PULL_PERIOD_MS = 500;
/** Of remembered holes; more are found again when these are filled. */
const HOLES_MAX = 100;

export interface GapPullerDeps {
  readonly engine: string;
  readonly database: Database;
  readonly reads: Pick<EngineReads, "eventsSince">;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
  readonly log: (line: GapPullerLogLine) => void;
}

export type GapPullerLogLine =
  | { readonly at: "gap-puller"; readonly outcome: "pulled"; readonly firstSeq: number; readonly lastSeq: number }
  | { readonly at: "gap-puller"; readonly outcome: "failed"; readonly reason: string }
  /** The tables hold more than the engine has: they belong to another journal. Nothing is pulled until it is settled. */
  | {
      readonly at: "gap-puller";
      readonly outcome: "history_ahead";
      readonly committedSeq: number;
      readonly engineHeadSeq: number;
    };

interface Range {
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export class GapPuller {
  readonly #deps: GapPullerDeps;
  readonly #listeners = new Set<(committedSeq: number) => void>();
  /** When a hole that begins at this sequence was first seen. */
  #seenMs = new Map<number, number>();
  #committedSeq = 0;
  #caughtUp = false;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: GapPullerDeps) {
    this.#deps = deps;
  }

  /** Every sequence up to this one is in the tables; 0 before the first look. */
  committedSeq(): number {
    return this.#committedSeq;
  }

  /** Called whenever it has grown. @returns the way to stop. */
  onCommitted(listener: (committedSeq: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.tick(), PULL_PERIOD_MS);
    void this.tick();
  }

  /** Resolves once a pull under way has ended. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#turn;
  }

  /** One look at the tables; pulls what is due. Never rejects: a failure is logged and the next tick tries again. */
  tick(): Promise<void> {
    const mine = this.#turn.then(() => this.#look());
    this.#turn = mine;
    return mine;
  }

  async #look(): Promise<void> {
    try {
      if (!this.#caughtUp) {
        await this.#catchUp();
        return;
      }
      for (const hole of this.#due(await this.#holes())) await this.#pull(hole);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#deps.log({ at: "gap-puller", outcome: "failed", reason });
    }
  }

  async #catchUp(): Promise<void> {
    await this.#holes();
    const committedSeq = this.#committedSeq;
    const { headSeq } = await this.#deps.reads.eventsSince(committedSeq + 1, 1);
    if (headSeq < committedSeq) {
      this.#deps.log({ at: "gap-puller", outcome: "history_ahead", committedSeq, engineHeadSeq: headSeq });
      return;
    }
    if (headSeq > committedSeq) await this.#pull({ firstSeq: committedSeq + 1, lastSeq: headSeq });
    this.#caughtUp = true;
  }

  async #pull(hole: Range): Promise<void> {
    const { engine, database, reads, log } = this.#deps;
    let fromSeq = hole.firstSeq;
    while (fromSeq <= hole.lastSeq) {
      const eventsMax = Math.min(BATCH_EVENTS_MAX, hole.lastSeq - fromSeq + 1);
      const { events, nextSeq, headSeq } = await reads.eventsSince(fromSeq, eventsMax);
      // The engine does not have them after all (another journal); the next start says so.
      if (nextSeq <= fromSeq) break;
      const published = events.filter((event): event is PublishedEvent => event.type !== "level_changed");
      const run = { engine, epoch: null, firstSeq: fromSeq, lastSeq: nextSeq - 1, headSeq, events: published };
      await applyBatch(database, run);
      fromSeq = nextSeq;
      await this.#holes();
    }
    log({ at: "gap-puller", outcome: "pulled", firstSeq: hole.firstSeq, lastSeq: fromSeq - 1 });
  }

  /** Of the holes there are, those that have waited long enough. */
  #due(holes: readonly Range[]): readonly Range[] {
    const nowMs = this.#deps.nowMs();
    const seenMs = new Map(holes.map((hole) => [hole.firstSeq, this.#seenMs.get(hole.firstSeq) ?? nowMs]));
    this.#seenMs = seenMs;
    return holes.filter((hole) => nowMs - (seenMs.get(hole.firstSeq) ?? nowMs) >= HOLE_AGE_MS);
  }

  /** Reads the ranges: the committed sequence, and what is missing up to the head. */
  async #holes(): Promise<readonly Range[]> {
    const { database, engine } = this.#deps;
    // The head is read as an empty range behind it: what lies before that and in no range is missing.
    const rows = await database.query(
      `select first_seq, last_seq from applied_ranges where engine = $1
       union all select head_seq + 1, head_seq from engine_head where engine = $1
       order by first_seq limit ${HOLES_MAX}`,
      [engine],
    );
    const holes: Range[] = [];
    let nextSeq = 1;
    let committedSeq = 0;
    for (const row of rows) {
      const firstSeq = Number(row.first_seq);
      if (firstSeq > nextSeq) holes.push({ firstSeq: nextSeq, lastSeq: firstSeq - 1 });
      nextSeq = Math.max(nextSeq, Number(row.last_seq) + 1);
      if (holes.length === 0) committedSeq = nextSeq - 1;
    }
    this.#commit(committedSeq);
    return holes;
  }

  #commit(committedSeq: number): void {
    if (committedSeq <= this.#committedSeq) return;
    this.#committedSeq = committedSeq;
    for (const listener of this.#listeners) listener(committedSeq);
  }
}
