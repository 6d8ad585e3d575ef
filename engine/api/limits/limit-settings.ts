/** The limits by address as a process is told them; the same names in every process that answers the public API. */
import { wholeNumber } from "../../protocol/setting.ts";
import { DEFAULT_LIMITS, type Limits } from "./limiter.ts";

const LIMIT_MAX = 1_000_000_000;

/** 0 switches a limit off. */
const limit = wholeNumber(0, LIMIT_MAX).optional();

export const limitSettings = {
  TIDEBOOK_WEIGHT_PER_MINUTE: limit,
  TIDEBOOK_REQUESTS_PER_5_MINUTES: limit,
  TIDEBOOK_CONNECTIONS_PER_5_MINUTES: limit,
};

export type LimitSettings = { readonly [Name in keyof typeof limitSettings]?: number | undefined };

/** What is not set is `otherwise`. */
export function limitsOf(given: LimitSettings, otherwise: Limits = DEFAULT_LIMITS): Limits {
  return {
    weightPerMinute: given.TIDEBOOK_WEIGHT_PER_MINUTE ?? otherwise.weightPerMinute,
    requestsPer5Minutes: given.TIDEBOOK_REQUESTS_PER_5_MINUTES ?? otherwise.requestsPer5Minutes,
    connectionsPer5Minutes: given.TIDEBOOK_CONNECTIONS_PER_5_MINUTES ?? otherwise.connectionsPer5Minutes,
  };
}

/** Every limit off. */
export const NO_LIMITS_BY_ADDRESS: Limits = { weightPerMinute: 0, requestsPer5Minutes: 0, connectionsPer5Minutes: 0 };
