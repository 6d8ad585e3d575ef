/** The README's first example, as a newcomer runs it: its text, against a first start, with its own address and folder put in. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { DataFolderForTests, startProcess } from "./exchange-process.ts";

const PROJECT = resolve(import.meta.dirname, "..", "..");
const ORIGIN = "http://127.0.0.1:8080";
const FOLDER = ".data/";

test("the README's first example trades, and prints what the README says", async () => {
  const readme = readFileSync(join(PROJECT, "README.md"), "utf8");
  const [, example = "", said = ""] =
    /<!-- example -->\n```bash\n([^`]+)```\n<!-- \/example -->\n\n[^\n]+\n\n```\n([^`]+)```/.exec(readme) ?? [];
  expect([example.includes(ORIGIN), example.includes(FOLDER)]).toEqual([true, true]);
  const folder = new DataFolderForTests();
  const exchange = await startProcess(folder);
  try {
    const script = example.replaceAll(ORIGIN, exchange.origin).replaceAll(FOLDER, `${folder.path}/`);
    // What npm puts on the PATH, of the Node that runs this test.
    const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
    const env = { ...process.env, PATH };
    const { stdout } = await promisify(execFile)("bash", ["-c", script], { cwd: PROJECT, env });
    expect(stdout).toBe(said);
  } finally {
    await exchange.stop();
    folder.remove();
  }
});
