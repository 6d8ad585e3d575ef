/**
 * One suite for every implementation of the rules: each scenario is text in, text out, and the audit reads along.
 *
 * Run for the reference and for the fast core alike, so that a rule is stated once. The scenarios: scenarios-*.ts.
 */
import { describe, expect, test } from "vitest";
import type { Exchange } from "./exchange.ts";
import { runScenario, type Shown } from "./scenario.ts";
import { MATCHING_SCENARIOS } from "./scenarios-matching.ts";
import { OPERATOR_SCENARIOS } from "./scenarios-operator.ts";
import { ORDER_SCENARIOS } from "./scenarios-orders.ts";
import { REFUSAL_SCENARIOS } from "./scenarios-refusals.ts";
import { SELF_TRADE_SCENARIOS } from "./scenarios-self-trade.ts";

export interface Scenario {
  /** A sentence that could be false. */
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly shown?: readonly Shown[];
}

const GROUPS: Readonly<Record<string, readonly Scenario[]>> = {
  matching: MATCHING_SCENARIOS,
  "self-trades": SELF_TRADE_SCENARIOS,
  "cancel, replace, amend": ORDER_SCENARIOS,
  refusals: REFUSAL_SCENARIOS,
  "operator and funds": OPERATOR_SCENARIOS,
};

export function bookSuite(name: string, makeExchange: () => Exchange): void {
  describe(name, () => {
    for (const [group, scenarios] of Object.entries(GROUPS)) {
      describe(group, () => {
        for (const scenario of scenarios) {
          test(scenario.name, () => {
            expect(runScenario(makeExchange(), scenario.input, scenario.shown)).toEqual(linesOf(scenario.output));
          });
        }
      });
    }
  });
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
