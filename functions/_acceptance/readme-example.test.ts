/**
 * The README's first example, as a newcomer runs it: its text, against a first start with bots, with its own address and folder
 * put in. What it prints is compared but for the price, which is the market's.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { DataFolderForTests, startProcess } from "./exchange-process.ts";
import { eventually } from "./target.ts";

const PROJECT = resolve(import.meta.dirname, "..", "..");
const ORIGIN = "http://127.0.0.1:8080";
const FOLDER = ".data/";
/** The example buys 0.01; the bots offer more within their first second. */
const LEVELS_OFFERED = 5;

test("the README's first example trades, and prints what the README says at the market's price", async () => {
  const readme = readFileSync(join(PROJECT, "README.md"), "utf8");
  const [, example = "", said = ""] =
    /<!-- example -->\n```bash\n([^`]+)```\n<!-- \/example -->\n\n[^\n]+\n\n```\n([^`]+)```/.exec(readme) ?? [];
  expect([example.includes(ORIGIN), example.includes(FOLDER)]).toEqual([true, true]);
  const folder = new DataFolderForTests();
  const exchange = await startProcess(folder, { TIDEBOOK_BOTS: "1" });
  try {
    await eventually(
      () => asks(exchange.origin),
      (offered) => offered >= LEVELS_OFFERED,
    );
    const script = example.replaceAll(ORIGIN, exchange.origin).replaceAll(FOLDER, `${folder.path}/`);
    // What npm puts on the PATH, of the Node that runs this test.
    const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
    const env = { ...process.env, PATH };
    const { stdout } = await promisify(execFile)("bash", ["-c", script], { cwd: PROJECT, env });
    expect(withoutPrice(stdout)).toBe(withoutPrice(said));
  } finally {
    await exchange.stop();
    folder.remove();
  }
});

async function asks(origin: string): Promise<number> {
  const response = await fetch(`${origin}/api/v3/depth?symbol=BTCUSDT&limit=${LEVELS_OFFERED}`);
  return ((await response.json()) as { asks: readonly unknown[] }).asks.length;
}

/** The price is the second word, and a number above zero. */
function withoutPrice(line: string): string {
  return line.replace(/^(\w+) [1-9]\d*(\.\d+)? /, "$1 <price> ");
}
