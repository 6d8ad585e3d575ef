/** What `npm start` may be told beside its settings. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseStartArguments } from "./command-line.ts";

const FILE = fileURLToPath(import.meta.url);

test("nothing, no bots, or a replay in their place", () => {
  expect(
    [[], ["--no-bots"], ["--replay", FILE], ["--replay", FILE, "--speed", "2.5"]].map((words) =>
      parseStartArguments(words),
    ),
  ).toEqual([
    { trading: "as_set" },
    { trading: "none" },
    { trading: "replay", file: FILE, speed: 1 },
    { trading: "replay", file: FILE, speed: 2.5 },
  ]);
});

test("what is not understood is said in words", () => {
  const mistakes = [
    ["--nobots"],
    ["bots"],
    ["--replay"],
    ["--replay", "no-such-file"],
    ["--replay", FILE, "--no-bots"],
    ["--replay", FILE, "--speed", "fast"],
    ["--replay", FILE, "--speed", "0"],
    ["--speed", "2"],
  ].map((words) => {
    const read = parseStartArguments(words);
    return read.trading === "mistaken" ? read.mistake : read;
  });
  expect(mistakes).toEqual([
    expect.stringContaining("Unknown option '--nobots'"),
    expect.stringContaining("Unexpected argument 'bots'"),
    expect.stringContaining("'--replay <value>' argument missing"),
    "--replay no-such-file: there is no such file",
    "--no-bots and --replay: one of them",
    "--speed fast: a number from 0.1 to 20",
    "--speed 0: a number from 0.1 to 20",
    "--speed goes with --replay",
  ]);
});
