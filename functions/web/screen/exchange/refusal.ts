/** Everything that is not an answer: the dialect's own refusals, and what this browser says itself (code 0). */

import { words } from "../words/words.ts";
import type { Refused } from "./contract.ts";

/** This browser's own: the exchange has said nothing. */
const OWN_CODE = 0;
const CODE_UNKNOWN_OUTCOME = -1007;
const CODE_OVERLOADED = -1008;
export const CODE_KEY_INVALID = -2015;
export const CODE_CANCEL_REJECTED = -2011;
export const CODE_NO_SUCH_ORDER = -2013;

const HTTP_SERVER_ERROR = 500;

export function notSent(message: string): Refused {
  return { outcome: "not_sent", code: OWN_CODE, message };
}

export function refusedHere(message: string): Refused {
  return { outcome: "refused", code: OWN_CODE, message };
}

export function unknownOutcome(message: string): Refused {
  return { outcome: "unknown", code: CODE_UNKNOWN_OUTCOME, message };
}

/** A server's fault leaves open what happened, but for -1008: then nothing was sent on (trading-api.md §1.5). */
export function refusedBy(status: number, error: unknown): Refused {
  const { code, msg } = (error ?? {}) as { readonly code?: unknown; readonly msg?: unknown };
  const refusal = {
    code: typeof code === "number" ? code : OWN_CODE,
    message: typeof msg === "string" ? msg : words().exchange.answered(status),
  };
  const isOpen = status >= HTTP_SERVER_ERROR && refusal.code !== CODE_OVERLOADED;
  return { outcome: isOpen ? "unknown" : "refused", ...refusal };
}
