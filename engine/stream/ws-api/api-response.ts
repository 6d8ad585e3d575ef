/** Answers of the WebSocket API as text (trading-api.md §1.15). Pure. */
import { type Refusal, refusalBody } from "../../api/refusal.ts";
import type { IdText } from "../request-json.ts";

/** One counter as an answer shows it. */
export interface RateLimitShown {
  readonly rateLimitType: "REQUEST_WEIGHT" | "ORDERS";
  readonly interval: "SECOND" | "MINUTE" | "DAY";
  readonly intervalNum: number;
  readonly limit: number;
  readonly count: number;
}

/** When a client that was over a limit may come back. */
export interface ComeBack {
  readonly serverTimeMs: number;
  readonly retryAfterMs: number;
}

/** @param limits null: not wanted. */
export function resultText(id: IdText, result: object, limits: readonly RateLimitShown[] | null): string {
  return `{"id":${id},"status":200,"result":${JSON.stringify(result)}${limitsText(limits)}}`;
}

/** @param comeBack of 418 and 429; null: another refusal. */
export function errorText(
  id: IdText,
  refusal: Refusal,
  limits: readonly RateLimitShown[] | null,
  comeBack: ComeBack | null = null,
): string {
  const body =
    comeBack === null
      ? refusalBody(refusal)
      : {
          code: refusal.code,
          msg: refusal.message,
          data: { serverTime: comeBack.serverTimeMs, retryAfter: comeBack.retryAfterMs },
        };
  return `{"id":${id},"status":${refusal.status},"error":${JSON.stringify(body)}${limitsText(limits)}}`;
}

function limitsText(limits: readonly RateLimitShown[] | null): string {
  return limits === null ? "" : `,"rateLimits":${JSON.stringify(limits)}`;
}
