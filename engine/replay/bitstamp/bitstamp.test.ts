/** The Bitstamp feed as orders: hand-made rows, and the data set where it is. */
import { describe, expect, test } from "vitest";
import { CoreVenue } from "../core-venue.ts";
import { SILENT } from "../progress.ts";
import { sharedPath } from "../shared-dir.ts";
import { SlowVenue } from "../slow-venue.ts";
import { drive } from "./drive.ts";
import { readFeed } from "./feed-reader.ts";
import { replayBitstamp } from "./replay.ts";
import { type Seeding, seedOf } from "./seed.ts";

let clockMs = 0;
function line(event: string, body: unknown): string {
  clockMs += 1000;
  return `${clockMs} ${event} ${JSON.stringify(body)}`;
}
function order(
  event: "created" | "changed" | "deleted",
  id: number,
  side: 0 | 1,
  price: string,
  amount: string,
): string {
  return line(`order_${event}`, { price, amount, datetime: "0", id, order_type: side });
}
const trade = (price: number, amount: number): string => line("trade", { price, amount, id: 1 });
const book = (bids: [string, string][], asks: [string, string][]): string => line("order_book", { bids, asks });

function run(lines: readonly string[], seeding: Seeding = "named") {
  const feed = readFeed("hand-made", lines);
  const result = drive(feed, new CoreVenue(), seeding, SILENT);
  result.tally.closed(lines.length);
  return result;
}

const SEED = book([["100.00", "5.00000000"]], [["101.00", "3.00000000"]]);

test("an order that crosses prints the feed's trade, and the fill that the feed tells is then known", () => {
  const result = run([
    SEED,
    order("created", 10, 0, "101.00", "2.00000000"),
    order("deleted", 10, 0, "101.00", "0.00000000"),
    trade(101, 2.0000000000000004),
    book([["100.00", "5.00000000"]], [["101.00", "1.00000000"]]),
  ]);
  expect(result.tally).toMatchObject({ matched: 4, contradicted: 0, excluded: { seed: 1 } });
  expect(result.trades).toEqual({ all: 1, printed: 1, beforeSeed: 0 });
  expect(result.snapshots).toEqual({ compared: 1, equal: 1 });
});

test("a level of the first snapshot is told apart by the older orders that the feed names later, oldest first", () => {
  const feed = readFeed("hand-made", [
    SEED,
    order("created", 10, 0, "99.00", "1.00000000"),
    order("deleted", 7, 0, "100.00", "0.00000000"),
    trade(100, 2),
    order("changed", 5, 0, "100.00", "0.50000000"),
    trade(100, 1),
    order("deleted", 3, 0, "98.00", "4.00000000"),
    order("deleted", 11, 0, "98.00", "4.00000000"),
  ]);
  const bids = (seeding: Seeding) =>
    seedOf(feed.rows, seeding)
      .orders.filter(({ side }) => side === "buy")
      .map(({ id, priceTicks, quantityLots }) => [id, priceTicks, quantityLots]);
  expect(bids("snapshot")).toEqual([[-1, 10_000, 500_000_000]]);
  // 11 is no older than the feed's first order: it was not there when the capture began.
  expect(bids("named")).toEqual([
    [5, 10_000, 150_000_000],
    [7, 10_000, 200_000_000],
    [-1, 10_000, 150_000_000],
    [3, 9_800, 400_000_000],
  ]);
});

test("orders of the capture's own first rows stand in the seed, last in their level", () => {
  const feed = readFeed("hand-made", [
    order("created", 8, 0, "100.00", "1.00000000"),
    order("created", 9, 0, "100.00", "2.00000000"),
    order("deleted", 8, 0, "100.00", "1.00000000"),
    SEED,
  ]);
  const seed = seedOf(feed.rows, "named");
  expect(seed).toMatchObject({ row: 3, anonymous: 2, named: 0, beyond: 0 });
  expect(seed.orders.map(({ id, quantityLots }) => [id, quantityLots])).toEqual([
    [-1, 300_000_000],
    [9, 200_000_000],
    [-2, 300_000_000],
  ]);
});

test("a changed price is a market order's next step: it enters again there", () => {
  const result = run([
    book(
      [
        ["100.00", "1.00000000"],
        ["99.00", "1.00000000"],
      ],
      [["101.00", "3.00000000"]],
    ),
    order("created", 10, 1, "100.00", "1.50000000"),
    order("changed", 10, 1, "100.00", "0.50000000"),
    trade(100, 1),
    order("changed", 10, 1, "99.00", "0.50000000"),
    order("deleted", 10, 1, "99.00", "0.00000000"),
    trade(99, 0.5),
    book([["99.00", "0.50000000"]], [["101.00", "3.00000000"]]),
  ]);
  expect(result.tally).toMatchObject({ matched: 7, contradicted: 0 });
});

