/**
 * The rule of the limits by address: what counts, what is refused, when a ban begins and how long it lasts. Pure; the
 * memory limiter runs it, and the script for Redis (bus/edge/redis-limits-script.ts) says the same: a test compares them.
 *
 * Windows are fixed and aligned to the clock: whole minutes and whole five minutes since 1970. What is refused uses nothing
 * up, and counts towards a ban: BAN_AFTER_REFUSALS refused requests of one address within one minute. Who stops at the
 * first 429 is never near it, with dozens of requests under way at that moment either. Bans last 2 minutes, then twice as long
 * each time, at most 3 days; three days after the last one's end it begins at 2 minutes again. Requests during a ban change
 * nothing.
 */
import type { Admission, Limits } from "./limiter.ts";

const WEIGHT_WINDOW_MS = 60_000;
export const REQUESTS_WINDOW_MS = 300_000;
export const BAN_AFTER_REFUSALS = 100;
export const BAN_MS_MIN = 120_000;
export const BAN_MS_MAX = 3 * 86_400_000;
/** After the end of a ban the next one is still longer than it. */
export const BAN_REMEMBERED_MS = BAN_MS_MAX;

/** What is known of one address. */
export interface Usage {
  /** Number of the minute since 1970. */
  minute: number;
  weight: number;
  refused: number;
  /** Number of the five minutes. */
  fiveMinutes: number;
  requests: number;
  connections: number;
  bannedUntilMs: number;
  /** One after the other, none of them forgotten. */
  bans: number;
}

export function noUsage(): Usage {
  return {
    minute: 0,
    weight: 0,
    refused: 0,
    fiveMinutes: 0,
    requests: 0,
    connections: 0,
    bannedUntilMs: 0,
    bans: 0,
  };
}

/** Changes `usage`; a ban begins where its `bannedUntilMs` has risen. */
export function admit(
  usage: Usage,
  what: "request" | "connection",
  weight: number,
  limits: Limits,
  nowMs: number,
): Admission {
  roll(usage, nowMs);
  if (usage.bannedUntilMs > nowMs) return banned(usage, nowMs);
  const limit = limitReached(usage, what, weight, limits);
  if (limit === null) {
    usage.weight += weight;
    if (what === "connection") usage.connections += 1;
    else usage.requests += 1;
    return { outcome: "admitted", usedWeight: usage.weight };
  }
  usage.refused += 1;
  if (usage.refused >= BAN_AFTER_REFUSALS) {
    ban(usage, nowMs);
    return banned(usage, nowMs);
  }
  return { outcome: "over", limit, usedWeight: usage.weight, retryAfterS: retryAfterS(limit, nowMs) };
}

/** Whole seconds until the window of a limit ends, at least 1. */
export function retryAfterS(limit: "weight" | "requests" | "connections", nowMs: number): number {
  const windowMs = limit === "weight" ? WEIGHT_WINDOW_MS : REQUESTS_WINDOW_MS;
  return Math.ceil((windowMs - (nowMs % windowMs)) / 1_000);
}

/** What is counted whatever was used, during a ban too. @returns the weight used in the minute. */
export function add(usage: Usage, weight: number, requests: 0 | 1, nowMs: number): number {
  roll(usage, nowMs);
  usage.weight += weight;
  usage.requests += requests;
  return usage.weight;
}

function roll(usage: Usage, nowMs: number): void {
  const minute = Math.floor(nowMs / WEIGHT_WINDOW_MS);
  if (minute !== usage.minute) {
    usage.minute = minute;
    usage.weight = 0;
    usage.refused = 0;
  }
  const fiveMinutes = Math.floor(nowMs / REQUESTS_WINDOW_MS);
  if (fiveMinutes !== usage.fiveMinutes) {
    usage.fiveMinutes = fiveMinutes;
    usage.requests = 0;
    usage.connections = 0;
  }
}

function limitReached(
  usage: Usage,
  what: "request" | "connection",
  weight: number,
  limits: Limits,
): "weight" | "requests" | "connections" | null {
  if (what === "connection") return isOver(usage.connections + 1, limits.connectionsPer5Minutes) ? "connections" : null;
  if (isOver(usage.requests + 1, limits.requestsPer5Minutes)) return "requests";
  return isOver(usage.weight + weight, limits.weightPerMinute) ? "weight" : null;
}

function isOver(used: number, limit: number): boolean {
  return limit > 0 && used > limit;
}

function ban(usage: Usage, nowMs: number): void {
  if (nowMs - usage.bannedUntilMs > BAN_REMEMBERED_MS) usage.bans = 0;
  usage.bannedUntilMs = nowMs + Math.min(BAN_MS_MIN * 2 ** usage.bans, BAN_MS_MAX);
  usage.bans += 1;
  usage.refused = 0;
}

function banned({ bannedUntilMs }: Usage, nowMs: number): Admission {
  return {
    outcome: "banned",
    untilMs: bannedUntilMs,
    retryAfterS: Math.ceil((bannedUntilMs - nowMs) / 1_000),
  };
}

/** Nothing of it matters any more, whatever comes. */
export function isForgotten(usage: Usage, nowMs: number): boolean {
  const counts = usage.fiveMinutes === Math.floor(nowMs / REQUESTS_WINDOW_MS);
  return !counts && nowMs - usage.bannedUntilMs > BAN_REMEMBERED_MS;
}
