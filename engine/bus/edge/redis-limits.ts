/**
 * Counters of addresses in Redis, changed by one script (redis-limits-script.ts), shared by all edges. What the numbers of the
 * rule are, and what an outcome means to a request, is engine/api/limits' to say.
 *
 * One round trip a step, on the connection that commands go by.
 */
import { assert } from "../../domain/assert.ts";
import type { LaneScript } from "./redis-lane.ts";
import { LIMIT_SCRIPT, SCRIPT_OUTCOMES } from "./redis-limits-script.ts";

const ADDRESS_KEY = "limit:ip:";
const BANS_KEY = "limit:bans";

export type LimitStep = "request" | "connection" | "count" | "charge";

/** The numbers of the rule, in the order in which the script takes them. */
export interface LimitNumbers {
  readonly weightMax: number;
  readonly requestsMax: number;
  readonly connectionsMax: number;
  readonly refusalsBeforeBan: number;
  readonly banMsMin: number;
  readonly banMsMax: number;
  readonly banRememberedMs: number;
}

export interface Counted {
  /** `admitted`, `banned`, or the limit that was met. */
  readonly outcome: (typeof SCRIPT_OUTCOMES)[number];
  readonly usedWeight: number;
  readonly bannedUntilMs: number;
  /** The server's. */
  readonly nowMs: number;
}

export interface BannedAddress {
  readonly address: string;
  /** The server's. */
  readonly sinceMs: number;
}

/** What this needs of a RedisLane. Rejects with OperationalError `not_sent`. */
export interface LimitLane {
  evaluate(script: LaneScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** Members and scores in turn, from a score on, by score. */
  membersFrom(key: string, score: number): Promise<readonly string[]>;
}

export class RedisLimitCounters {
  readonly #lane: LimitLane;

  constructor(lane: LimitLane) {
    this.#lane = lane;
  }

  /** Rejects with OperationalError `not_sent`. */
  async step(what: LimitStep, address: string, weight: number, numbers: LimitNumbers): Promise<Counted> {
    const rule = [
      numbers.weightMax,
      numbers.requestsMax,
      numbers.connectionsMax,
      numbers.refusalsBeforeBan,
      numbers.banMsMin,
      numbers.banMsMax,
      numbers.banRememberedMs,
    ];
    const keys = [ADDRESS_KEY + address, BANS_KEY];
    return countedIn(await this.#lane.evaluate(LIMIT_SCRIPT, keys, [what, weight, ...rule, address]));
  }

  /** Who was banned at this time or later, oldest first. Rejects with OperationalError `not_sent`. */
  async bannedFrom(sinceMs: number): Promise<readonly BannedAddress[]> {
    const found = await this.#lane.membersFrom(BANS_KEY, sinceMs);
    return found.flatMap((address, index) => (index % 2 === 0 ? [{ address, sinceMs: Number(found[index + 1]) }] : []));
  }
}

function countedIn(answer: unknown): Counted {
  assert(Array.isArray(answer) && answer.every(Number.isSafeInteger), "the script answers with whole numbers");
  const [outcome, usedWeight, bannedUntilMs, nowMs] = answer as [number, number, number, number];
  const word = SCRIPT_OUTCOMES[outcome];
  assert(word !== undefined, "the script's outcome is one that is known");
  return { outcome: word, usedWeight, bannedUntilMs, nowMs };
}
