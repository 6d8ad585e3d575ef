/** The Binance capture as a market replay: hand-made messages, and the data set where it is. */
import { describe, expect, test } from "vitest";
import { CoreVenue } from "../core-venue.ts";
import { SILENT } from "../progress.ts";
import { sharedPath } from "../shared-dir.ts";
import { SlowVenue } from "../slow-venue.ts";
import { readCapture } from "./capture-reader.ts";
import { drive } from "./drive.ts";
import { readBinance, replayBinance } from "./replay.ts";

const event = (stream: string, data: unknown): string => `1 ${JSON.stringify({ stream: `btcusdt@${stream}`, data })}`;
const snapshot = (lastUpdateId: number, bids: [string, string][], asks: [string, string][]): string =>
  `1 ${JSON.stringify({ lastUpdateId, bids, asks })}`;
const depth = (U: number, u: number, b: [string, string][], a: [string, string][]): string =>
  event("depth@100ms", { e: "depthUpdate", U, u, b, a });
const ticker = (u: number, b: string, B: string, a: string, A: string): string =>
  event("bookTicker", { u, b, B, a, A });
const trade = (t: number, p: string, q: string, m: boolean): string => event("trade", { e: "trade", t, p, q, m });

const SEED = snapshot(
  10,
  [
    ["100.00", "5.000"],
    ["99.50", "2.000"],
  ],
  [
    ["101.00", "3.000"],
    ["102.00", "1.500"],
  ],
);

function run(lines: readonly string[], venue = new CoreVenue()) {
  const result = drive(readCapture("hand-made", lines), venue, SILENT);
  result.tally.closed(lines.length);
  const book = (["buy", "sell"] as const).map((side) =>
    venue.levels(side, 10).map((one) => [one.priceTicks, one.quantityLots]),
  );
  return { ...result, book };
}

test("the book follows snapshot, depth and book ticker", () => {
  const result = run([
    SEED,
    depth(
      11,
      12,
      [["100.00", "4.000"]],
      [
        ["101.00", "0.000"],
        ["103.00", "1.000"],
      ],
    ),
    ticker(13, "100.50", "1.000", "102.00", "1.500"),
  ]);
  // 0.5 of a price step and of a quantity step: two decimals and one are what the file needs.
  expect(result.book).toEqual([
    [
      [1005, 10],
      [1000, 40],
      [995, 20],
    ],
    [
      [1020, 15],
      [1030, 10],
    ],
  ]);
  expect(result.tally).toMatchObject({ matched: 2, contradicted: 0, excluded: { seed: 1 } });
});

test("a trade prints once at its price and amount, wherever the best price has gone since, and the book is as told", () => {
  const result = run([
    SEED,
    ticker(13, "99.50", "2.000", "101.00", "3.000"),
    trade(1, "100.00", "5.000", true),
    trade(2, "102.50", "9.000", false),
  ]);
  expect(result.tape.map(({ tradeId, priceTicks, lots, takerSide }) => [tradeId, priceTicks, lots, takerSide])).toEqual(
    [
      [1, 1000, 50, "sell"],
      [2, 1025, 90, "buy"],
    ],
  );
  expect(result.book).toEqual([
    [[995, 20]],
    [
      [1010, 30],
      [1020, 15],
    ],
  ]);
});

test("an older depth message does not undo what a newer book ticker has told: of its level, of better ones, of those it faces", () => {
  const lines = [
    SEED,
    ticker(20, "99.50", "1.000", "101.00", "3.000"),
    depth(
      11,
      15,
      [
        ["99.50", "9.000"],
        ["99.80", "7.000"],
        ["101.00", "6.000"],
        ["98.00", "1.000"],
      ],
      [],
    ),
  ];
  const result = run(lines);
  expect(result.book).toEqual([
    [
      [995, 10],
      [980, 10],
    ],
    [
      [1010, 30],
      [1020, 15],
    ],
  ]);
  expect(result.tally.contradicted).toBe(0);
  const newer = run([...lines, depth(16, 21, [["99.50", "4.000"]], [])]);
  expect(newer.book[0]![0]).toEqual([995, 40]);
});

