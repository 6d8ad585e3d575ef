/**
 * One suite for every implementation of the rules: each scenario is text in, text out, and the audit reads along.
 *
 * Run for the reference and for the fast core alike, so that a rule is stated once. The scenarios: scenarios-*.ts.
 */
import { describe, expect, test } from "vitest";
import type { Exchange } from "./exchange.ts";
import { runScenario, type Shown } from "./scenario.ts";
import { DECREMENT_SCENARIOS } from "./scenarios-decrement.ts";
import { ICEBERG_SCENARIOS } from "./scenarios-icebergs.ts";
import { LIMIT_SCENARIOS } from "./scenarios-limits.ts";
import { LIST_SCENARIOS } from "./scenarios-lists.ts";
import { MATCHING_SCENARIOS } from "./scenarios-matching.ts";
import { OCO_SCENARIOS } from "./scenarios-oco.ts";
import { OPERATOR_SCENARIOS } from "./scenarios-operator.ts";
import { ORDER_SCENARIOS } from "./scenarios-orders.ts";
import { OTO_SCENARIOS } from "./scenarios-oto.ts";
import { REFUSAL_SCENARIOS } from "./scenarios-refusals.ts";
import { SELF_TRADE_SCENARIOS } from "./scenarios-self-trade.ts";
import { SPECIAL_OPERATOR_SCENARIOS } from "./scenarios-special-operator.ts";
import { SPECIAL_WORDS_SCENARIOS } from "./scenarios-special-words.ts";
import { STOP_END_SCENARIOS } from "./scenarios-stop-ends.ts";
import { STOP_SCENARIOS } from "./scenarios-stops.ts";
import { TRAILING_SCENARIOS } from "./scenarios-trailing.ts";

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
  stops: STOP_SCENARIOS,
  "ends of stops": STOP_END_SCENARIOS,
  trailing: TRAILING_SCENARIOS,
  "one cancels the other": OCO_SCENARIOS,
  "one triggers the other": OTO_SCENARIOS,
  lists: LIST_SCENARIOS,
  icebergs: ICEBERG_SCENARIOS,
  decrement: DECREMENT_SCENARIOS,
  "words of special orders": SPECIAL_WORDS_SCENARIOS,
  limits: LIMIT_SCENARIOS,
  "rules, limits, freezes": SPECIAL_OPERATOR_SCENARIOS,
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
