/**
 * Keys and the catalog as the engine projects them to Redis: what an edge needs to check a request, without the engine.
 *
 * Where fresh beats are heard, a value is good as long as they name no newer version: the engine projects first, then beats,
 * and beats at once when something changed. Where none are heard, a value is good for a second. Unknown keys are never kept.
 * An engine that has started again may be of another past, with lower versions: then nothing that was kept is good. A hash
 * without an epoch is none that an engine has written: it is waited for, because nobody's key is missing there.
 */
import {
  BEAT_STALE_MS,
  busNames,
  CATALOG_FIELD,
  type CatalogProjection,
  catalogOf,
  EPOCH_FIELD,
  type KeyProjection,
} from "../../protocol/bus-messages.ts";
import type { KeyRecord } from "../../protocol/events.ts";
import type { Catalog } from "../../protocol/views.ts";
import { fromWire } from "../../protocol/wire-json.ts";
import { OperationalError } from "../engine-client.ts";
import type { BeatSource } from "./beat-watch.ts";
import type { EdgeClock } from "./edge-clock.ts";

/**
 * A symbol that is younger than the catalog at hand is known after this at the latest; so long waits, at most, whoever asks for
 * one that is none, and so seldom Redis is asked for it.
 */
export const REFRESH_MS_MIN = 100;
export const KEYS_KEPT_MAX = 10_000;
/** An engine that has just started, or has met a Redis that lost everything, writes the hash within a beat or two. */
export const PROJECTION_WAIT_MS = 2_000;
const ASK_AGAIN_MS = 50;
const NOTHING_PROJECTED = "the engine has not projected its catalog";
/** A name outside of this is no key's; it might be a field of another kind. */
const KEY_NAME = /^[A-Za-z0-9_-]{1,128}$/;

export interface ProjectionReadsOptions {
  readonly engine: string;
  /** Rejects with OperationalError `not_sent` (redis-lane.ts). */
  readonly hashFields: (key: string, fields: readonly string[]) => Promise<readonly (string | null)[]>;
  readonly beats: BeatSource;
  readonly clock: EdgeClock;
  /** Called at each read that is not answered from memory: keeping needs beats, and somebody must listen for them. */
  readonly missed: () => void;
}

interface Kept<T> {
  readonly value: T;
  readonly readMs: number;
  /** A key: of the beat before the read; null: there was no fresh one. The catalog: its own. */
  readonly version: number | null;
}

export class ProjectionReads {
  readonly #options: ProjectionReadsOptions;
  readonly #hash: string;
  readonly #keys = new Map<string, Kept<KeyRecord>>();
  #catalog: Kept<Catalog> | null = null;
  /** Of the newest catalog read, which `expire` does not take away. */
  #catalogVersion = -1;
  #lineage = 0;
  #refreshedMs = Number.NEGATIVE_INFINITY;
  /** The next refresh, which has not begun. */
  #nextRefresh: Promise<void> | null = null;

  constructor(options: ProjectionReadsOptions) {
    this.#options = options;
    this.#hash = busNames(options.engine).keys;
    options.beats.onEpochRise(() => this.expire());
  }

  /** Afterwards `catalog()` is fresh, and the key, where it is one, is at hand: one round trip for both at the most. */
  async prepare(apiKey: string): Promise<void> {
    const wantsKey = KEY_NAME.test(apiKey) && this.#keyKept(apiKey) === null;
    const wantsCatalog = !this.#catalogIsGood();
    if (wantsKey || wantsCatalog) await this.#read(wantsKey ? apiKey : null, wantsCatalog);
  }

