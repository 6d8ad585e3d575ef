/**
 * What persistence does for an engine beside applying what it is brought, when it has no timer of its own: an instance lives
 * as long as its requests. Before a batch: are these the tables of this engine's journal? After it: holes older than two
 * seconds are pulled, a bounded number of events a request, and the engine hears how far everything is in the tables.
 *
 * The engine's heartbeats are what comes along when nothing else does. None of the work after a batch can fail it.
 */
import { type EngineReads, OperationalError } from "../../engine/bus/engine-client.ts";
import type { EngineNotices } from "../../engine/bus/http/rpc.ts";
import type { JournalHeartbeat } from "../../engine/protocol/journal-batch.ts";
import type { Database } from "../_shared/database.ts";
import { anotherJournals } from "./apply-batch.ts";
import { GapPuller, type GapPullerLogLine } from "./gap-puller.ts";

/** Between two looks at the tables. */
export const LOOK_EVERY_MS = 500;
/** What one request may set going: with nothing but heartbeats that fills 20,000 sequences a second. */
export const PULLED_EVENTS_MAX = 100_000;
/** A request does not wait longer for it; it goes on by itself. */
const LOOK_TIMEOUT_MS = 3_000;
/** Old batches that are brought again make us ask the engine, but not more often. */
const COMPARE_EVERY_MS = 1_000;

export interface CatchUpDeps {
  readonly engine: string;
  readonly database: Database;
  readonly reads: Pick<EngineReads, "eventsSince"> & Pick<EngineNotices, "committed">;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
  readonly log: (line: CatchUpLogLine) => void;
  /** PULLED_EVENTS_MAX when not given. */
  readonly pulledEventsMax?: number;
}

export type CatchUpLogLine =
  | GapPullerLogLine
  | { readonly at: "catch-up"; readonly outcome: "not_reported"; readonly reason: string };

export class CatchUp {
  readonly #deps: CatchUpDeps;
  readonly #puller: GapPuller;
  #comparedMs = Number.NEGATIVE_INFINITY;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #look: Promise<void> | null = null;
  #reported = { seq: 0, lineage: 0 };

  constructor(deps: CatchUpDeps) {
    this.#deps = deps;
    this.#puller = new GapPuller({
      ...deps,
      firstLook: "waits",
      eventsPerLookMax: deps.pulledEventsMax ?? PULLED_EVENTS_MAX,
    });
  }

  committedSeq(): number {
    return this.#puller.committedSeq();
  }

  pulledEvents(): number {
    return this.#puller.pulledEvents();
  }

  /**
   * Rejects with `history_unavailable` while the tables may be another journal's: nothing is written into those. A head
   * below what they hold, or another lineage, is either an old message or another journal; the engine knows.
   */
  async beforeApply({ headSeq, lineage = 0 }: Pick<JournalHeartbeat, "headSeq" | "lineage">): Promise<void> {
    const puller = this.#puller;
    const inOrder = puller.standing() === "ours" && lineage === puller.lineage() && headSeq >= puller.committedSeq();
    const nowMs = this.#deps.nowMs();
    if (!inOrder && nowMs - this.#comparedMs >= COMPARE_EVERY_MS) {
      await this.#puller.compare();
      this.#comparedMs = nowMs;
    }
    if (this.#puller.standing() === "ours") return;
    throw anotherJournals(this.#deps.engine);
  }

  async afterApply(): Promise<void> {
    const { nowMs } = this.#deps;
    if (this.#look !== null || nowMs() - this.#lookedMs < LOOK_EVERY_MS) return;
    this.#lookedMs = nowMs();
    this.#look = this.#lookAndReport().finally(() => {
      this.#look = null;
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LOOK_TIMEOUT_MS);
    });
    await Promise.race([this.#look, patience]);
    clearTimeout(timer);
  }

  async #lookAndReport(): Promise<void> {
    await this.#puller.tick();
    const told = { seq: this.#puller.committedSeq(), lineage: this.#puller.lineage() };
    if (told.lineage === this.#reported.lineage && told.seq <= this.#reported.seq) return;
    try {
      await this.#deps.reads.committed(this.#deps.engine, told.seq, ...(told.lineage === 0 ? [] : [told.lineage]));
      this.#reported = told;
    } catch (error) {
      // The next look says it again. Until then the engine keeps more than it must.
      const reason = error instanceof OperationalError ? error.message : String(error);
      this.#deps.log({ at: "catch-up", outcome: "not_reported", reason });
    }
  }
}
