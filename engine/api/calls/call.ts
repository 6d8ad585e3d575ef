/**
 * One call of the public API as the REST functions and the WebSocket API hand it over: parsed, its sender verified. The files
 * beside this answer it, each by plain values, so that both transports say the same.
 */
import type { EngineClient, EngineReads } from "../../bus/engine-client.ts";
import type { History } from "../../bus/history-client.ts";
import type { ListenKeys } from "../../bus/listen-keys.ts";
import type { StreamReads } from "../../bus/stream-client.ts";
import type { OrderCounts } from "../../protocol/views.ts";
import type { Sender } from "../authenticate.ts";
import type { RateLimiter } from "../limits/limiter.ts";
import type { Parameters } from "../parameters.ts";
import type { TimeUnit } from "../time-unit.ts";

/** What the calls need of the process in which they run. */
export interface ApiDeps {
  readonly engine: EngineClient;
  readonly reads: EngineReads;
  readonly stream: StreamReads;
  /** Of the sender's address. Not given: there are no limits. */
  readonly limiter?: RateLimiter;
  readonly history: History;
  /** Not given: they are retired, as at the venue. */
  readonly listenKeys?: ListenKeys;
  /** Wall clock, in whole µs. */
  readonly nowUs: () => number;
  /** Random letters and digits, for client order ids, key names and secrets. */
  readonly randomText: (length: number) => string;
  /** Afterwards the catalog is one that was asked for after the call. Not given: it is never another. */
  readonly refresh?: () => Promise<void>;
}

/** Told by a handler how far the engine was when it was read; of several reads the oldest counts. */
export type NoteAsOf = (asOfSeq: number) => void;

/** What a handler of a public, unsigned endpoint gets. */
export interface Call {
  readonly parameters: Parameters;
  readonly unit: TimeUnit;
  readonly nowUs: number;
  readonly deps: ApiDeps;
  readonly noteAsOf: NoteAsOf;
}
/** What a handler of a signed endpoint gets. */
export interface SignedCall extends Call {
  readonly sender: Sender;
  /** Told the account's counts of orders after one was placed, for headers and `rateLimits`. */
  readonly noteOrderCounts: (counts: OrderCounts) => void;
}

/** Gives the body of a 200, or throws: a Refusal, an OperationalError. */
export type CallHandler<C extends Call> = (call: C) => object | Promise<object>;
