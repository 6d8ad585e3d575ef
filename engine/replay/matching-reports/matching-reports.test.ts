/** Matching reports: the benchmark's edge cases and streams, through both matchers. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SILENT } from "../progress.ts";
import { sharedPath } from "../shared-dir.ts";
import { type PlainMessage, streamBytes } from "../testing-streams.ts";
import { matchStream } from "./match-stream.ts";
import { replayMatchingReports } from "./replay.ts";
import { differingRecords } from "./report-log.ts";
import { digestReports, reportLines } from "./report-text.ts";
import { matchSlowly } from "./slow-match.ts";
import { readMessageStream, withFirst } from "./stream-reader.ts";

const ENGINES = [
  ["the core's book", (stream: ReturnType<typeof read>) => matchStream(stream)],
  ["the slow venue", (stream: ReturnType<typeof read>) => matchSlowly(stream)],
] as const;

function read(messages: readonly PlainMessage[]) {
  return readMessageStream("hand-made", streamBytes(messages));
}

interface EdgeCase {
  readonly messages: readonly PlainMessage[] | string;
  readonly expected: readonly string[] | string;
}

/** The one case that is only described: 5,000 makers at one price, and an immediate order that takes them all. */
const SWEEP_MAKERS = 5000;
function sweep(): EdgeCase {
  const makers = Array.from({ length: SWEEP_MAKERS }, (_, index): PlainMessage => [0, 0, 0, 1, index + 1, 100]);
  const taker = SWEEP_MAKERS + 1;
  return {
    messages: [...makers, [0, 1, 1, SWEEP_MAKERS, taker, 100]],
    expected: [
      ...makers.map((_, index) => `0,${index},0,${index + 1},100,1`),
      `0,${SWEEP_MAKERS},1,${taker},100,${SWEEP_MAKERS}`,
      ...makers.map((_, index) => `1,${SWEEP_MAKERS},100,1,${index + 1},${taker}`),
    ],
  };
}

const casesPath = sharedPath("data", "matching-reports", "edge-cases.json");
const cases = casesPath === null ? {} : (JSON.parse(readFileSync(casesPath, "utf8")) as Record<string, EdgeCase>);

describe.skipIf(casesPath === null)("the benchmark's edge cases (skipped where ../shared is not there)", () => {
  test("there are 34 of them", () => {
    expect(Object.keys(cases)).toHaveLength(34);
  });
  for (const [engine, match] of ENGINES) {
    test.each(Object.entries(cases))(`${engine} reports %s as expected`, (_name, one) => {
      const { messages, expected } = typeof one.messages === "string" ? sweep() : one;
      const stream = read(messages as readonly PlainMessage[]);
      expect(reportLines(stream, match(stream))).toEqual(expected);
    });
  }
});

describe.each(ENGINES)("%s", (_name, match) => {
  test("reports ids beyond 2^53 and prices below one as the file has them", () => {
    const big = 2n ** 63n + 1n;
    const stream = read([
      [0, 1, 0, 5, big, -3],
      [0, 0, 0, 7, 2n, 0],
      [1, 0, 0, 0, 77n, 0],
      [2, 0, 0, 9, 2n, -4],
    ]);
    expect(reportLines(stream, match(stream))).toEqual([
      `0,0,1,${big},-3,5`,
      "0,1,0,2,0,7",
      `1,1,-3,5,${big},2`,
      "4,2,77",
      "3,3,0,2,-4,9",
    ]);
  });

  test("reports every kind of record, sorted by sequence and then by type", () => {
    const stream = read([
      [0, 1, 0, 5, 1, 100],
      [0, 0, 1, 7, 2, 100],
      [0, 0, 0, 4, 3, 99],
      [2, 0, 0, 6, 3, 98],
      [0, 1, 0, 2, 4, 98],
      [1, 0, 0, 0, 3, 0],
      [1, 0, 0, 0, 3, 0],
      [2, 0, 0, 1, 2, 100],
    ]);
    expect(reportLines(stream, match(stream))).toEqual([
      "0,0,1,1,100,5",
      "0,1,0,2,100,7",
      "1,1,100,5,1,2",
      "2,1,0,2,100",
      "0,2,0,3,99,4",
      "3,3,0,3,98,6",
      "0,4,1,4,98,2",
      "1,4,98,2,3,4",
      "2,5,0,3,98",
      "4,6,3",
      "5,7,2",
    ]);
  });

  test("leaves out a new order whose id still rests", () => {
    const stream = read([
      [0, 0, 0, 5, 1, 100],
      [0, 0, 0, 6, 1, 101],
    ]);
    expect(reportLines(stream, match(stream))).toEqual(["0,0,0,1,100,5"]);
  });
});

