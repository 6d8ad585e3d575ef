/** Answers of the WebSocket API as text (trading-api.md §1.15). Pure. */
import type { RateLimitShape } from "../../api/limits/limit-shapes.ts";
import { type Refusal, refusalBody } from "../../api/refusal.ts";
import type { IdText } from "../request-json.ts";

/** @param limits null: not wanted. */
export function resultText(id: IdText, result: object, limits: readonly RateLimitShape[] | null): string {
  return `{"id":${id},"status":200,"result":${JSON.stringify(result)}${limitsText(limits)}}`;
}

/** @param data of 418 and 429: when to come back. Not given: what the refusal has. */
export function errorText(
  id: IdText,
  refusal: Refusal,
  limits: readonly RateLimitShape[] | null,
  data?: object,
): string {
  const body = data === undefined ? refusalBody(refusal) : { ...refusalBody(refusal), data };
  return `{"id":${id},"status":${refusal.status},"error":${JSON.stringify(body)}${limitsText(limits)}}`;
}

function limitsText(limits: readonly RateLimitShape[] | null): string {
  return limits === null ? "" : `,"rateLimits":${JSON.stringify(limits)}`;
}
