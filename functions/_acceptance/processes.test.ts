/** The settings of all processes together: what each must be told, and that all mean the same by them. */
import { expect, test } from "vitest";
import { PROCESSES } from "./processes.ts";

const VARIABLES = [...new Set(PROCESSES.flatMap(({ schema }) => Object.keys(schema.shape)))];

test("a process that is told nothing says what it cannot do without, and no more", () => {
  expect(Object.fromEntries(PROCESSES.map(({ name, mistakes }) => [name, mistakes({})]))).toEqual({
    engine: ["TIDEBOOK_DATA_DIR is not set", "REDIS_URL is not set", "TIDEBOOK_INTERNAL_TOKEN is not set"],
    stream: [
      "REDIS_URL is not set",
      "TIDEBOOK_INTERNAL_TOKEN is not set",
      "TIDEBOOK_SEAL_KEY is not set",
      "TIDEBOOK_ENGINE_URL is not set",
    ],
    orders: [
      "REDIS_URL is not set",
      "TIDEBOOK_INTERNAL_TOKEN is not set",
      "TIDEBOOK_ENGINE_URL is not set",
      "TIDEBOOK_SEAL_KEY is not set",
    ],
    account: [
      "REDIS_URL is not set",
      "TIDEBOOK_INTERNAL_TOKEN is not set",
      "TIDEBOOK_ENGINE_URL is not set",
      "TIDEBOOK_SEAL_KEY is not set",
    ],
    "market-data": ["REDIS_URL is not set", "TIDEBOOK_INTERNAL_TOKEN is not set", "TIDEBOOK_STREAM_URL is not set"],
    funding: [
      "REDIS_URL is not set",
      "TIDEBOOK_INTERNAL_TOKEN is not set",
      "TIDEBOOK_ENGINE_URL is not set",
      "TIDEBOOK_SEAL_KEY is not set",
      "TIDEBOOK_OPERATOR_TOKEN is not set",
      "DATABASE_URL is not set",
    ],
    users: [
      "REDIS_URL is not set",
      "TIDEBOOK_INTERNAL_TOKEN is not set",
      "TIDEBOOK_ENGINE_URL is not set",
      "TIDEBOOK_SEAL_KEY is not set",
      "TIDEBOOK_OPERATOR_TOKEN is not set",
    ],
    persistence: [],
    "dead-letters": ["DATABASE_URL is not set", "TIDEBOOK_OPERATOR_TOKEN is not set"],
    web: [],
  });
});

test("what is set to nothing is not set, in every process", () => {
  const nothing = Object.fromEntries(VARIABLES.map((name) => [name, ""]));
  for (const { name, mistakes } of PROCESSES) expect([name, mistakes(nothing)]).toEqual([name, mistakes({})]);
});

test("a value that is wrong is wrong in the same words wherever it is read", () => {
  const wrong = Object.fromEntries(VARIABLES.map((name) => [name, "Å"]));
  const said = new Map<string, Set<string>>();
  for (const { mistakes } of PROCESSES) {
    const own = new Map<string, string[]>();
    for (const mistake of mistakes(wrong).filter((text) => !/^\S+ and \S+ /.test(text))) {
      const variable = mistake.split(" ")[0] ?? "";
      own.set(variable, [...(own.get(variable) ?? []), mistake]);
    }
    for (const [variable, texts] of own) said.set(variable, (said.get(variable) ?? new Set()).add(texts.join("; ")));
  }
  const differing = [...said].filter(([, texts]) => texts.size > 1);
  expect(differing).toEqual([]);
  expect([...said.keys()].length).toBeGreaterThan(10);
});

test("orders and persistence want what proves a push whole, with every other mistake", () => {
  const half = { TIDEBOOK_PUSH_AUDIENCE: "https://orders.example", PORT: "x" };
  const named = PROCESSES.filter(({ name }) => name === "orders" || name === "persistence");
  for (const { mistakes } of named) {
    expect(mistakes(half)).toEqual([
      "PORT is a whole number from 0 to 65535",
      ...mistakes({}),
      "TIDEBOOK_PUSH_AUDIENCE and TIDEBOOK_PUSH_SERVICE_ACCOUNT are set together or not at all",
    ]);
  }
});
