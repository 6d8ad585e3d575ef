/**
 * The projection of keys and catalog into the hash `keys:<engine>`, from which edges check credentials and filters.
 *
 * Written whole where the server is not the one that was written to last, else what has changed. The epoch in the hash is a
 * fence: an engine that has been replaced changes nothing any more. Who reads it may see a moment ago; the engine checks key
 * and permission again when it applies a command.
 */
import type { Redis } from "ioredis";
import { CATALOG_FIELD, type CatalogProjection, EPOCH_FIELD, type KeyProjection } from "../../protocol/bus-messages.ts";
import type { KeyRecord } from "../../protocol/events.ts";
import { namedLineage } from "../../protocol/journal-batch.ts";
import type { Catalog } from "../../protocol/views.ts";
import { toWire } from "../../protocol/wire-json.ts";
import type { SourceIdentity } from "../command-intake.ts";
import { askIdentity, isSameServer } from "./source.ts";

export interface ProjectionVersions {
  readonly catalogVersion: number;
  readonly keysVersion: number;
}

export interface ProjectionOptions {
  readonly redis: Redis;
  /** The hash. */
  readonly key: string;
  readonly epoch: number;
  /** 0 when not given. */
  readonly lineage?: number;
  readonly versions: () => ProjectionVersions;
  readonly catalog: () => Catalog;
  readonly keys: () => Promise<readonly KeyRecord[]>;
}

/** Fields written by one call of the script: while it runs, the server serves nobody else. */
const FIELDS_PER_CALL = 500;

/**
 * KEYS: 1 the hash.
 * ARGV: 1 the field of the epoch · 2 the writer's epoch · then fields and values in turn, or, where the value would be, an
 *   empty text: the field goes.
 * Returns 1: written. 0: the hash is of a higher epoch, and stays as it is.
 */
const WRITE = `
local known = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if known > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
for at = 3, #ARGV, 2 do
  if ARGV[at + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[at])
  else redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
end
return 1
`;
const GONE = "";

export class Projection {
  readonly #options: ProjectionOptions;
  /** As they are in Redis; a changed key is another object. */
  readonly #keys = new Map<string, KeyRecord>();
  #server: SourceIdentity | null = null;
  #mustAsk = true;
  #written: ProjectionVersions | null = null;
  #running: Promise<"written" | "stale"> | null = null;

  constructor(options: ProjectionOptions) {
    this.#options = options;
    options.redis.on("ready", () => {
      this.#mustAsk = true;
    });
  }

  /** What the hash holds; null: not known to hold anything of ours. */
  get written(): ProjectionVersions | null {
    return this.#written;
  }

  /**
   * Afterwards the hash holds what the engine held when this was called. `stale`: an engine of a higher epoch owns it.
   * Rejects when Redis does; the next call does what is left.
   */
  async bringUpToDate(): Promise<"written" | "stale"> {
    // One at a time: an older state must not overtake a newer one.
    while (this.#running !== null) await this.#running.catch(() => {});
    this.#running = this.#write();
    try {
      return await this.#running;
    } finally {
      this.#running = null;
    }
  }

  async #write(): Promise<"written" | "stale"> {
    const { redis, key, epoch, lineage = 0, versions, catalog, keys } = this.#options;
    await this.#meet();
    // The hash may have been removed by somebody: one field tells.
    const isWhole = this.#written === null || (await redis.hget(key, EPOCH_FIELD)) !== String(epoch);
    if (isWhole) {
      this.#keys.clear();
      this.#written = null;
    }
    const { catalogVersion, keysVersion } = versions();
    const target = { catalogVersion, keysVersion };
    const fields: string[] = [];
    if (this.#written?.catalogVersion !== target.catalogVersion)
      fields.push(CATALOG_FIELD, catalogText(target.catalogVersion, lineage, catalog()));
    const changed = this.#written?.keysVersion === target.keysVersion ? [] : await this.#changedKeys(keys);
    for (const record of changed) fields.push(record.apiKey, toWire(record satisfies KeyProjection));
    if (!(await this.#put(fields)) || (isWhole && !(await this.#removeStrays()))) return "stale";
    for (const record of changed) this.#keys.set(record.apiKey, record);
    this.#written = target;
    return "written";
  }

  /** After each connection: another server, or one that has been restarted, holds what it holds. */
  async #meet(): Promise<void> {
    if (!this.#mustAsk) return;
    this.#mustAsk = false;
    try {
      const server = await askIdentity(this.#options.redis);
      if (!isSameServer(server, this.#server)) this.#written = null;
      this.#server = server;
    } catch (error) {
      this.#mustAsk = true;
      throw error;
    }
  }

  async #changedKeys(keys: ProjectionOptions["keys"]): Promise<readonly KeyRecord[]> {
    return (await keys()).filter((record) => this.#keys.get(record.apiKey) !== record);
  }

  /** @returns false: of a higher epoch. */
  async #put(fields: readonly string[]): Promise<boolean> {
    const { redis, key, epoch } = this.#options;
    for (let at = 0; at < fields.length; at += FIELDS_PER_CALL * 2) {
      const part = fields.slice(at, at + FIELDS_PER_CALL * 2);
      if ((await redis.eval(WRITE, 1, key, EPOCH_FIELD, epoch, ...part)) === 0) return false;
    }
    return true;
  }

  /** Fields that are none of ours: of a journal that was restored from before them. */
  async #removeStrays(): Promise<boolean> {
    const { redis, key, keys } = this.#options;
    const known = new Set((await keys()).map(({ apiKey }) => apiKey));
    const fields = await redis.hkeys(key);
    const strays = fields.filter((name) => name !== EPOCH_FIELD && name !== CATALOG_FIELD && !known.has(name));
    return this.#put(strays.flatMap((name) => [name, GONE]));
  }
}

function catalogText(version: number, lineage: number, { assets, instruments, limits }: Catalog): string {
  const set = limits === undefined ? {} : { limits };
  return toWire({ version, ...namedLineage(lineage), assets, instruments, ...set } satisfies CatalogProjection);
}
