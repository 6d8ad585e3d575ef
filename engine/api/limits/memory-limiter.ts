/**
 * The limits by address where one process answers everything: counters in memory, forgotten with the process.
 */
import { add, admit, isForgotten, noUsage, REQUESTS_WINDOW_MS, type Usage } from "./limit-rule.ts";
import type { Admission, Limits, RateLimiter } from "./limiter.ts";
import { subjectOf } from "./subject.ts";

/** Subjects that are remembered. IPv6 has more than any memory: the one that was heard of first goes then, unless it is banned. */
export const ADDRESSES_MAX = 200_000;
/** Banned ones that are passed over at once; behind so many the next goes, banned or not. */
const PASSED_OVER_MAX = 8;

export interface MemoryLimiterOptions {
  readonly limits: Limits;
  /** Wall clock; it may jump, and windows jump with it. */
  readonly nowMs: () => number;
  /** Of an address that others than `limits` apply to. Not given: they apply to all. */
  readonly limitsOf?: (address: string) => Limits;
}

export class MemoryLimiter implements RateLimiter {
  readonly limits: Limits;
  readonly #nowMs: () => number;
  readonly #limitsOf: (address: string) => Limits;
  readonly #usages = new Map<string, Usage>();
  readonly #banListeners = new Set<(address: string) => void>();
  #sweptAtMs = 0;

  constructor({ limits, nowMs, limitsOf }: MemoryLimiterOptions) {
    this.limits = limits;
    this.#nowMs = nowMs;
    this.#limitsOf = limitsOf ?? (() => limits);
  }

  /** Addresses that are remembered now. */
  get addresses(): number {
    return this.#usages.size;
  }

  async admit(address: string, weight: number): Promise<Admission> {
    return this.#admit(address, "request", weight);
  }

  async count(address: string, weight: number): Promise<number> {
    return add(this.#usageOf(subjectOf(address)), weight, 1, this.#nowMs());
  }

  async charge(address: string, weight: number): Promise<number> {
    return add(this.#usageOf(subjectOf(address)), weight, 0, this.#nowMs());
  }

  async admitConnection(address: string): Promise<Admission> {
    return this.#admit(address, "connection", 0);
  }

  followBans(listener: (address: string) => void): () => void {
    this.#banListeners.add(listener);
    return () => void this.#banListeners.delete(listener);
  }

  #admit(address: string, what: "request" | "connection", weight: number): Admission {
    const nowMs = this.#nowMs();
    this.#sweep(nowMs);
    const subject = subjectOf(address);
    const usage = this.#usageOf(subject);
    const { bannedUntilMs } = usage;
    const admission = admit(usage, what, weight, this.#limitsOf(address), nowMs);
    if (usage.bannedUntilMs !== bannedUntilMs) for (const listener of this.#banListeners) listener(subject);
    return admission;
  }

  #usageOf(subject: string): Usage {
    let usage = this.#usages.get(subject);
    if (usage === undefined) {
      if (this.#usages.size >= ADDRESSES_MAX) this.#forgetOldest();
      usage = noUsage();
      this.#usages.set(subject, usage);
    }
    return usage;
  }

  /** A Map keeps the order of insertion: who is passed over is the newest then. */
  #forgetOldest(): void {
    const nowMs = this.#nowMs();
    let passedOver = 0;
    for (const [subject, usage] of this.#usages) {
      this.#usages.delete(subject);
      if (usage.bannedUntilMs <= nowMs || passedOver === PASSED_OVER_MAX) return;
      this.#usages.set(subject, usage);
      passedOver += 1;
    }
  }

  /** Once a window, so that its cost is nobody's request's. */
  #sweep(nowMs: number): void {
    if (Math.abs(nowMs - this.#sweptAtMs) < REQUESTS_WINDOW_MS) return;
    this.#sweptAtMs = nowMs;
    for (const [subject, usage] of this.#usages) if (isForgotten(usage, nowMs)) this.#usages.delete(subject);
  }
}
