/**
 * The headers that a reply carries beside its body: how far the engine was when it was read, what of the limits is used, who
 * may read it in a browser.
 */
import { LimitRefusal, orderRetryAfterS } from "../../engine/api/limits/limit-shapes.ts";
import { methodNotAllowed, Refusal, TooManyOrders } from "../../engine/api/refusal.ts";
import type { OrderCounts } from "../../engine/protocol/views.ts";

export const JSON_HEADERS = Object.freeze({ "content-type": "application/json;charset=UTF-8" });

/** Names the engine's sequence up to which a read includes every effect. Binance's dialect has no such thing: a header is ours. */
export const AS_OF_SEQ_HEADER = "x-tidebook-as-of-seq";

const READABLE = "X-MBX-USED-WEIGHT, X-MBX-USED-WEIGHT-1M, Retry-After";

/** Any page may read what needs no key; what is signed, and what an operator asks, no page of another origin may. */
const ANY_PAGE_MAY_READ = Object.freeze({
  "access-control-allow-origin": "*",
  "access-control-expose-headers": READABLE,
});

const PREFLIGHT_KEPT_S = 86_400;

export const PREFLIGHT_HEADERS = Object.freeze({
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET",
  "access-control-allow-headers": "Content-Type, X-MBX-TIME-UNIT",
  "access-control-max-age": String(PREFLIGHT_KEPT_S),
});

/** What is known of a reply by the time it is written. */
export interface Noted {
  asOfSeq: number | null;
  orderCounts: OrderCounts | null;
  usedWeight: number | null;
  anyPageMayRead: boolean;
}

export function nothingNoted(): Noted {
  return { asOfSeq: null, orderCounts: null, usedWeight: null, anyPageMayRead: false };
}

export function headersOf({ asOfSeq, orderCounts, usedWeight, anyPageMayRead }: Noted): Record<string, string> {
  const headers: Record<string, string> = { ...JSON_HEADERS };
  if (usedWeight !== null) {
    headers["x-mbx-used-weight"] = String(usedWeight);
    headers["x-mbx-used-weight-1m"] = String(usedWeight);
  }
  if (orderCounts !== null) {
    headers["x-mbx-order-count-10s"] = String(orderCounts.per10s);
    headers["x-mbx-order-count-1d"] = String(orderCounts.perDay);
  }
  if (asOfSeq !== null) headers[AS_OF_SEQ_HEADER] = String(asOfSeq);
  return anyPageMayRead ? Object.assign(headers, ANY_PAGE_MAY_READ) : headers;
}

/** 405, with what the header Allow must say. */
export class NotAllowed extends Refusal {
  readonly allow: string;

  constructor(allow: string) {
    const { status, code, message } = methodNotAllowed();
    super(status, code, message);
    this.allow = allow;
  }
}

/** When a refused sender may come again, and by which methods; none for most refusals. */
export function refusalHeaders(refusal: Refusal, nowMs: number): Record<string, string> {
  if (refusal instanceof LimitRefusal) return { "retry-after": String(refusal.retryAfterS) };
  if (refusal instanceof NotAllowed) return { allow: refusal.allow };
  if (refusal instanceof TooManyOrders) return { "retry-after": String(orderRetryAfterS(refusal.window, nowMs)) };
  return {};
}
