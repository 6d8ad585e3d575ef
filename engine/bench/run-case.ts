/**
 * One bench case in this process: argv is its file and "quick" or nothing; the report goes to the parent.
 */
import { pathToFileURL } from "node:url";
import type { Bench, BenchLine } from "./result.ts";

export type CaseReport =
  | { readonly outcome: "done"; readonly lines: readonly BenchLine[] }
  | { readonly outcome: "failed"; readonly error: string };

async function run(path: string, quick: boolean): Promise<CaseReport> {
  try {
    const { bench } = (await import(pathToFileURL(path).href)) as { readonly bench: Bench };
    return { outcome: "done", lines: await bench({ quick }) };
  } catch (error) {
    return { outcome: "failed", error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

const [, , path, pace] = process.argv;
const report = await run(path ?? "", pace === "quick");
// A case that leaves a handle open must not hold the run up.
process.send?.(report, () => process.exit(0));