test("what the venue did not do is put right from the feed, and counted", () => {
  const result = run([
    SEED,
    order("created", 10, 0, "99.00", "2.00000000"),
    order("changed", 10, 0, "99.00", "1.50000000"),
    order("created", 11, 0, "99.50", "2.00000000"),
    order("deleted", 11, 0, "99.50", "0.00000000"),
    trade(99.5, 2),
    order("deleted", 10, 0, "99.00", "1.50000000"),
    order("deleted", 10, 0, "99.00", "1.50000000"),
    order("deleted", 12, 0, "99.00", "1.00000000"),
    book([["99.70", "1.00000000"]], [["101.00", "3.00000000"]]),
  ]);
  expect(result.tally).toMatchObject({
    matched: 3,
    contradicted: 4,
    contradictedBy: {
      smaller_amount_without_a_print: 1,
      still_resting_when_the_feed_filled_it: 1,
      trade_not_printed: 1,
      snapshot_differs: 1,
    },
    excluded: { seed: 1, deleted_twice: 1, order_never_announced: 1 },
  });
  expect(result.corrections).toEqual({ smaller_amount_without_a_print: 1, still_resting_when_the_feed_filled_it: 1 });
});

test("a cancel that names nobody known is taken from what the snapshot alone showed", () => {
  const lines = [SEED, order("created", 10, 0, "90.00", "1.00000000"), order("deleted", 4, 0, "100.00", "2.00000000")];
  expect(run(lines, "snapshot").tally).toMatchObject({ matched: 2, excluded: { seed: 1 } });
});

test("a trade more than ten seconds from its print is not printed", () => {
  const created = order("created", 10, 0, "101.00", "2.00000000");
  clockMs += 10_000;
  const result = run([SEED, created, trade(101, 2)]);
  expect(result.trades.printed).toBe(0);
  expect(result.printsUnmatched).toBe(1);
});

test("prices with more decimals make finer ticks; a price beyond the book's range is left out", () => {
  const feed = readFeed("hand-made", [
    order("created", 1, 0, "0.12345000", "1.00000000"),
    order("created", 2, 1, "99999999.00", "1.00000000"),
    SEED,
  ]);
  expect(feed.priceDecimals).toBe(5);
  expect(feed.rows[0]).toMatchObject({ priceTicks: 12_345, lots: 100_000_000 });
  expect(feed.rows[1]).toMatchObject({ type: "other", reason: "price_outside_the_book" });
});

test("a damaged line in the middle is unreadable and named; a cut-off last line is left out", () => {
  const good = order("created", 1, 0, "99.00", "1.00000000");
  expect(() => readFeed("f", [SEED, "garbage", good])).toThrow("f, line 2");
  expect(() => readFeed("f", [SEED, good.slice(0, -5), good])).toThrow("f, line 2: its JSON does not parse");
  expect(() => readFeed("f", [SEED, '5 order_created {"price":"x","amount":"1","id":1,"order_type":0}', good])).toThrow(
    '"x"',
  );
  expect(() => readFeed("f", [good])).toThrow("no order_book message");
  expect(run([SEED, good, good.slice(0, -5)]).tally.excluded).toEqual({ seed: 1, cut_off_line: 1 });
});

const day = sharedPath("data", "bitstamp-btcusd-2015-05-01", "messages.log.xz");

describe.skipIf(day === null)("the day of 2015-05-01 (skipped where ../shared is not there)", () => {
  test("570 of 575 trades are printed and 5,003 of 5,010 snapshots equal", async () => {
    const outcome = await replayBitstamp(day!, SILENT);
    expect(outcome).toMatchObject({
      rowsRead: 56_000,
      matched: 55_949,
      contradicted: 18,
      excluded: { before_the_seed: 6, seed: 1, deleted_twice: 21, order_never_announced: 5 },
      bounds: [
        { name: "trades_printed", value: 570, of: 575, atLeast: 520, holds: true },
        { name: "snapshots_equal", value: 5003, of: 5010, atLeast: 4975, holds: true },
      ],
      figures: {
        contradictedBy: {
          trade_not_printed: 4,
          traded_more_than_the_feed: 4,
          cancelled_with_another_amount: 3,
          snapshot_differs: 4,
          snapshot_one_message_behind: 3,
        },
        seededBySnapshotAlone: { tradesPrinted: 555, snapshotsEqual: 4980 },
        companion: { rows: 50_414, agreeing: 50_414 },
      },
    });
  });

  test("the slow venue comes to the same", async () => {
    const { readBitstamp } = await import("./replay.ts");
    const feed = await readBitstamp(day!);
    const slow = drive(feed, new SlowVenue(), "named", SILENT);
    const fast = drive(feed, new CoreVenue(), "named", SILENT);
    expect(slow.prints).toEqual(fast.prints);
    expect(slow.tally).toEqual(fast.tally);
  });
});
