/** LOBSTER messages as orders: hand-made rows, and the data set where it is. */
import { describe, expect, test } from "vitest";
import { CoreVenue } from "../core-venue.ts";
import { SILENT } from "../progress.ts";
import { sharedPath } from "../shared-dir.ts";
import { SlowVenue } from "../slow-venue.ts";
import { drive } from "./drive.ts";
import { readLobsterDay } from "./message-reader.ts";
import { readLobster, replayLobster } from "./replay.ts";

/** Each row: a message without its time, and the book row after it. */
function run(rows: readonly (readonly [string, string])[]) {
  const messages = rows.map(([message], index) => `${34_200 + index}.5,${message}`);
  const day = readLobsterDay(
    "hand-made",
    messages,
    rows.map(([, book]) => book),
  );
  const result = drive(day, new CoreVenue(), SILENT);
  result.tally.closed(rows.length);
  return result;
}

test("an order that joined the best level is first once those before it have gone, and prints at the prior best", () => {
  const result = run([
    ["1,1,10,1000000,1", "1010000,5,1000000,10"],
    ["1,2,20,1000000,1", "1010000,5,1000000,30"],
    ["1,3,30,1000000,1", "1010000,5,1000000,60"],
    ["4,1,10,1000000,1", "1010000,5,1000000,50"],
    ["2,2,5,1000000,1", "1010000,5,1000000,45"],
    ["4,2,15,1000000,1", "1010000,5,1000000,30"],
    ["3,3,30,1000000,1", "1010000,5,990000,7"],
  ]);
  expect(result.executions).toEqual({
    visible: 2,
    atPriorBest: 2,
    ofKnownOrders: 1,
    knownFirstInQueue: 1,
    knownOfSweep: 0,
    behindAnonymous: 0,
    ofOrdersBeforeTheWindow: 1,
  });
  expect(result.tops).toEqual({ explainable: 5, equal: 5 });
  expect(result.tally.excluded).toEqual({ first_row_seeds_the_book: 1, emptied_the_level_shown: 1 });
});

test("an execution of an order that is not first contradicts, and the queue is put right by it", () => {
  const result = run([
    ["1,9,5,1010000,-1", "1010000,5,1000000,10"],
    ["1,1,10,1000500,1", "1010000,5,1000500,10"],
    ["1,2,20,1000500,1", "1010000,5,1000500,30"],
    ["4,2,20,1000500,1", "1010000,5,1000500,10"],
    ["4,1,10,1000500,1", "1010000,5,1000000,10"],
  ]);
  expect(result.executions).toMatchObject({ visible: 2, atPriorBest: 2, ofKnownOrders: 2, knownFirstInQueue: 1 });
  expect(result.tally.contradictedBy).toEqual({ not_first_in_the_queue: 1 });
  expect(result.corrections).toEqual({ queue_put_right: 1 });
});

test("a taker's sweep may be listed in another order than the queue's; only rows of the same instant are one taker's", () => {
  const rows = (time: string) => [
    "1.1,1,9,5,101,-1",
    "1.2,1,1,10,100,1",
    "1.3,1,2,20,100,1",
    `1.4,4,2,20,100,1`,
    `${time},4,1,10,100,1`,
  ];
  const books = ["101,5,99,10", "101,5,100,10", "101,5,100,30", "101,5,100,10", "101,5,99,10"];
  const inOrderOf = (time: string) => drive(readLobsterDay("hand-made", rows(time), books), new CoreVenue(), SILENT);
  expect(inOrderOf("1.4").executions).toMatchObject({ ofKnownOrders: 2, knownFirstInQueue: 1, knownOfSweep: 1 });
  expect(inOrderOf("1.4").tally.contradicted).toBe(0);
  expect(inOrderOf("1.5").executions).toMatchObject({ ofKnownOrders: 2, knownFirstInQueue: 1, knownOfSweep: 0 });
  expect(inOrderOf("1.5").tally.contradictedBy).toEqual({ not_first_in_the_queue: 1 });
});

test("a level that was out of sight comes back as one order that nobody knows", () => {
  const result = run([
    ["1,1,10,1000000,1", "1010000,5,1000000,10"],
    ["1,2,3,1000100,1", "1010000,5,1000100,3"],
    ["4,2,3,1000100,1", "1010000,5,1000000,8"],
    ["4,1,8,1000000,1", "1010000,5,990000,1"],
  ]);
  expect(result.executions).toMatchObject({ visible: 2, atPriorBest: 2, ofKnownOrders: 1, ofOrdersBeforeTheWindow: 1 });
  expect(result.tally.contradicted).toBe(0);
});

