/**
 * A book kept from a stream of changes and snapshots by the rules of trading-api.md §1.14, and nothing else: no socket, no
 * clock, no signal.
 *
 * Changes are buffered while a snapshot is awaited. It joins if it reaches the first of them; those within it are dropped; the
 * first that is applied holds the id after it, and each next one begins where the last ended. Anything else is a gap: the book
 * is stale, stays as it was, and needs another snapshot (I42).
 */
import { BookLevels } from "./book-levels.ts";
import type { Freshness, Level } from "./contract.ts";

export interface DepthChange {
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export interface DepthSnapshot {
  readonly lastUpdateId: number;
  /** Best first. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** A hundred seconds of changes. The oldest fall out: a snapshot that they would have joined is then too old. */
const BUFFERED_MAX = 1_000;

export class BookSync {
  readonly #bids = new BookLevels("bids");
  readonly #asks = new BookLevels("asks");
  readonly #levelsAsked: number;
  /** null: no snapshot is awaited. */
  #buffer: DepthChange[] | null = null;
  #freshness: Freshness = "loading";
  #lastUpdateId = 0;
  /** The next change may begin within the snapshot. */
  #isFirst = false;
  #joins = 0;

  /** @param levelsAsked of each side of a snapshot. */
  constructor(levelsAsked: number) {
    this.#levelsAsked = levelsAsked;
  }

  get freshness(): Freshness {
    return this.#freshness;
  }
  get lastUpdateId(): number {
    return this.#lastUpdateId;
  }
  get resyncs(): number {
    return Math.max(0, this.#joins - 1);
  }
  get needsSnapshot(): boolean {
    return this.#buffer !== null;
  }
  get isThin(): boolean {
    return this.#bids.isThin || this.#asks.isThin;
  }

  bids(): readonly Level[] {
    return this.#bids.shown();
  }
  asks(): readonly Level[] {
    return this.#asks.shown();
  }

  /** The stream begins anew: what was heard before it does not join. */
  begin(): void {
    this.#fail([]);
  }

  /** The stream is away. */
  lose(): void {
    this.#buffer = null;
    if (this.#freshness === "live") this.#freshness = "stale";
  }

  /** Another snapshot, to see further down, while the book goes on. */
  renew(): void {
    this.#buffer ??= [];
  }

  change(change: DepthChange): "applied" | "buffered" | "gap" {
    this.#buffer?.push(change);
    if (this.#buffer !== null && this.#buffer.length > BUFFERED_MAX) this.#buffer.shift();
    if (this.#freshness !== "live") return "buffered";
    if (this.#apply(change)) return "applied";
    this.#fail([change]);
    return "gap";
  }

  /** @returns `too_old`: ask for another; `gap`: it joined what does not itself follow: ask for another, too. */
  join(snapshot: DepthSnapshot): "joined" | "too_old" | "gap" {
    const buffered = this.#buffer ?? [];
    const [first] = buffered;
    // It ends right before the first change at the latest: nothing lies between them.
    if (first !== undefined && snapshot.lastUpdateId + 1 < first.firstUpdateId) return "too_old";
    const wouldGoBack = this.#freshness === "live" && snapshot.lastUpdateId < this.#lastUpdateId;
    if (first === undefined && wouldGoBack) return "too_old";
    this.#bids.replace(snapshot.bids, this.#levelsAsked);
    this.#asks.replace(snapshot.asks, this.#levelsAsked);
    this.#lastUpdateId = snapshot.lastUpdateId;
    this.#isFirst = true;
    this.#freshness = "live";
    this.#joins += 1;
    for (const [index, change] of buffered.entries()) {
      if (this.#apply(change)) continue;
      this.#fail(buffered.slice(index));
      return "gap";
    }
    this.#buffer = null;
    return "joined";
  }

  /** @returns whether it follows. */
  #apply(change: DepthChange): boolean {
    const nextId = this.#lastUpdateId + 1;
    if (this.#isFirst && change.lastUpdateId < nextId) return true;
    const follows = this.#isFirst ? change.firstUpdateId <= nextId : change.firstUpdateId === nextId;
    if (!follows || change.lastUpdateId < change.firstUpdateId) return false;
    for (const level of change.bids) this.#bids.set(level);
    for (const level of change.asks) this.#asks.set(level);
    this.#lastUpdateId = change.lastUpdateId;
    this.#isFirst = false;
    return true;
  }

  #fail(buffer: DepthChange[]): void {
    this.#buffer = buffer;
    if (this.#freshness === "live") this.#freshness = "stale";
  }
}
