/** Tallies, bounds and the command line. */
import { expect, test } from "vitest";
import { parseReplayArguments } from "./arguments.ts";
import { ratioBound, Tally } from "./outcome.ts";
import { progressOn, SILENT } from "./progress.ts";

test("a tally closes only when every row read is matched, contradicted or excluded", () => {
  const tally = new Tally();
  tally.match(7);
  tally.contradict("differs", 2);
  tally.exclude("header");
  expect(tally.closed(10)).toEqual({ rowsRead: 10, matched: 7, contradicted: 2, excluded: { header: 1 } });
  expect(() => tally.closed(11)).toThrow("every row is matched, contradicted or excluded");
});

test("a bound is the published ratio of this file's count, rounded up, with more room in a shorter file", () => {
  expect(ratioBound("trades", 520, 575, 520, 575)).toMatchObject({ atLeast: 520, holds: true });
  expect(ratioBound("trades", 519, 575, 520, 575)).toMatchObject({ atLeast: 520, holds: false });
  expect(ratioBound("trades", 82, 100, 520, 575)).toMatchObject({ atLeast: 83, holds: false });
  expect(ratioBound("trades", 1041, 1151, 520, 575)).toMatchObject({ atLeast: 1041, holds: true });
  expect(ratioBound("prints", 99, 100, 8974, 8974)).toMatchObject({ atLeast: 100, holds: false });
  expect(ratioBound("trades", 0, 0, 520, 575)).toMatchObject({ atLeast: 0, holds: true });
});

test("the command line takes a kind and a file, and says what it cannot take", () => {
  expect(parseReplayArguments(["bitstamp", "a.log.xz"])).toMatchObject({
    kind: "bitstamp",
    file: "a.log.xz",
    through: "core",
  });
  expect(parseReplayArguments(["lobster", "a", "--through", "exchange", "--origin", "http://h:1"])).toMatchObject({
    through: "exchange",
    origin: "http://h:1",
  });
  for (const words of [
    [],
    ["bitstamp"],
    ["kraken", "a"],
    ["lobster", "a", "b"],
    ["lobster", "a", "--through", "moon"],
    ["lobster", "a", "--origin", "h:1"],
    ["lobster", "a", "--rows", "0"],
    ["lobster", "a", "--unknown"],
    ["matching-reports", "a", "--expect-sha256", "12"],
  ])
    expect(() => parseReplayArguments(words)).toThrow(expect.objectContaining({ code: "bad_arguments" }));
});

test("progress is drawn on a terminal alone, and wiped at the end", () => {
  const drawn: string[] = [];
  const write = (text: string): number => drawn.push(text);
  expect(progressOn({ write })).toBe(SILENT);
  let nowMs = 0;
  const progress = progressOn({ isTTY: true, write }, () => nowMs);
  progress.begin("lobster", 4);
  progress.at(1);
  nowMs = 1000;
  progress.at(2);
  progress.end();
  expect(drawn).toEqual([
    `\rlobster ${"░".repeat(30)} 0 %  0/4\x1b[K`,
    `\rlobster ${"█".repeat(15)}${"░".repeat(15)} 50 %  2/4\x1b[K`,
    "\r\x1b[K",
  ]);
});
