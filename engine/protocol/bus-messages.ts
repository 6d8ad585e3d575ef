/**
 * What travels between edges and an engine over Redis: names of streams, channels and keys, and the messages on them.
 *
 * Streams: an entry has the fields `c` (one command record, command-codec.ts), `r` (the sender's instance) and, where the
 * request carried one, `t` (traceparent). A fence has the field `fence` alone. Positions are `<ms>-<counter>`.
 * Channels carry JSON by wire-json.ts.
 */
import type { ExchangeLimits } from "../domain/instrument.ts";
import type { EngineEvent, KeyRecord } from "./events.ts";
import type { Catalog, Reply } from "./views.ts";

export const ENTRY_COMMAND = "c";
export const ENTRY_INSTANCE = "r";
export const ENTRY_TRACEPARENT = "t";
export const ENTRY_FENCE = "fence";

/** An engine's name stands in the names below and in rules of access, where other characters would be patterns. */
export const ENGINE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export interface BusNames {
  readonly trade: string;
  readonly ops: string;
  readonly feed: string;
  /** A channel, and a key that lives BEAT_KEY_MS: whoever starts reads the key and need not wait for the next beat. */
  readonly beat: string;
  /** A hash: an API key's name → KeyProjection; CATALOG_FIELD → CatalogProjection; EPOCH_FIELD → the writer's epoch. */
  readonly keys: string;
}

export function busNames(engine: string): BusNames {
  return {
    trade: `cmd:${engine}:trade`,
    ops: `cmd:${engine}:ops`,
    feed: `feed:${engine}`,
    beat: `beat:${engine}`,
    keys: `keys:${engine}`,
  };
}

export function replyChannel(instance: string): string {
  return `reply:${instance}`;
}

/** No API key's name has an exclamation mark. */
export const CATALOG_FIELD = "!catalog";
export const EPOCH_FIELD = "!epoch";

export const BEAT_EVERY_MS = 250;
/** An edge that has heard nothing for so long sends nothing, unless the engine had announced a restart. */
export const BEAT_STALE_MS = 1_000;
export const BEAT_KEY_MS = BEAT_STALE_MS;
/** An engine that stops on purpose is expected back within this. Commands are sent on meanwhile, and answered by its successor. */
export const RESTART_GRACE_MS = 8_000;

export interface Beat {
  readonly engine: string;
  readonly epoch: number;
  readonly state: "running" | "restarting";
  /** Newest durable event. */
  readonly headSeq: number;
  /** Commands read and not yet durable. */
  readonly queued: number;
  /** Entries of the trade stream that are not read yet, by the engine's last look. */
  readonly backlog: number;
  /** Grows whenever an asset or instrument changed; the sequence of that event. */
  readonly catalogVersion: number;
  /** Grows whenever a key changed; the sequence of that event. */
  readonly keysVersion: number;
}

export type CommandAnswer =
  | { readonly reply: Reply }
  /** `not_sent`: certainly not executed, and never will be. */
  | { readonly error: "outcome_unknown" | "not_sent"; readonly message: string };

/** One PUBLISH to `reply:<instance>`: all that a batch has for that instance. */
export interface ReplyMessage {
  readonly epoch: number;
  /** Command id as 32 hexadecimal digits. */
  readonly replies: readonly (readonly [string, CommandAnswer])[];
}

/**
 * One durable batch of events as it leaves the engine, for the stream: only level_changed, trade_executed and
 * instrument_changed. On `feed:<engine>` an idle engine repeats its position every BEAT_EVERY_MS as an empty frame with
 * firstSeq = lastSeq + 1, so that a listener that missed the last frame learns it.
 */
export interface FeedFrame {
  readonly epoch: number;
  /** Of the journal that it comes from, as in journal-batch.ts. */
  readonly lineage?: number;
  /** Sequences this frame covers (the events left out included): a frame whose firstSeq is not the last one's lastSeq + 1 follows a gap. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly timeUs: number;
  readonly events: readonly EngineEvent[];
}

export type KeyProjection = KeyRecord;

export interface CatalogProjection {
  readonly version: number;
  /** As in journal-batch.ts: versions of another lineage may be the same numbers. */
  readonly lineage?: number;
  readonly assets: Catalog["assets"];
  readonly instruments: Catalog["instruments"];
  /** Not given: NO_LIMITS. */
  readonly limits?: ExchangeLimits;
}

/** A catalog with its two indexes. @param limits null: none were ever set. */
export function catalogOf(
  assets: Catalog["assets"],
  instruments: Catalog["instruments"],
  limits: ExchangeLimits | null = null,
): Catalog {
  return {
    assets,
    instruments,
    ...(limits !== null && { limits }),
    instrumentBySymbol: new Map(instruments.map((instrument) => [instrument.symbol, instrument])),
    assetByName: new Map(assets.map((asset) => [asset.name, asset])),
  };
}
