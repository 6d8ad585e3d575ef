/**
 * `npm run bench`: every bench case, one after another, each in a process of its own so that no heap disturbs another.
 *
 *   npm run bench -- [--only <text>] [--quick] [--json]
 *
 * `--only` keeps the cases whose file name contains the text. `--json` prints a line of JSON for each figure instead of
 * the table. What is under way goes to stderr. Exits 1 when a case failed, 2 on words it does not know.
 */
import { fork } from "node:child_process";
import { globSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "./machine.ts";
import type { BenchLine } from "./result.ts";
import type { CaseReport } from "./run-case.ts";
import { tableOf } from "./table.ts";

const PROJECT_ROOT = resolve(import.meta.dirname, "..", "..");
/** Cases may stand beside what they measure. */
const CASE_FILES = ["engine/**/*.bench-case.ts", "functions/**/*.bench-case.ts"];
const SUFFIX = ".bench-case.ts";
/** The core alone first: it needs the machine at rest most. */
const FIRST = ["book-streams", "book-mix", "core", "memory"];

interface Words {
  readonly only: string;
  readonly quick: boolean;
  readonly json: boolean;
}

function readWords(): Words {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string", default: "" },
        quick: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
      },
    });
    return values;
  } catch (error) {
    console.error(`${(error as Error).message}\nnpm run bench -- [--only <text>] [--quick] [--json]`);
    process.exit(2);
  }
}

function casePaths(only: string): readonly string[] {
  const rank = (path: string): number => {
    const found = FIRST.indexOf(basename(path, SUFFIX));
    return found === -1 ? FIRST.length : found;
  };
  return globSync(CASE_FILES, { cwd: PROJECT_ROOT })
    .filter((path) => basename(path, SUFFIX).includes(only))
    .sort((one, other) => rank(one) - rank(other) || one.localeCompare(other));
}

async function runCase(path: string, quick: boolean): Promise<CaseReport> {
  const child = fork(resolve(import.meta.dirname, "run-case.ts"), [resolve(PROJECT_ROOT, path), quick ? "quick" : ""], {
    cwd: PROJECT_ROOT,
    execArgv: ["--expose-gc"],
  });
  let report: CaseReport = { outcome: "failed", error: "it ended without a report" };
  child.on("message", (message) => {
    report = message as CaseReport;
  });
  await new Promise((ended) => child.once("close", ended));
  return report;
}

function print(lines: readonly BenchLine[], machine: string, json: boolean): void {
  if (!json) {
    process.stdout.write(`${machine}\n\n${tableOf(lines)}`);
    return;
  }
  for (const line of lines) {
    const told = "skipped" in line ? line : { ...line, conditions: `${line.conditions}; ${machine}` };
    process.stdout.write(`${JSON.stringify(told)}\n`);
  }
}

const { only, quick, json } = readWords();
const paths = casePaths(only);
if (paths.length === 0) {
  console.error(`no bench case's name contains "${only}"`);
  process.exit(2);
}
const machine = describeMachine();
const lines: BenchLine[] = [];
for (const path of paths) {
  const startedMs = performance.now();
  process.stderr.write(`${basename(path, SUFFIX)} … `);
  const report = await runCase(path, quick);
  process.stderr.write(`${((performance.now() - startedMs) / 1_000).toFixed(1)} s\n`);
  if (report.outcome === "done") lines.push(...report.lines);
  else {
    process.exitCode = 1;
    lines.push({ name: basename(path, SUFFIX), skipped: `it failed: ${report.error.split("\n", 1)[0]}` });
    console.error(report.error);
  }
}
print(lines, machine, json);
