/** An operator's command to the engine, and what came of it. */
import type { OperatorCommand } from "../../engine/domain/operator.ts";
import type { Done } from "../../engine/protocol/views.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import { operatorRefusal } from "./operator-refusals.ts";

export const DEADLINE_US = 9_000_000;

/** @throws Refusal in an operator's words; OperationalError */
export async function submitOperator(
  deps: Pick<EdgeDeps, "engine" | "nowUs">,
  command: OperatorCommand,
): Promise<Done> {
  const reply = await deps.engine.submitOperator(command, deps.nowUs() + DEADLINE_US);
  switch (reply.outcome) {
    case "done":
      return reply;
    case "rejected":
      throw operatorRefusal(reply.reason);
    case "canceled_all":
      throw new Error("the engine answered canceled_all to another kind of command");
  }
}