test("an empty stream has no reports", () => {
  const stream = read([]);
  expect(digestReports(stream, matchStream(stream))).toEqual({
    sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    reports: 0,
    trades: 0,
  });
});

test("two logs that differ in one trade differ in that record alone", () => {
  const stream = read([
    [0, 0, 0, 5, 1, 100],
    [0, 1, 0, 2, 2, 100],
    [0, 1, 0, 2, 3, 100],
  ]);
  const [one, other] = [matchStream(stream), matchSlowly(stream)];
  expect([...differingRecords(one, other)]).toEqual([0, 0, 0]);
  other.trades[1] = 1;
  expect([...differingRecords(one, other)]).toEqual([0, 1, 0]);
});

test.each([
  ["a header cut off", (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, 10), "shorter than its header"],
  ["records cut off", (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -1), "the file has"],
  ["another magic", (bytes: Uint8Array<ArrayBuffer>) => bytes.with(0, 65), "magic"],
  ["another version", (bytes: Uint8Array<ArrayBuffer>) => bytes.with(8, 2), "version 2"],
  ["an unknown type", (bytes: Uint8Array<ArrayBuffer>) => bytes.with(16, 7), "type 7"],
  ["an unknown side", (bytes: Uint8Array<ArrayBuffer>) => bytes.with(17, 7), "side 7"],
  ["no quantity", (bytes: Uint8Array<ArrayBuffer>) => bytes.with(20, 0), "no quantity"],
])("a stream with %s is unreadable", (_name, damage, message) => {
  const bytes = damage(streamBytes([[0, 0, 0, 5, 1, 100]]));
  expect(() => readMessageStream("damaged", bytes as Uint8Array<ArrayBuffer>)).toThrow(message);
});

test("a stream cut after some records reports what the whole one reports of them", () => {
  const stream = read([
    [0, 0, 0, 5, 1, 100],
    [0, 1, 0, 2, 2, 100],
    [1, 0, 0, 0, 1, 0],
  ]);
  const cut = withFirst(stream, 2);
  expect(reportLines(cut, matchStream(cut))).toEqual(reportLines(stream, matchStream(stream)).slice(0, 3));
});

const PUBLISHED = [
  ["normal", 62_474, 2_204_643, "e9b2e3926854410b01a035aeb25dd05f1e597c233be8263de9eb49b6713d367e"],
  ["static", 827, 2_147_158, "9803843ee404fc29c9a0aa5614f8f0d5a58b5c44fcac9ef89067886fcaaa30d1"],
] as const;

describe.skipIf(casesPath === null)("the benchmark's streams (skipped where ../shared is not there)", () => {
  test.each(PUBLISHED)("%s causes the published reports", async (name, trades, reports, sha256) => {
    const path = sharedPath("data", "matching-reports", `${name}.bin.xz`)!;
    const outcome = await replayMatchingReports(path, SILENT);
    expect(outcome).toMatchObject({ rowsRead: 1_996_097, matched: 1_996_097, contradicted: 0, excluded: {} });
    expect(outcome.reportSha256).toBe(sha256);
    expect(outcome.figures).toMatchObject({ trades, reports, expectedSha256: sha256 });
    expect(outcome.bounds.every((bound) => bound.holds)).toBe(true);
  });
});
