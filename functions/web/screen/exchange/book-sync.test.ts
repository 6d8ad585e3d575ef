/** The rules by which a book is kept in step with its stream, one by one. */
import { expect, test } from "vitest";
import { BookSync, type DepthChange } from "./book-sync.ts";
import type { Level } from "./contract.ts";

const level = (ticks: number, lots: number): Level => ({ price: `${ticks}`, quantity: `${lots}`, ticks, lots });
const change = (firstUpdateId: number, lastUpdateId: number, bids: readonly Level[] = []): DepthChange => ({
  firstUpdateId,
  lastUpdateId,
  bids,
  asks: [],
});
const snapshot = (lastUpdateId: number, bids: readonly Level[] = []) => ({ lastUpdateId, bids, asks: [] });

function begun(levelsAsked = 10): BookSync {
  const sync = new BookSync(levelsAsked);
  sync.begin();
  return sync;
}

test("changes within the snapshot are dropped, the first applied holds the next id, each one after begins where the last ended", () => {
  const sync = begun();
  sync.change(change(5, 8, [level(1, 1)]));
  sync.change(change(9, 12, [level(2, 2)]));
  const joined = sync.join(snapshot(10, [level(3, 3)]));
  const { needsSnapshot } = sync;
  expect([joined, needsSnapshot, sync.change(change(13, 13, [level(4, 4)])), sync.lastUpdateId, sync.bids()]).toEqual([
    "joined",
    false,
    "applied",
    13,
    [level(4, 4), level(3, 3), level(2, 2)],
  ]);
});

test("a snapshot that ends before the first change is too old, and one that ends right before it joins", () => {
  const sync = begun();
  sync.change(change(5, 8));
  expect([sync.join(snapshot(3)), sync.freshness, sync.join(snapshot(4)), sync.freshness, sync.lastUpdateId]).toEqual([
    "too_old",
    "loading",
    "joined",
    "live",
    8,
  ]);
});

test("a gap, a repetition and an overlap each make the book stale; it stays as it was until another snapshot joins", () => {
  const outcomes = [change(15, 16), change(8, 10), change(10, 12)].map((next) => {
    const sync = begun();
    sync.join(snapshot(9, [level(1, 1)]));
    sync.change(change(10, 10));
    const said = sync.change(next);
    const stale = [said, sync.freshness, sync.needsSnapshot, sync.bids()];
    return [...stale, sync.join(snapshot(20, [level(2, 2)])), sync.freshness, sync.bids(), sync.resyncs];
  });
  const each = ["gap", "stale", true, [level(1, 1)], "joined", "live", [level(2, 2)], 1];
  expect(outcomes).toEqual([each, each, each]);
});

test("a gap among what was buffered asks for another snapshot and keeps what follows it", () => {
  const sync = begun();
  sync.change(change(5, 6));
  sync.change(change(9, 9, [level(7, 7)]));
  expect([sync.join(snapshot(5)), sync.freshness, sync.join(snapshot(8)), sync.freshness, sync.bids()]).toEqual([
    "gap",
    "stale",
    "joined",
    "live",
    [level(7, 7)],
  ]);
});

test("nobody is waited for without bound: what no longer fits the buffer makes the snapshot too old", () => {
  const sync = begun();
  for (let id = 1; id <= 1_001; id++) sync.change(change(id, id));
  expect([sync.join(snapshot(0)), sync.join(snapshot(1)), sync.lastUpdateId]).toEqual(["too_old", "joined", 1_001]);
});

test("a snapshot to see further down never takes a live book back", () => {
  const sync = begun();
  sync.join(snapshot(5));
  sync.change(change(6, 7));
  sync.renew();
  expect([sync.join(snapshot(6)), sync.lastUpdateId, sync.join(snapshot(9)), sync.lastUpdateId]).toEqual([
    "too_old",
    7,
    "joined",
    9,
  ]);
});

test("below the last level of a full snapshot nothing is known: a change from there is not shown, one above it is", () => {
  const sync = begun(2);
  sync.join(snapshot(1, [level(9, 1), level(7, 1)]));
  sync.change(change(2, 2, [level(6, 1), level(8, 1)]));
  expect([sync.bids(), sync.isThin]).toEqual([[level(9, 1), level(8, 1), level(7, 1)], true]);
});
