/**
 * What became of something whose answer never came: asked for until the exchange knows, within a bound. Never sent again.
 *
 * An order that is not there may still arrive until its deadline (its time and its window, trading-api.md §1.3); not being
 * there after that is final.
 */

import { words } from "../words/words.ts";
import type { Answer } from "./contract.ts";
import { CODE_NO_SUCH_ORDER, unknownOutcome } from "./refusal.ts";

const ASK_EVERY_MS = 700;
/** A restart of the exchange, and more. */
const ASK_FOR_MS = 60_000;
/** The exchange's default window, and its clock's distance from ours. */
const DEADLINE_MS = 5_000 + 2_000;

export interface Settling<T> {
  /** -2013: not there. */
  readonly look: () => Promise<Answer<T>>;
  readonly nowMs: () => number;
  /** When it was sent, by the same clock. */
  readonly sentMs: number;
  readonly wait: (ms: number) => Promise<void>;
}

/** @returns what it became; refused -2013: it has not happened and never will; unknown: nobody could say within the bound. */
export async function settle<T>({ look, nowMs, sentMs, wait }: Settling<T>): Promise<Answer<T>> {
  while (nowMs() < sentMs + ASK_FOR_MS) {
    const askedMs = nowMs();
    const answer = await look();
    if (answer.outcome === "ok") return answer;
    const isAbsent = answer.outcome === "refused" && answer.code === CODE_NO_SUCH_ORDER;
    if (isAbsent && askedMs > sentMs + DEADLINE_MS) return answer;
    await wait(ASK_EVERY_MS);
  }
  return unknownOutcome(words().exchange.outcomeNotTold);
}
