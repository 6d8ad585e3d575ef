/**
 * What the README states and the code knows is the same. `UPDATE_README=1 npx vitest run functions/_acceptance/readme.test.ts`
 * writes the tables anew.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { greetingOf } from "../_local/greeting.ts";
import { operatorCommandsTable, processSettingsTable, rejectsTable, settingsTable } from "./readme-tables.ts";

const PROJECT = resolve(import.meta.dirname, "..", "..");
const README = join(PROJECT, "README.md");
const TABLES = {
  rejects: rejectsTable(),
  settings: settingsTable(),
  "process-settings": processSettingsTable(),
  "operator-commands": operatorCommandsTable(),
};

for (const [name, table] of Object.entries(TABLES)) {
  test(`the README's table of ${name} is what the code says`, () => {
    const readme = readFileSync(README, "utf8");
    const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->`];
    const from = readme.indexOf(begin) + begin.length;
    const to = readme.indexOf(end);
    expect(from >= begin.length && to >= from, `${begin.trim()} … ${end.trim()} stand in the README`).toBe(true);
    if (process.env.UPDATE_README === "1") writeFileSync(README, readme.slice(0, from) + table + readme.slice(to));
    expect(readFileSync(README, "utf8").slice(from, from + table.length + end.length)).toBe(table + end);
  });
}

test("the README's lines that trade are those that the exchange prints", () => {
  const folder = {
    root: ".data",
    demoAccounts: ".data/demo-accounts.json",
    operatorTokenFile: ".data/operator-token",
  } as Parameters<typeof greetingOf>[0]["folder"];
  const prepared = { outcome: "ready", made: true } as const;
  const printed = greetingOf(
    { origin: "http://127.0.0.1:8080", publicOrigin: "http://localhost:8080", folder, prepared },
    "127.0.0.1",
    1,
    "bots",
  ).split("\n");
  const lines = printed.filter((line) => /^ {2}(q=|s=|curl -s -X)/.test(line)).map((line) => line.trim());
  const readme = readFileSync(README, "utf8").split("\n");
  expect(readme.filter((line) => /^(q=|s=|curl -s -X)/.test(line))).toEqual(lines);
});

test("every npm command that a document names is a script of the package", () => {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = ["README.md", "engine/README.md", "CHANGELOG.md"].flatMap((path) =>
    [...readFileSync(join(PROJECT, path), "utf8").matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script ?? ""),
  );
  expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
});
