/** Reading plain and packed files, and saying what is wrong with a damaged one. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { companionOf, readInput, readLines, unpackedName } from "./input-file.ts";
import { sharedDir, sharedPath } from "./shared-dir.ts";

const folder = mkdtempSync(join(tmpdir(), "replay-input-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** "one\ntwo\n" as `xz` packs it. */
const PACKED = Uint8Array.from(
  Buffer.from("/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAHb25lCnR3bwoAUauer1d1cEkAASAIuxnZux+2830BAAAAAARZWg==", "base64"),
);

test("the same text comes out of a plain, a .gz and an .xz file", async () => {
  const text = "one\ntwo\n";
  const hasProgram = spawnSync("xz", ["--version"]).status === 0;
  const xz = hasProgram ? new Uint8Array(execFileSync("xz", ["--stdout"], { input: text })) : PACKED;
  for (const path of [
    file("a.log", text),
    file("b.log.gz", gzipSync(text)),
    file("c.log.xz", xz),
    file("d", xz),
    file("e", gzipSync(text)),
  ]) {
    expect(await readLines(path)).toEqual(["one", "two"]);
  }
});

test("without the xz program the WebAssembly decoder gives the same bytes", async () => {
  const hasProgram = spawnSync("xz", ["--version"]).status === 0;
  if (!hasProgram) return;
  const xz = new Uint8Array(execFileSync("xz", ["--stdout"], { input: "0123456789".repeat(100_000) }));
  const path = file("d.bin.xz", xz);
  expect(Buffer.compare(await readInput(path, ["webassembly"]), await readInput(path, ["program"]))).toBe(0);
});

test("a file that is missing, cut off or not what its name says is unreadable, and the message names it", async () => {
  for (const path of [
    join(folder, "missing.log"),
    file("cut.log.gz", gzipSync("text".repeat(1000)).subarray(0, 20)),
    file("not.log.xz", "this is no xz"),
  ]) {
    await expect(readInput(path)).rejects.toMatchObject({
      code: "unreadable_input",
      message: expect.stringContaining(path),
    });
  }
  await expect(readInput(file("not2.log.xz", "this is no xz"), ["webassembly"])).rejects.toMatchObject({
    code: "unreadable_input",
  });
});

test("a companion is found beside the file, packed or not, and only there", () => {
  const path = file("messages.csv.xz", "");
  expect(companionOf(path, "orderbook.csv")).toBeNull();
  const companion = file("orderbook.csv.gz", gzipSync(""));
  expect(companionOf(path, "orderbook.csv")).toBe(companion);
  expect(unpackedName(path)).toBe("messages.csv");
});

test("the shared folder is the one named by TIDEBOOK_SHARED_DIR, else ../shared; what is not there is null", () => {
  expect(sharedDir({ TIDEBOOK_SHARED_DIR: "/somewhere" })).toBe("/somewhere");
  expect(sharedDir({}).endsWith("/shared")).toBe(true);
  expect(sharedPath("data", "no-such-set")).toBeNull();
});
