/** What this exchange gives away, since it is for trying out: generous enough to trade with, small beside what the bots hold. */
import type { DemoTerms } from "../_shared/people/demo-terms.ts";

export const DEMO_TERMS: DemoTerms = {
  startingFunds: { USDT: "100000", BTC: "1", ETH: "10", SOL: "200", USDC: "10000" },
  dailyFunds: { USDT: "100000", BTC: "1", ETH: "10", SOL: "200", USDC: "10000" },
  guestsPerDay: 2_000,
  guestsPerAddressDay: 50,
};
