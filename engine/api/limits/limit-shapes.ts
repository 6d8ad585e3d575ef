/**
 * Limits as the dialect shows them: what is published, what a reply tells of the counters, how a refusal reads.
 */
import type { ExchangeLimits } from "../../domain/instrument.ts";
import type { OrderCounts } from "../../protocol/views.ts";
import { type OrdersWindow, Refusal } from "../refusal.ts";
import type { Admission, Limits } from "./limiter.ts";

/** One element of exchangeInfo.rateLimits, and, with `count`, of a WebSocket API answer. */
export interface RateLimitShape {
  readonly rateLimitType: "REQUEST_WEIGHT" | "ORDERS" | "RAW_REQUESTS";
  readonly interval: "SECOND" | "MINUTE" | "DAY";
  readonly intervalNum: number;
  readonly limit: number;
  readonly count?: number;
}

/** 429 and 418: when the sender may come again. */
export class LimitRefusal extends Refusal {
  readonly retryAfterS: number;
  /** null: a ban does not tell. */
  readonly usedWeight: number | null;

  constructor(status: 429 | 418, message: string, retryAfterS: number, usedWeight: number | null) {
    super(status, -1003, message);
    this.retryAfterS = retryAfterS;
    this.usedWeight = usedWeight;
  }
}

const POLLING = "Please use WebSocket Streams for live updates to avoid polling the API.";
const BANS = "Please use WebSocket Streams for live updates to avoid bans.";

/** What the sender of a request that is over a limit is told. */
export function limitRefusal(limits: Limits, admission: Exclude<Admission, { outcome: "admitted" }>): LimitRefusal {
  if (admission.outcome === "banned") {
    const { untilMs, retryAfterS } = admission;
    const message = `Way too much request weight used; IP banned until ${untilMs}. ${BANS}`;
    return new LimitRefusal(418, message, retryAfterS, null);
  }
  const { limit, retryAfterS, usedWeight } = admission;
  return new LimitRefusal(429, overMessage(limits, limit), retryAfterS, usedWeight);
}

function overMessage(limits: Limits, limit: "weight" | "requests" | "connections"): string {
  switch (limit) {
    case "weight":
      return `Too much request weight used; current limit is ${limits.weightPerMinute} request weight per 1 MINUTE. ${POLLING}`;
    // The source has one sentence; these two are ours, after its pattern.
    case "requests":
      return `Too many requests; current limit is ${limits.requestsPer5Minutes} requests per 5 MINUTE. ${POLLING}`;
    case "connections":
      return `Too many connection attempts; current limit is ${limits.connectionsPer5Minutes} attempts per 5 MINUTE.`;
  }
}

/** What is published: the limits that are on. Attempts to connect have no word in the dialect, and stand in the reference. */
export function publishedLimits(
  limits: Limits | null,
  { ordersPer10s, ordersPerDay }: ExchangeLimits,
): RateLimitShape[] {
  const { weightPerMinute = 0, requestsPer5Minutes = 0 } = limits ?? {};
  const all: RateLimitShape[] = [
    { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: weightPerMinute },
    { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: ordersPer10s },
    { rateLimitType: "ORDERS", interval: "DAY", intervalNum: 1, limit: ordersPerDay },
    { rateLimitType: "RAW_REQUESTS", interval: "MINUTE", intervalNum: 5, limit: requestsPer5Minutes },
  ];
  return all.filter(({ limit }) => limit > 0);
}

/**
 * The published limits with what has been used of them: `rateLimits` of a WebSocket API answer, and rateLimit/order.
 * Raw requests are not told by the venue either.
 *
 * @param usedWeight null: nobody could be asked. @param counts null: the answer is not of an order.
 */
export function countedLimits(
  limits: Limits | null,
  exchange: ExchangeLimits,
  usedWeight: number | null,
  counts: OrderCounts | null,
): RateLimitShape[] {
  return publishedLimits(limits, exchange).flatMap((limit) => {
    const count = countOf(limit, usedWeight, counts);
    return count === null ? [] : [{ ...limit, count }];
  });
}

function countOf(limit: RateLimitShape, usedWeight: number | null, counts: OrderCounts | null): number | null {
  switch (limit.rateLimitType) {
    case "REQUEST_WEIGHT":
      return usedWeight;
    case "ORDERS":
      return (limit.interval === "DAY" ? counts?.perDay : counts?.per10s) ?? null;
    case "RAW_REQUESTS":
      return null;
  }
}

const TEN_SECONDS_MS = 10_000;
const DAY_MS = 86_400_000;

/** Whole seconds until the window ends that refused an order (-1015). */
export function orderRetryAfterS(window: OrdersWindow, nowMs: number): number {
  const windowMs = window === "1 DAY" ? DAY_MS : TEN_SECONDS_MS;
  return Math.ceil((windowMs - (nowMs % windowMs)) / 1_000);
}

/** `error.data` of a WebSocket API answer of status 429 or 418. Times in ms. */
export function limitErrorData(retryAfterS: number, nowMs: number): { serverTime: number; retryAfter: number } {
  return { serverTime: nowMs, retryAfter: nowMs + retryAfterS * 1_000 };
}
