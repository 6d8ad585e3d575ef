/** The command as people run it: its last line, its exit codes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { streamBytes } from "./testing-streams.ts";

const folder = mkdtempSync(join(tmpdir(), "replay-main-"));
afterAll(() => rmSync(folder, { recursive: true }));

function replay(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, "main.ts"), ...words], {
    encoding: "utf8",
  });
  return { status, stderr, lastLine: stdout.trimEnd().split("\n").at(-1)! };
}

const file = join(folder, "two.bin");
writeFileSync(
  file,
  streamBytes([
    [0, 1, 0, 5, 1, 100],
    [0, 0, 1, 7, 2, 100],
  ]),
);

test("the last line of output is one JSON object, and nothing is drawn where there is no terminal", () => {
  const { status, stderr, lastLine } = replay("matching-reports", file);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(JSON.parse(lastLine)).toMatchObject({
    kind: "matching-reports",
    file,
    through: "core",
    rowsRead: 2,
    matched: 2,
    contradicted: 0,
    excluded: {},
    // 0,0,1,1,100,5 · 0,1,0,2,100,7 · 1,1,100,5,1,2 · 2,1,0,2,100, joined by line feeds.
    reportSha256: "f087fd08741d63bc4bc06cf5e25b4c5825a0c32bfafe7cafc5dac54e5dbcf62d",
    bounds: [{ name: "two_books_agree", holds: true }],
    figures: { trades: 1, reports: 4, expectedSha256: null },
  });
});

test("a bound that fails is exit 1, with the JSON all the same", () => {
  const { status, lastLine } = replay("matching-reports", file, "--expect-sha256", "0".repeat(64));
  expect(status).toBe(1);
  expect(JSON.parse(lastLine).bounds).toContainEqual(
    expect.objectContaining({ name: "published_report_hash", holds: false }),
  );
});

test("what cannot be read is exit 2, with one clear message", () => {
  const missing = replay("lobster", join(folder, "missing.csv"));
  expect(missing).toMatchObject({ status: 2, lastLine: "", stderr: expect.stringContaining("missing.csv") });
  const otherKind = replay("bitstamp", file);
  expect(otherKind).toMatchObject({ status: 2, lastLine: "", stderr: expect.stringContaining("two.bin, line 1") });
  expect(replay("kraken", file)).toMatchObject({ status: 2, stderr: expect.stringContaining("npm run replay") });
});
