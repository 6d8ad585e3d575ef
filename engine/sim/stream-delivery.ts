/** Commands as a stream delivers them: encoded, with positions that go up. Tests only. */

import type { CommandStream, StreamPosition } from "../bus/command-intake.ts";
import type { CommandAnswer } from "../protocol/bus-messages.ts";
import { encodeCommand } from "../protocol/command-codec.ts";
import type { EngineCommand } from "../protocol/commands.ts";
import { commandIdOf, DEADLINE_AHEAD_US, type RunningExchange } from "./small-exchange.ts";

export const FIRST_SERVER = { runId: "a".repeat(40), replicationId: "b".repeat(40) } as const;
export const OTHER_SERVER = { runId: "c".repeat(40), replicationId: "d".repeat(40) } as const;

const TRADES: ReadonlySet<string> = new Set([
  "place_order",
  "cancel_order",
  "cancel_all",
  "cancel_replace",
  "amend_order",
]);

export function streamOf(command: EngineCommand): CommandStream {
  return TRADES.has(command.type) ? "trade" : "ops";
}

/** Hands a command over and waits for its answer. The id is made of the position where none is given. */
export function deliver(
  { engine, clock }: RunningExchange,
  command: EngineCommand,
  position: StreamPosition,
  commandId = commandIdOf(position.ms * 1_000 + position.counter),
): Promise<CommandAnswer> {
  const stream = streamOf(command);
  const record = encodeCommand(command, {
    commandId,
    deadlineUs: clock.nowUs + DEADLINE_AHEAD_US,
    // What the record says of its source does not count.
    source: stream === "trade" ? "ops" : "trade",
  });
  return new Promise((resolve) => engine.take(record, stream, position, resolve));
}