test("a row whose best price the messages do not explain contradicts", () => {
  const result = run([
    ["1,1,10,1000000,1", "1010000,5,1000000,10"],
    ["1,2,5,1000000,1", "1010000,5,1000000,16"],
    ["3,2,5,1000000,1", "1010000,5,1000000,11"],
  ]);
  expect(result.tally.contradictedBy).toEqual({ best_differs_from_the_row: 1 });
  expect(result.tops).toEqual({ explainable: 2, equal: 1 });
});

test("hidden executions, halts and orders behind the best level are counted as left out", () => {
  const result = run([
    ["1,1,10,1000000,1", "1010000,5,1000000,10"],
    ["5,0,10,1005000,-1", "1010000,5,1000000,10"],
    ["7,0,0,-1,-1", "1010000,5,1000000,10"],
    ["1,2,10,990000,1", "1010000,5,1000000,10"],
    ["3,2,10,990000,1", "1010000,5,1000000,10"],
  ]);
  expect(result.tally.excluded).toEqual({
    first_row_seeds_the_book: 1,
    hidden_execution: 1,
    halt: 1,
    behind_the_best_level: 2,
  });
});

test("an empty side is no price; more levels than one are passed over; the tick is a power of ten", () => {
  const day = readLobsterDay(
    "hand-made",
    ["1.5,1,1,10,1000500,1", "2.5,1,2,10,1000600,1"],
    ["9999999999,0,1000500,10,9999999999,0,-9999999999,0", "9999999999,0,1000600,10,9999999999,0,1000500,10"],
  );
  expect(day.tick).toBe(100);
  expect(day.tops).toEqual([
    { ask: 0, askLots: 0, bid: 10_005, bidLots: 10 },
    { ask: 0, askLots: 0, bid: 10_006, bidLots: 10 },
  ]);
});

test.each([
  ["an empty file", [], []],
  ["fewer book rows than messages", ["1.5,1,1,10,100,1", "1.5,1,2,10,100,1"], ["1,1,1,1"]],
  ["a message of five cells", ["1.5,1,1,10,100"], ["1,1,1,1"]],
  ["a message with a word in it", ["1.5,1,x,10,100,1"], ["1,1,1,1"]],
  ["an unknown type", ["1.5,9,1,10,100,1"], ["1,1,1,1"]],
  ["a direction that is neither side", ["1.5,1,1,10,100,0"], ["1,1,1,1"]],
  ["an order without size", ["1.5,1,1,0,100,1"], ["1,1,1,1"]],
  ["a book row of three cells", ["1.5,1,1,10,100,1"], ["1,1,1"]],
])("%s is unreadable", (_name, messages, books) => {
  expect(() => readLobsterDay("damaged", messages, books)).toThrow(
    expect.objectContaining({ code: "unreadable_input" }),
  );
});

const day = sharedPath("data", "lobster-amzn-2012-06-21", "messages.csv.xz");

describe.skipIf(day === null)("AMZN on 2012-06-21 (skipped where ../shared is not there)", () => {
  test("all 8,974 visible executions print at the prior best, 4,478 of 4,482 known orders are first and 4 part of a sweep", async () => {
    expect(await replayLobster(day!, SILENT)).toMatchObject({
      rowsRead: 57_515,
      matched: 45_355,
      contradicted: 1,
      excluded: { first_row_seeds_the_book: 1, hidden_execution: 2444, emptied_the_level_shown: 9714 },
      bounds: [
        { value: 8974, of: 8974, holds: true },
        { value: 4482, of: 4482, atLeast: 4478, holds: true },
        { value: 41_117, of: 41_117, holds: true },
      ],
      figures: {
        knownFirstInQueue: 4478,
        knownOfSweep: 4,
        behindAnonymous: 1,
        ofOrdersBeforeTheWindow: 4492,
        corrections: { sweep_put_in_the_order_of_its_rows: 4, queue_put_right: 1 },
      },
    });
  });

  test("the slow venue comes to the same", async () => {
    const read = await readLobster(day!);
    const [slow, fast] = [drive(read, new SlowVenue(), SILENT), drive(read, new CoreVenue(), SILENT)];
    expect({ ...slow, elapsedMs: 0 }).toEqual({ ...fast, elapsedMs: 0 });
  });
});