test("a book ticker older than the one before it is left out", () => {
  const result = run([
    SEED,
    ticker(20, "99.50", "1.000", "101.00", "3.000"),
    ticker(19, "100.00", "5.000", "101.00", "3.000"),
  ]);
  expect(result.book[0]).toEqual([[995, 10]]);
  expect(result.tally.excluded).toEqual({ seed: 1, older_than_the_book: 1 });
});

test("a book ticker without an ask says that nobody sells", () => {
  const result = run([SEED, ticker(20, "100.00", "5.000", "0.00", "0.000"), depth(11, 15, [], [["101.00", "1.000"]])]);
  expect(result.book[1]).toEqual([]);
  expect(result.tally).toMatchObject({ matched: 2, contradicted: 0 });
});

test("depth messages that came before the snapshot are applied where they reach past it, else left out", () => {
  const result = run([
    depth(5, 9, [["100.00", "1.000"]], []),
    depth(10, 12, [["100.00", "6.000"]], []),
    ticker(8, "1.00", "1.000", "2.00", "1.000"),
    trade(1, "100.00", "1.000", true),
    SEED,
    depth(20, 21, [], []),
  ]);
  expect(result.book[0]![0]).toEqual([1000, 60]);
  expect(result.depthGaps).toBe(1);
  expect(result.tally.excluded).toEqual({ before_the_snapshot: 3, seed: 1 });
});

test("other symbols, unknown events and a cut-off last line are left out; a damaged line is unreadable", () => {
  const result = run([
    SEED,
    event("kline_1m", {}),
    `1 {"result":null,"id":1}`,
    trade(1, "1.0", "1.0", true).slice(0, -4),
  ]);
  expect(result.tally.excluded).toEqual({ seed: 1, unknown_event: 2, cut_off_line: 1 });
  const other = `1 ${JSON.stringify({ stream: "ethusdt@trade", data: { t: 1, p: "1", q: "1", m: true } })}`;
  expect(run([SEED, trade(1, "100.00", "1.0", true), other]).tally.excluded).toEqual({ seed: 1, another_symbol: 1 });
  expect(() => readCapture("f", [SEED, "no", SEED])).toThrow("f, line 2");
  expect(() => readCapture("f", [SEED, trade(1, "x", "1.0", true), SEED])).toThrow('"x" is no decimal');
  expect(() => readCapture("f", [trade(1, "1.0", "1.0", true)])).toThrow("no depth snapshot");
});

const capture = sharedPath("data", "binance-btcusdt-2024-08-08", "stream.log.gz");

describe.skipIf(capture === null)("BTCUSDT on 2024-08-08 (skipped where ../shared is not there)", () => {
  test("every trade prints, and the best prices and levels are the capture's after every message", async () => {
    expect(await replayBinance(capture!, SILENT)).toMatchObject({
      rowsRead: 41_249,
      matched: 41_242,
      contradicted: 0,
      excluded: { before_the_snapshot: 6, seed: 1 },
      bounds: [
        { name: "trades_printed", value: 9756, of: 9756, holds: true },
        { name: "book_tickers_equal", value: 28_037, of: 28_037, holds: true },
        { name: "depth_levels_equal", value: 3449, of: 3449, holds: true },
      ],
      // The book of a client that reads depth alone; two levels were told anew by later book tickers.
      figures: { depthGaps: 0, finalBook: { levels: 3405, equal: 3403 } },
    });
  });

  test("the slow venue comes to the same", async () => {
    const read = await readBinance(capture!);
    const [slow, fast] = [drive(read, new SlowVenue(), SILENT), drive(read, new CoreVenue(), SILENT)];
    expect({ ...slow, elapsedMs: 0 }).toEqual({ ...fast, elapsedMs: 0 });
  });
});
