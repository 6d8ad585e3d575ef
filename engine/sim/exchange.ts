/**
 * What every implementation of the exchange's rules looks like from a test: one command in, its events out.
 *
 * The reference, the fast core behind core-exchange.ts and whatever comes later are driven through this one door, so
 * that scenarios and random streams run against any of them.
 */
import type { CommandEnvelope, EngineCommand } from "../protocol/commands.ts";
import type { EngineEvent } from "../protocol/events.ts";

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
