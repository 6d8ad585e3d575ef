/**
 * What one request costs its address (engine/api/limits), and what its answer tells of the counters.
 */
import { chargeRefused, type Passage, passLimits } from "../../api/limits/gate.ts";
import { countedLimits, type RateLimitShape } from "../../api/limits/limit-shapes.ts";
import { type Price, weightOf } from "../../api/limits/prices.ts";
import type { Refusal } from "../../api/refusal.ts";
import { NO_LIMITS } from "../../domain/instrument.ts";
import type { OrderCounts } from "../../protocol/views.ts";
import type { ApiServerDeps } from "./api-deps.ts";

export class RequestToll {
  readonly #deps: Pick<ApiServerDeps, "limiter" | "reads">;
  readonly #address: string;
  #passage: Passage | null = null;
  #counts: OrderCounts | null = null;

  constructor(deps: Pick<ApiServerDeps, "limiter" | "reads">, address: string) {
    this.#deps = deps;
    this.#address = address;
  }

  /** Before the request is looked at. Rejects with Refusal 429, 418; OperationalError. */
  async pass(price: Price, params: ReadonlyMap<string, string>): Promise<void> {
    const { limiter } = this.#deps;
    if (limiter === undefined) return;
    const weight = weightOf(price, (name) => params.get(name) ?? "");
    this.#passage = await passLimits(limiter, this.#address, price, weight);
  }

  noteOrderCounts(counts: OrderCounts): void {
    this.#counts = counts;
  }

  /** What would have been free is charged; what failed by our doing costs nothing. Never rejects. */
  async refused({ status }: Refusal): Promise<void> {
    if (this.#passage !== null && status < 500) await chargeRefused(this.#passage);
  }

  /** The counters as the answer shows them. */
  shown(): readonly RateLimitShape[] {
    const { limiter, reads } = this.#deps;
    // The exchange's limits are told with an order's counts alone, and after an order the catalog is at hand.
    const exchange = this.#counts === null ? NO_LIMITS : (reads.catalog().limits ?? NO_LIMITS);
    return countedLimits(limiter?.limits ?? null, exchange, this.#passage?.usedWeight ?? null, this.#counts);
  }
}
