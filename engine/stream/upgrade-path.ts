/**
 * What a client asks for by the URL it connects to (trading-api.md §1.1).
 *
 * Tolerant: any segment behind /ws or /stream is taken as a name, percent-encoded or not; one that is no stream's name
 * is left out and refuses nothing (ccxt connects to /ws/0). Only a time unit that is none is a mistake.
 */
import { readTimeUnit, type TimeUnit } from "../api/time-unit.ts";
import { isListenKey } from "../bus/listen-keys.ts";
import { parseStreamName } from "./stream-names.ts";

export interface MarketPath {
  readonly family: "market";
  readonly combined: boolean;
  readonly names: readonly string[];
  /** Of every time in every event; null: what was written is no unit. */
  readonly timeUnit: TimeUnit | null;
}

export type UpgradePath = MarketPath | { readonly family: "websocket_api" } | { readonly family: "other" };

export function parseUpgradePath(url: string): UpgradePath {
  const queryAt = url.indexOf("?");
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const segments = path.split("/").filter((segment) => segment !== "");
  const family = segments[0];
  if (family === "ws-api") return { family: "websocket_api" };
  if (family !== "ws" && family !== "stream") return { family: "other" };
  const texts = segments.slice(1).map(decoded);
  // A plus is a plus, as in `@+08:00`, escaped or not: no name has a space.
  const query = new URLSearchParams(queryAt < 0 ? "" : url.slice(queryAt).replaceAll("+", "%2B"));
  if (family === "stream") texts.push(...query.getAll("streams"));
  const names = texts
    .flatMap((text) => text.split("/"))
    .filter((name) => parseStreamName(name) !== null || isListenKey(name));
  return {
    family: "market",
    combined: family === "stream",
    names: [...new Set(names)],
    timeUnit: readTimeUnit(query.get("timeUnit") ?? ""),
  };
}

/** A segment that is no valid percent-encoding is no stream's name either. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
}
