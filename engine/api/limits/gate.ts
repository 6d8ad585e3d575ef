/**
 * The way of a request past the limits of its address: before it is looked at, and once it is known what came of it. REST
 * and the WebSocket API both go through here.
 *
 * A cancel passes, whatever its address has used (I37). While the counters cannot be asked orders are refused (503 -1008:
 * nothing was sent), cancels and reads go on uncounted: a trader must be able to leave, and to see where he stands.
 */
import { operationalCode } from "../../bus/engine-client.ts";
import { limitRefusal } from "./limit-shapes.ts";
import type { RateLimiter } from "./limiter.ts";
import type { Price } from "./prices.ts";

/** One request that was let through. */
export interface Passage {
  readonly limiter: RateLimiter;
  readonly address: string;
  readonly price: Price;
  /** What it costs, unless it is free. */
  readonly weight: number;
  /** Of the address in the running minute, as far as is known; null: nobody could be asked. */
  usedWeight: number | null;
}

/**
 * @param price `weight` of it is what this request weighs.
 * @throws Refusal 429, 418 (`LimitRefusal`); OperationalError `not_sent` for an order while nobody can count.
 */
export async function passLimits(
  limiter: RateLimiter,
  address: string,
  price: Price,
  weight: number,
): Promise<Passage> {
  const passage: Passage = { limiter, address, price, weight, usedWeight: null };
  const now = price.freeWhenDone ? 0 : weight;
  try {
    if (price.purpose === "cancel") {
      passage.usedWeight = await limiter.count(address, now);
      return passage;
    }
    const admission = await limiter.admit(address, now);
    if (admission.outcome !== "admitted") throw limitRefusal(limiter.limits, admission);
    passage.usedWeight = admission.usedWeight;
  } catch (error) {
    if (operationalCode(error) === null || price.purpose === "order") throw error;
  }
  return passage;
}

/** Told once, of a request that was refused: what would have been free is charged. Never rejects. */
export async function chargeRefused(passage: Passage): Promise<void> {
  const { limiter, address, price, weight } = passage;
  if (!price.freeWhenDone || weight === 0 || passage.usedWeight === null) return;
  try {
    passage.usedWeight = await limiter.charge(address, weight);
  } catch (error) {
    // The answer is made, and a weight that could not be counted is nobody's loss.
    if (operationalCode(error) === null) throw error;
  }
}
