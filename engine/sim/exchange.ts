/**
 * What every implementation of the exchange's rules looks like from a test: one command in, its events out.
 *
 * The reference, the fast core behind core-exchange.ts and whatever comes later are driven through this one door, so
 * that scenarios and random streams run against any of them.
 */
import type { CommandEnvelope, EngineCommand } from "../protocol/commands.ts";
import type { EngineEvent } from "../protocol/events.ts";

/** What comes by the traders' door; all else is the operator's. */
export const TRADE_TYPES: readonly EngineCommand["type"][] = [
  "place_order",
  "cancel_order",
  "cancel_all",
  "cancel_replace",
  "amend_order",
  "place_order_list",
  "cancel_order_list",
];

export interface Exchange {
  /**
   * Applies one command at a time that never goes back.
   *
   * @returns the command's events in order; none for a command id still remembered.
   */
  apply(command: EngineCommand, envelope: CommandEnvelope, timeUs: number): EngineEvent[];
}

/** One delivery of a command: what a random stream yields and a failure prints. */
export interface Delivery {
  readonly command: EngineCommand;
  readonly envelope: CommandEnvelope;
  readonly timeUs: number;
}
