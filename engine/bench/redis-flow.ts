/** The flow of the Redis bench: orders alone, half of them makers and half takers, so that most commands trade. */
import type { FlowOptions } from "./command-flow.ts";

export const ACCOUNTS = 1_000;
export const FLOW: FlowOptions = {
  seed: 1,
  accounts: ACCOUNTS,
  restingOrders: 1_000,
  shares: { immediate: 50, cancel: 0, amend: 0, replace: 0 },
};
