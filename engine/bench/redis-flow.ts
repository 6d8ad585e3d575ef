/** The flow of the Redis bench: orders alone, half of them makers and half takers, so that most commands trade. */
import type { EngineCommand, TradeCommand } from "../protocol/commands.ts";
import { registerKey, signed } from "../sim/small-exchange.ts";
import { CommandFlow, type FlowOptions, setUpCommands } from "./command-flow.ts";

const ACCOUNTS = 1_000;
export const FLOW: FlowOptions = {
  seed: 1,
  accounts: ACCOUNTS,
  restingOrders: 1_000,
  shares: { immediate: 50, cancel: 0, amend: 0, replace: 0 },
};

/** A key for each account: over a stream nobody trades without one. */
export function setUpOfRedis(): readonly EngineCommand[] {
  return [...setUpCommands(ACCOUNTS), ...Array.from({ length: ACCOUNTS }, (_, index) => registerKey(index + 1))];
}

export class SignedFlow {
  private readonly flow = new CommandFlow(FLOW);

  next(): TradeCommand {
    return signed(this.flow.next());
  }
}
