/**
 * An answer as JSON by wire-json.ts: the same text, but made several times faster where it matters.
 */
import type { CommandAnswer } from "../../protocol/bus-messages.ts";
import { toWire } from "../../protocol/wire-json.ts";

export function answerJson(answer: CommandAnswer): string {
  return toWire(answer);
}
