/**
 * What the HTTP functions depend on, and where it comes from.
 *
 * One object of functions and ports for all HTTP functions; each uses its part. A process that holds an engine
 * (functions/_local, a test) installs a provider; a function of its own (function-process.ts) installs one that connects
 * by its environment, at the first request.
 */
import type { ApiDeps } from "../../engine/api/calls/call.ts";
import type { OpenSecret } from "../../engine/api/calls/outcome.ts";
import type { ProxyTrust } from "../../engine/api/client-address.ts";
import { OperationalError } from "../../engine/bus/engine-client.ts";
import type { EventGate } from "./event-gate.ts";
import type { DemoTerms } from "./people/demo-terms.ts";
import type { PeopleDeps } from "./people/people-deps.ts";

export interface EdgeDeps extends ApiDeps {
  readonly openSecret: OpenSecret;
  /** A fault of ours, for the operator's log; never contents of an order or a secret. */
  readonly reportFault: (fault: { readonly at: string; readonly error: unknown }) => void;
  readonly operator: OperatorDeps;
  /** Which proxies before it are ours (engine/api/client-address.ts). Not given: none. */
  readonly proxies?: ProxyTrust;
  /** Bearer of calls between our own processes (`/v1/…`). Not given: none are answered. */
  readonly internalToken?: string;
  /**
   * Awaited before a handler runs that reads the catalog, or a sender is looked at: what `reads` answers at once (the catalog) is there and fresh afterwards, and
   * the key of that name, which the request shows, at hand. Rejects with OperationalError. Not given: it always is.
   */
  readonly prepare?: (apiKey?: string) => Promise<void>;
  /** Who may bring events to this process (cloud-events.ts). Not given: a broker. */
  readonly eventGate?: EventGate;
  /**
   * Hands one CloudEvent to the engine's publisher; resolves once its sink has taken it. Not given: orders that Pub/Sub
   * pushes are sent again until somebody can say what came of them.
   */
  readonly publishOutcome?: (headers: Readonly<Record<string, string>>, body: string) => Promise<void>;
  /** People, their passkeys and sessions. Not given: this exchange has none, and /people/v1 is 404. */
  readonly people?: PeopleDeps;
  /** Guests, and funds for the asking. Not given: for real, and there is no such thing. */
  readonly demo?: DemoTerms;
}

/** What functions/users needs beside the rest. */
export interface OperatorDeps {
  /** The bearer token of /ops/v1. */
  readonly token: string;
  /** Seals the secret of a new HMAC key, for KeyRecord.material. */
  readonly sealSecret: (secret: string) => string;
}

let provider: (() => EdgeDeps) | null = null;

/** Called once by whoever owns the process, before the first request. null takes it away again (tests). */
export function installDeps(source: (() => EdgeDeps) | null): void {
  provider = source;
}

/** @throws OperationalError `not_sent` while nothing is installed. */
export function edgeDeps(): EdgeDeps {
  if (provider === null)
    throw new OperationalError("not_sent", "engine not configured: this process has no engine to ask");
  return provider();
}
