/**
 * Answers to what clients ask of the venue's other markets when they start (trading-api.md §1.12): here are none.
 */
import { moment } from "../time-unit.ts";
import type { Call } from "./call.ts";

export function systemStatus(): object {
  return { status: 0, msg: "normal" };
}

/** Margin pairs. */
export function noPairs(): object {
  return [];
}

/** exchangeInfo of the futures. */
export function noSymbols(call: Call): object {
  return {
    timezone: "UTC",
    serverTime: moment(call.unit, call.nowUs),
    rateLimits: [],
    exchangeFilters: [],
    symbols: [],
  };
}
