/** Windows aligned to the engine's time, and what first fills give back. */
import { expect, test } from "vitest";
import { AveragePrice } from "./average-price.ts";
import { OrderCountTable } from "./order-counts.ts";

const DAY_US = 86_400_000_000;
const TENS_US = 10_000_000;
const NOON_US = 20_000 * DAY_US + DAY_US / 2;

function countAt(counts: OrderCountTable, account: number, timeUs: number): void {
  counts.turnTo(timeUs);
  counts.count(account);
}

function giveBackAt(counts: OrderCountTable, account: number, timeUs: number, orders: number): void {
  counts.turnTo(timeUs);
  counts.giveBack(account, orders);
}

function both(counts: OrderCountTable, account: number, timeUs: number): readonly [number, number] {
  return [counts.per10s(account, timeUs), counts.perDay(account, timeUs)];
}

test("a window is aligned, not rolling: it ends at its own end, whenever the orders came", () => {
  const counts = new OrderCountTable();
  countAt(counts, 3, NOON_US + TENS_US - 1);
  expect(both(counts, 3, NOON_US + TENS_US - 1)).toEqual([1, 1]);
  expect(both(counts, 3, NOON_US + TENS_US)).toEqual([0, 1]);
  expect(both(counts, 3, NOON_US + DAY_US / 2)).toEqual([0, 0]);
  countAt(counts, 3, NOON_US + DAY_US / 2);
  expect(both(counts, 3, NOON_US + DAY_US / 2)).toEqual([1, 1]);
});

test("what a first fill gives back is taken from the present windows, and never below nothing", () => {
  const counts = new OrderCountTable();
  for (let order = 0; order < 7; order++) countAt(counts, 1, NOON_US);
  giveBackAt(counts, 1, NOON_US, 5);
  expect(both(counts, 1, NOON_US)).toEqual([2, 2]);
  countAt(counts, 1, NOON_US + TENS_US);
  giveBackAt(counts, 1, NOON_US + TENS_US, 5);
  expect(both(counts, 1, NOON_US + TENS_US)).toEqual([0, 0]);
  countAt(counts, 1, NOON_US + TENS_US);
  expect(both(counts, 1, NOON_US + TENS_US)).toEqual([1, 1]);
});

test("a fill in a window without orders leaves that window alone: only the day loses", () => {
  const counts = new OrderCountTable();
  for (let order = 0; order < 3; order++) countAt(counts, 1, NOON_US);
  giveBackAt(counts, 1, NOON_US + TENS_US, 1);
  expect(both(counts, 1, NOON_US + TENS_US)).toEqual([0, 2]);
  giveBackAt(counts, 1, NOON_US + DAY_US, 1);
  expect(both(counts, 1, NOON_US + DAY_US)).toEqual([0, 0]);
});

test("accounts do not disturb each other, beyond the first table and over a snapshot too", () => {
  const counts = new OrderCountTable();
  for (const account of [0, 15, 16, 999]) countAt(counts, account, NOON_US);
  giveBackAt(counts, 5_000, NOON_US, 1);
  const copy = new OrderCountTable();
  copy.restore(counts.array().slice());
  expect([0, 1, 15, 16, 17, 999, 1_000].map((account) => copy.perDay(account, NOON_US))).toEqual([1, 0, 1, 1, 0, 1, 0]);
  expect(new OrderCountTable().array().length).toBe(0);
  copy.clear();
  expect(both(copy, 999, NOON_US)).toEqual([0, 0]);
});

const MINUTE_US = 60_000_000;

test("an average counts the present minute and those before it, by quantity, and forgets the rest", () => {
  const average = new AveragePrice();
  average.add(NOON_US, 100, 1);
  average.add(NOON_US + MINUTE_US, 200, 3);
  const later = NOON_US + MINUTE_US + 1;
  expect([1, 2, 60].map((minutes) => average.over(minutes, later))).toEqual([200, 175, 175]);
  expect(average.over(1, NOON_US + 2 * MINUTE_US)).toBe(0);
  // An hour later the same cell holds another minute.
  average.add(NOON_US + 60 * MINUTE_US, 500, 1);
  expect(average.over(60, NOON_US + 60 * MINUTE_US)).toBe((200 * 3 + 500) / 4);
});