  /** As of the last `prepare`. @throws OperationalError `not_sent` when there is none. */
  catalog(): Catalog {
    if (this.#catalog === null) throw new OperationalError("not_sent", NOTHING_PROJECTED);
    return this.#catalog.value;
  }

  /** Of the engine's journal (journal-batch.ts), as of the last `prepare`; null: there was none. */
  lineage(): number | null {
    return this.#catalog === null ? null : this.#lineage;
  }

  async keyByApiKey(apiKey: string): Promise<KeyRecord | null> {
    if (!KEY_NAME.test(apiKey)) return null;
    return this.#keyKept(apiKey) ?? (await this.#read(apiKey, false));
  }

  /**
   * Reads the catalog anew, whatever is kept: at most once per REFRESH_MS_MIN, since anybody can ask for what is not there.
   * The read begins after the call, so that whatever was projected by then is found; all who wait for one share it.
   */
  refresh(): Promise<void> {
    this.#nextRefresh ??= this.#readInTurn();
    return this.#nextRefresh;
  }

  async #readInTurn(): Promise<void> {
    const { clock } = this.#options;
    const waitMs = this.#refreshedMs + REFRESH_MS_MIN - clock.nowMs();
    // Awaited in any case: it is noted as the next one first, and then begins.
    await (waitMs > 0 ? this.#pause(waitMs) : null);
    this.#refreshedMs = clock.nowMs();
    this.#nextRefresh = null;
    await this.#read(null, true);
  }

  /** The next `prepare` reads anew: who has just changed something sees it. */
  expire(): void {
    if (this.#catalog !== null) this.#catalog = { ...this.#catalog, readMs: Number.NEGATIVE_INFINITY, version: -1 };
    this.#keys.clear();
  }

  async #read(apiKey: string | null, withCatalog: boolean): Promise<KeyRecord | null> {
    const { beats, clock, missed } = this.#options;
    missed();
    const beat = beats.fresh();
    const readMs = clock.nowMs();
    const fields = [...(withCatalog ? [CATALOG_FIELD] : []), ...(apiKey === null ? [] : [apiKey])];
    const texts = await this.#projected(fields);
    if (withCatalog) this.#keepCatalog(texts[0] ?? null, readMs);
    const keyText = apiKey === null ? null : (texts[fields.length - 1] ?? null);
    if (apiKey === null || keyText === null) return null;
    const record = fromWire(keyText) as KeyProjection;
    this.#keepKey(apiKey, { value: record, readMs, version: beat?.keysVersion ?? null });
    return record;
  }

  /** Of the hash, once there is one. Rejects with OperationalError `not_sent` when there is none for too long. */
  async #projected(fields: readonly string[]): Promise<readonly (string | null)[]> {
    const { hashFields, clock } = this.#options;
    const giveUpMs = clock.nowMs() + PROJECTION_WAIT_MS;
    for (;;) {
      const [epoch, ...texts] = await hashFields(this.#hash, [EPOCH_FIELD, ...fields]);
      if (typeof epoch === "string") return texts;
      if (clock.nowMs() >= giveUpMs) throw new OperationalError("not_sent", NOTHING_PROJECTED);
      await this.#pause(ASK_AGAIN_MS);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#options.clock.every(ms, () => {
        stop();
        resolve();
      });
    });
  }

  #keepCatalog(text: string | null, readMs: number): void {
    if (text === null) throw new OperationalError("not_sent", NOTHING_PROJECTED);
    const projection = fromWire(text) as CatalogProjection;
    // The same version is the same object: what was made of it is not made again.
    const { version, lineage = 0, assets, instruments, limits } = projection;
    const isKnown = this.#catalogVersion === version && this.#lineage === lineage;
    const known = isKnown ? this.#catalog?.value : undefined;
    this.#catalogVersion = version;
    this.#lineage = lineage;
    this.#catalog = { value: known ?? catalogOf(assets, instruments, limits), readMs, version };
  }

  #keepKey(apiKey: string, kept: Kept<KeyRecord>): void {
    this.#keys.delete(apiKey);
    // The oldest entry goes: a Map keeps the order of insertion.
    if (this.#keys.size >= KEYS_KEPT_MAX) this.#keys.delete(this.#keys.keys().next().value ?? "");
    this.#keys.set(apiKey, kept);
  }

  #keyKept(apiKey: string): KeyRecord | null {
    const kept = this.#keys.get(apiKey);
    return kept !== undefined && this.#isGood(kept, this.#options.beats.fresh()?.keysVersion) ? kept.value : null;
  }

  #catalogIsGood(): boolean {
    return this.#catalog !== null && this.#isGood(this.#catalog, this.#options.beats.fresh()?.catalogVersion);
  }

  #isGood({ readMs, version }: Kept<unknown>, versionNow: number | undefined): boolean {
    if (version !== null && versionNow !== undefined) return version >= versionNow;
    return this.#options.clock.nowMs() - readMs <= BEAT_STALE_MS;
  }
}
