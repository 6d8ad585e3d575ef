/** The W3C trace context of the request under way, for whoever sends something on because of it. */
import { AsyncLocalStorage } from "node:async_hooks";

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

const current = new AsyncLocalStorage<string>();

/** Runs with the header's value, where it is one; anything else is no trace. */
export function withTraceparent<T>(header: unknown, run: () => T): T {
  return typeof header === "string" && TRACEPARENT.test(header) ? current.run(header, run) : run();
}

export function currentTraceparent(): string | null {
  return current.getStore() ?? null;
}
