/** The comparison can fail: an exchange with one planted fault is caught, and the failure is short enough to read. */
import { expect, test } from "vitest";
import type { CommandEnvelope, EngineCommand } from "../protocol/commands.ts";
import type { EngineEvent } from "../protocol/events.ts";
import { compareSession } from "./compare.ts";
import type { Exchange } from "./exchange.ts";
import { PROFILES } from "./profiles.ts";
import { ReferenceExchange } from "./reference-exchange.ts";

/** The reference, but for one mistake: a post-only order that would take is let through as a plain limit order. */
class Careless implements Exchange {
  readonly #exchange = new ReferenceExchange();

  apply(command: EngineCommand, envelope: CommandEnvelope, timeUs: number): EngineEvent[] {
    const isPostOnly = command.type === "place_order" && command.orderType === "limit_maker";
    return this.#exchange.apply(isPostOnly ? { ...command, orderType: "limit" } : command, envelope, timeUs);
  }
}

test("I22: one wrong rule is found, named with its seed, and shrunken to a handful of commands", () => {
  const told = compareSession(
    () => new ReferenceExchange(),
    () => new Careless(),
    PROFILES[0]!,
    42,
    2_000,
  );
  expect(told).toMatch(/^SEED=42 profile "calm", command \d+, shrunken to \d:\n/);
  expect(told).toContain('expected {"type":"order_accepted"');
  expect(told).toContain('"orderType":"limit_maker"');
});
