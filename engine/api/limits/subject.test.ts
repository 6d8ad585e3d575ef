/** Whose count a request is, by its address. */
import { expect, test } from "vitest";
import { DEFAULT_LIMITS } from "./limiter.ts";
import { MemoryLimiter } from "./memory-limiter.ts";
import { subjectOf } from "./subject.ts";

test.each([
  ["", ""],
  ["203.0.113.1", "203.0.113.1"],
  ["2001:db8:0:1::1", "2001:db8:0:1::/64"],
  ["2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"],
  ["2001:0db8:0000:0001::", "2001:db8:0:1::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:db8:0:2::1", "2001:db8:0:2::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::", "0:0:0:0::/64"],
  ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["1:2:3:4:5:6:7::", "1:2:3:4::/64"],
  ["1:2:3:4::/64", "1:2:3:4::/64"],
] as const)("%s is counted as %s", (address, subject) => {
  expect(subjectOf(address)).toBe(subject);
});

test("addresses of one IPv6 network share a count and a ban, those of another do not", async () => {
  const limiter = new MemoryLimiter({ limits: { ...DEFAULT_LIMITS, weightPerMinute: 2 }, nowMs: () => 0 });
  const banned: string[] = [];
  limiter.followBans((subject) => banned.push(subject));
  const outcomes: string[] = [];
  for (const host of ["1", "2", "3"]) outcomes.push((await limiter.admit(`2001:db8:0:1::${host}`, 1)).outcome);
  outcomes.push((await limiter.admit("2001:db8:0:2::1", 1)).outcome);
  expect([outcomes, limiter.addresses]).toEqual([["admitted", "admitted", "over", "admitted"], 2]);
  for (let refused = 0; refused < 200; refused++) await limiter.admit(`2001:db8:0:1::${refused.toString(16)}`, 1);
  expect(banned).toEqual(["2001:db8:0:1::/64"]);
});
