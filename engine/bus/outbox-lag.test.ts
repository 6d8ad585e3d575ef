/** The age of the oldest event that has not left, from marks of the head. */
import { expect, test } from "vitest";
import { OutboxLag } from "./outbox-lag.ts";

test("the lag is the age of the oldest event that waits, and nothing when none does", () => {
  const lag = new OutboxLag();
  lag.headAt(10, 0);
  lag.headAt(20, 1_000);
  lag.headAt(30, 2_000);
  expect([1, 10, 11, 21].map((nextSeq) => lag.seconds(nextSeq, 5_000))).toEqual([5, 5, 4, 3]);
  expect(lag.seconds(31, 5_000)).toBe(0);
  expect(lag.seconds(31, 9_000)).toBe(0);
  lag.headAt(31, 9_000);
  expect(lag.seconds(31, 9_500)).toBe(0.5);
});

test("an hour's lag is never said too short, and too long by a hundredth at most, in bounded memory", () => {
  const lag = new OutboxLag();
  const hourMs = 3_600_000;
  for (let nowMs = 0; nowMs <= hourMs; nowMs += 100) lag.headAt(nowMs / 100, nowMs);
  for (const behindMs of [hourMs, hourMs / 2, 60_000]) {
    const said = lag.seconds((hourMs - behindMs) / 100, hourMs) * 1_000;
    expect([said >= behindMs, said <= behindMs + hourMs / 100]).toEqual([true, true]);
  }
});
