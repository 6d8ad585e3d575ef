/** The rule of limits by address, in memory: aligned windows, bans that grow and are forgotten, an end to what is remembered. */
import { expect, test } from "vitest";
import { BAN_AFTER_REFUSALS, BAN_MS_MAX, BAN_MS_MIN } from "./limit-rule.ts";
import { type Admission, DEFAULT_LIMITS, type Limits } from "./limiter.ts";
import { ADDRESSES_MAX, MemoryLimiter } from "./memory-limiter.ts";

/** A whole five minutes. */
const START_MS = 5_890_752 * 300_000;
const DAY_MS = 86_400_000;
const A = "203.0.113.1";

let nowMs = START_MS;
function limiter(limits: Partial<Limits>): MemoryLimiter {
  nowMs = START_MS;
  return new MemoryLimiter({ limits: { ...DEFAULT_LIMITS, ...limits }, nowMs: () => nowMs });
}
async function outcomes(of: MemoryLimiter, weights: readonly number[]): Promise<string[]> {
  const found: string[] = [];
  for (const weight of weights) found.push(shown(await of.admit(A, weight)));
  return found;
}
function shown(admission: Admission): string {
  switch (admission.outcome) {
    case "admitted":
      return `${admission.usedWeight}`;
    case "over":
      return `over ${admission.limit} at ${admission.usedWeight}, ${admission.retryAfterS} s`;
    case "banned":
      return `banned ${admission.retryAfterS} s`;
  }
}

test("weight is counted by whole minutes of the clock, requests by whole five minutes", async () => {
  const of = limiter({ weightPerMinute: 10, requestsPer5Minutes: 6 });
  nowMs += 59_500;
  expect(await outcomes(of, [10, 1, 0])).toEqual(["10", "over weight at 10, 1 s", "10"]);
  nowMs += 500;
  expect(await outcomes(of, [4, 7, 6])).toEqual(["4", "over weight at 4, 60 s", "10"]);
  nowMs += 60_000;
  expect(await outcomes(of, [0, 0, 0])).toEqual(["0", "0", "over requests at 0, 180 s"]);
  nowMs = START_MS + 300_000;
  expect(await outcomes(of, [1])).toEqual(["1"]);
});

test("what is charged afterwards may pass the limit; then nothing more is admitted, of no weight either", async () => {
  const of = limiter({ weightPerMinute: 2 });
  expect([await of.charge(A, 2), shown(await of.admit(A, 0)), await of.charge(A, 1)]).toEqual([2, "2", 3]);
  expect(shown(await of.admit(A, 0))).toBe("over weight at 3, 60 s");
  expect(await of.count(A, 1)).toBe(4);
});

test("a limit of 0 is off, and what is used is counted all the same", async () => {
  const of = limiter({ weightPerMinute: 0, requestsPer5Minutes: 0, connectionsPer5Minutes: 0 });
  expect(await outcomes(of, [9_000, 9_000])).toEqual(["9000", "18000"]);
  expect(await of.admitConnection(A)).toEqual({ outcome: "admitted", usedWeight: 18_000 });
});

test("refusals of one minute make a ban, refusals of many minutes do not", async () => {
  const of = limiter({ weightPerMinute: 1 });
  const refused = Array<number>(BAN_AFTER_REFUSALS - 1).fill(2);
  for (let minute = 0; minute < 3; minute++) {
    expect((await outcomes(of, refused)).at(-1)).toMatch(/^over/);
    nowMs += 60_000;
  }
  expect((await outcomes(of, [...refused, 2])).at(-1)).toBe("banned 120 s");
});

test("each ban is twice as long as the one before, up to three days; three days of peace and the next is short again", async () => {
  const of = limiter({ connectionsPer5Minutes: 1 });
  const heard: string[] = [];
  const stop = of.followBans((address) => heard.push(address));
  const bannedForMs = async (): Promise<number> => {
    for (;;) {
      const admission = await of.admitConnection(A);
      if (admission.outcome === "banned") return admission.untilMs - nowMs;
    }
  };
  const lengths: number[] = [];
  for (let bans = 0; bans < 14; bans++) {
    lengths.push(await bannedForMs());
    nowMs += lengths.at(-1)!;
  }
  expect(lengths.slice(0, 4)).toEqual([1, 2, 4, 8].map((times) => times * BAN_MS_MIN));
  expect(lengths.slice(-2)).toEqual([BAN_MS_MAX, BAN_MS_MAX]);
  expect(heard).toEqual(Array(14).fill(A));
  nowMs += 3 * DAY_MS;
  expect(await bannedForMs()).toBe(BAN_MS_MAX);
  nowMs += BAN_MS_MAX + 3 * DAY_MS + 1;
  stop();
  expect(await bannedForMs()).toBe(BAN_MS_MIN);
  expect(heard).toHaveLength(15);
});

test("addresses are forgotten after their window, banned ones after their ban, and never are there too many", async () => {
  const of = limiter({ weightPerMinute: 1 });
  await outcomes(of, Array<number>(BAN_AFTER_REFUSALS).fill(2));
  for (let index = 0; index < ADDRESSES_MAX + 5; index++)
    await of.charge(`2001:${(index >> 16).toString(16)}:0:${(index & 0xffff).toString(16)}::1`, 1);
  expect(of.addresses).toBe(ADDRESSES_MAX);
  expect(shown(await of.admit(A, 0)), "who is banned is not pushed out by a crowd").toBe("banned 120 s");
  nowMs += 300_000;
  await of.admit("203.0.113.2", 1);
  expect(of.addresses).toBe(2);
  nowMs += 4 * DAY_MS;
  await of.admit("203.0.113.2", 1);
  expect(of.addresses).toBe(1);
});
