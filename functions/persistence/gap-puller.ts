/**
 * Fills holes: sequences that the engine's head has passed and that no batch brought are pulled from its read port.
 *
 * A hole is left alone until it is HOLE_AGE_MS old, since the batch may be on its way. In one process with the engine the
 * first pull after a start waits for nothing: that is the way back after a stop, and from an empty database. Also keeps the
 * committed sequence, up to which everything is in the tables, and tells whoever needs it: the engine forgets closed orders
 * behind it. Before anything it makes sure that the tables are this engine's: they may not hold more than its journal, nor
 * be of another lineage of it. Where they are not, it says so in them too, and nobody reads them any more.
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
  /** Whether what is missing at the first look waits to be a hole of some age: then a batch may be on its way too. */
  readonly firstLook?: "pulls" | "waits";
  /** What one look pulls at most; the next one goes on. Everything when not given. */
  readonly eventsPerLookMax?: number;
}

export type GapPullerLogLine =
  | { readonly at: "gap-puller"; readonly outcome: "pulled"; readonly firstSeq: number; readonly lastSeq: number }
  | { readonly at: "gap-puller"; readonly outcome: "failed"; readonly reason: string }
  /** The tables belong to another journal: they hold more, or the same numbers of something else. Nothing is pulled until it is settled. */
  | {
      readonly at: "gap-puller";
      readonly outcome: "history_ahead";
      readonly appliedSeq: number;
      readonly engineHeadSeq: number;
      /** Where they differ. */
      readonly lineages?: { readonly tables: number; readonly engine: number };
    };

/** `unknown`: nobody has compared yet. `ahead`: the tables belong to another journal. */
export type Standing = "unknown" | "ours" | "ahead";

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
  /** Of the tables, as last seen. */
  #lineage = 0;
  #standing: Standing = "unknown";
  #caughtUp = false;
  #pulledEvents = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: GapPullerDeps) {
    this.#deps = deps;
  }

  /** Every sequence up to this one is in the tables; 0 before the first look. */
  committedSeq(): number {
    return this.#committedSeq;
  }

  /** Of the journal that the tables are of. */
  lineage(): number {
    return this.#lineage;
  }

  standing(): Standing {
    return this.#standing;
  }

  /** Sequences that were pulled since the start. */
  pulledEvents(): number {
    return this.#pulledEvents;
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
      let budget = this.#deps.eventsPerLookMax ?? Number.MAX_SAFE_INTEGER;
      for (const hole of this.#due(await this.#holes())) {
        if (budget <= 0) return;
        const pulled = await this.#pull(within(hole, budget));
        // What is left of it is as old.
        const seenMs = this.#seenMs.get(hole.firstSeq);
        if (seenMs !== undefined) this.#seenMs.set(hole.firstSeq + pulled, seenMs);
        budget -= pulled;
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#deps.log({ at: "gap-puller", outcome: "failed", reason });
    }
  }

  async #catchUp(): Promise<void> {
    const waits = this.#deps.firstLook === "waits";
    const headSeq = waits && this.#standing === "ours" ? 0 : await this.compare();
    if (this.#standing !== "ours") return;
    this.#due(await this.#holes());
    const missing = { firstSeq: this.#committedSeq + 1, lastSeq: headSeq };
    if (!waits && missing.lastSeq >= missing.firstSeq) await this.#pull(missing);
    this.#caughtUp = true;
  }

  /**
   * Compares the tables with the engine's journal, and says so when they hold more. @returns the engine's head.
   * Rejects when one of the two cannot be asked.
   */
  async compare(): Promise<number> {
    const { database, engine, reads, log } = this.#deps;
    // The tables first: what is applied meanwhile can only be older than the head that is read after it.
    const [row] = await database.query(
      `select (select coalesce(max(last_seq), 0) from applied_ranges where engine = $1) as applied_seq,
         (select lineage from engine_head where engine = $1) as lineage,
         (select claimed_by from engine_head where engine = $1) as claimed_by`,
      [engine],
    );
    const appliedSeq = Number(row?.applied_seq);
    const { headSeq, lineage = 0 } = await reads.eventsSince(appliedSeq + 1, 1);
    const tablesLineage = Number(row?.lineage ?? lineage);
    this.#lineage = tablesLineage;
    this.#standing = headSeq < appliedSeq || tablesLineage !== lineage ? "ahead" : "ours";
    if (this.#standing === "ahead") {
      this.#caughtUp = false;
      const lineages = { tables: tablesLineage, engine: lineage };
      const named = tablesLineage === lineage ? {} : { lineages };
      log({ at: "gap-puller", outcome: "history_ahead", appliedSeq, engineHeadSeq: headSeq, ...named });
    }
    const claim = this.#standing === "ahead" ? lineage : null;
    const claimed = row?.claimed_by ?? null;
    if (claim === null ? claimed !== null : Number(claimed ?? Number.NaN) !== claim) await this.#claim(claim);
    return headSeq;
  }

  /** Says in the tables which lineage would have them; null: they are its own. */
  async #claim(lineage: number | null): Promise<void> {
    const { database, engine } = this.#deps;
    await database.transaction((tx) =>
      tx.query("update engine_head set claimed_by = $2 where engine = $1", [engine, lineage]),
    );
  }

  /** @returns how many sequences. */
  async #pull(hole: Range): Promise<number> {
    const { engine, database, reads, log } = this.#deps;
    let fromSeq = hole.firstSeq;
    while (fromSeq <= hole.lastSeq) {
      const eventsMax = Math.min(BATCH_EVENTS_MAX, hole.lastSeq - fromSeq + 1);
      const { events, nextSeq, headSeq, lineage = 0 } = await reads.eventsSince(fromSeq, eventsMax);
      // The engine does not have them after all (another journal); the next start says so.
      if (nextSeq <= fromSeq) break;
      const published = events.filter((event): event is PublishedEvent => event.type !== "level_changed");
      const run = { engine, epoch: null, lineage, firstSeq: fromSeq, lastSeq: nextSeq - 1, headSeq, events: published };
      await applyBatch(database, run);
      fromSeq = nextSeq;
      await this.#holes();
    }
    const pulled = fromSeq - hole.firstSeq;
    this.#pulledEvents += pulled;
    if (pulled > 0) log({ at: "gap-puller", outcome: "pulled", firstSeq: hole.firstSeq, lastSeq: fromSeq - 1 });
    return pulled;
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
      `select first_seq, last_seq, (select lineage from engine_head where engine = $1) as lineage from (
         select first_seq, last_seq from applied_ranges where engine = $1
         union all select head_seq + 1, head_seq from engine_head where engine = $1
       ) ranges order by first_seq limit ${HOLES_MAX}`,
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
    this.#lineage = Number(rows[0]?.lineage ?? this.#lineage);
    this.#commit(committedSeq);
    return holes;
  }

  #commit(committedSeq: number): void {
    const hasGrown = committedSeq > this.#committedSeq;
    // Less than before: the tables were emptied.
    this.#committedSeq = committedSeq;
    if (!hasGrown) return;
    for (const listener of this.#listeners) listener(committedSeq);
  }
}

function within({ firstSeq, lastSeq }: Range, sequencesMax: number): Range {
  return { firstSeq, lastSeq: Math.min(lastSeq, firstSeq + sequencesMax - 1) };
}
