/** How an order whose answer was lost is found out about. */
import { expect, test } from "vitest";
import type { Answer } from "./contract.ts";
import { notSent } from "./refusal.ts";
import { settle } from "./settle.ts";

const ABSENT = { outcome: "refused", code: -2013, message: "Order does not exist." } as const;
const AWAY = notSent("The exchange cannot be reached.");

/** @param answers by the seconds since it was sent; the last one holds on. */
async function became(answers: readonly (readonly [atMs: number, Answer<string>])[]) {
  let nowMs = 1_000_000;
  const sentMs = nowMs;
  const look = async (): Promise<Answer<string>> => answers.findLast(([atMs]) => nowMs - sentMs >= atMs)?.[1] ?? AWAY;
  const wait = async (ms: number): Promise<void> => {
    nowMs += ms;
  };
  const answer = await settle({ look, wait, sentMs, nowMs: () => nowMs });
  return { answer, tookMs: nowMs - sentMs };
}

test("an order that shows up late is found, through a time without a connection", async () => {
  const { answer } = await became([
    [0, AWAY],
    [3_000, ABSENT],
    [6_000, { outcome: "ok", value: "the order" }],
  ]);
  expect(answer).toEqual({ outcome: "ok", value: "the order" });
});

test("not being there is final once its deadline has passed, and not before", async () => {
  const { answer, tookMs } = await became([[0, ABSENT]]);
  expect([answer, tookMs > 7_000, tookMs < 9_000]).toEqual([ABSENT, true, true]);
});

test("who stays away is waited for within a bound, and then nobody pretends to know", async () => {
  const { answer, tookMs } = await became([[0, AWAY]]);
  expect([answer.outcome, tookMs >= 60_000, tookMs < 62_000]).toEqual(["unknown", true, true]);
});
