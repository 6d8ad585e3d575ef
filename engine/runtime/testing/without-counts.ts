/** Tests only. */
import type { CommandAnswer } from "../../protocol/bus-messages.ts";
import type { Reply } from "../../protocol/views.ts";

/** A reply as it is made again: how many orders the account had placed by then is told once. */
export function withoutCounts<Of extends Reply>(reply: Of): Of {
  if (!("orderCounts" in reply)) return reply;
  const { orderCounts, ...rest } = reply;
  return rest as Of;
}

export function answerWithoutCounts(answer: CommandAnswer): CommandAnswer {
  return "reply" in answer ? { reply: withoutCounts(answer.reply) } : answer;
}
