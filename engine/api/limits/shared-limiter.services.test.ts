/**
 * Limits whose counters are in a real Redis: the script says what the rule in memory says, processes share one count by the
 * server's clock, and nothing stays for ever. Without a redis-server on this machine these tests are skipped.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../bus/edge/edge-clock.ts";
import { RedisLane } from "../../bus/edge/redis-lane.ts";
import { type LimitStep, RedisLimitCounters } from "../../bus/edge/redis-limits.ts";
import { usersAcl } from "../../bus/redis/acl.ts";
import { connectRedis } from "../../bus/redis/connection.ts";
import { findRedis, type RedisServer, startRedis } from "../../bus/redis/testing/redis-server.ts";
import { Chance } from "../../sim/prng.ts";
import { add, admit, BAN_MS_MIN, BAN_REMEMBERED_MS, noUsage, retryAfterS, type Usage } from "./limit-rule.ts";
import { type Admission, DEFAULT_LIMITS, type Limits } from "./limiter.ts";
import { SharedLimiter } from "./shared-limiter.ts";

const ADDRESS = "203.0.113.9";
const KEY = `limit:ip:${ADDRESS}`;
const PASSWORD = "a-password-of-an-edge";

describe.skipIf(findRedis() === null)("limits in Redis (skipped where there is no redis-server)", () => {
  let server: RedisServer;
  /** The default user's: for what a test looks at and tampers with. */
  let redis: Redis;
  let url: string;
  const lanes: RedisLane[] = [];
  beforeAll(async () => {
    const acl = `${usersAcl("e1", [{ role: "edge", password: PASSWORD }])}user test on nopass ~* &* +@all\n`;
    server = await startRedis({ acl });
    url = server.url.replace("//", `//edge:${PASSWORD}@`);
    redis = new Redis({ port: server.port, username: "test", password: "any", disableClientInfo: true });
    redis.on("error", () => {});
  });
  afterAll(async () => {
    redis?.disconnect();
    for (const lane of lanes) lane.close();
    await server?.stop();
  });
  beforeEach(() => redis.flushall());

  function newLane(): RedisLane {
    const lane = new RedisLane(async () => connectRedis({ url, name: "edge", kind: "commands" }, () => {}));
    lanes.push(lane);
    return lane;
  }
  function newLimiter(limits: Partial<Limits>, clock: Pick<typeof systemClock, "every"> = systemClock): SharedLimiter {
    const counters = new RedisLimitCounters(newLane());
    return new SharedLimiter({ limits: { ...DEFAULT_LIMITS, ...limits }, counters, clock });
  }
  async function minuteNow(): Promise<number> {
    return Math.floor(Number((await redis.time())[0]) / 60);
  }
  async function stored(): Promise<Usage> {
    const held = await redis.hmget(KEY, "m", "w", "x", "f", "r", "c", "u", "b");
    const [minute, weight, refused, fiveMinutes, requests, connections, bannedUntilMs, bans] = held.map(Number);
    return { minute, weight, refused, fiveMinutes, requests, connections, bannedUntilMs, bans } as Usage;
  }

  test("the script's answers and counters are those of the rule in memory, at every step SEED=7", async () => {
    const random = new Chance(7);
    const limits = { weightPerMinute: 40, requestsPer5Minutes: 60, connectionsPer5Minutes: 5 };
    const numbers = {
      weightMax: 40,
      requestsMax: 60,
      connectionsMax: 5,
      refusalsBeforeBan: 100,
      banMsMin: BAN_MS_MIN,
      banMsMax: BAN_REMEMBERED_MS,
      banRememberedMs: BAN_REMEMBERED_MS,
    };
    const counters = new RedisLimitCounters(newLane());
    const usage = noUsage();
    const seen = new Set<string>();
    let bansMax = 0;
    for (let count = 0; count < 6_000; count++) {
      if (random.below(150) === 0) await timePasses(usage, random);
      const what = (["request", "request", "request", "connection", "count", "charge"] as const)[random.below(6)]!;
      const weight = random.below(12);
      const said = await counters.step(what, ADDRESS, weight, numbers);
      const expected = ruled(usage, what, weight, limits, said.nowMs);
      const untilMs = said.outcome === "banned" ? said.bannedUntilMs : null;
      expect([said.outcome, said.usedWeight, untilMs]).toEqual([expected.outcome, usage.weight, expected.untilMs]);
      if (said.outcome !== "banned") expect(await stored()).toEqual(usage);
      seen.add(said.outcome);
      bansMax = Math.max(bansMax, usage.bans);
    }
    const outcomes = ["admitted", "banned", "connections", "requests", "weight"];
    expect([[...seen].sort(), bansMax > 3]).toEqual([outcomes, true]);
  });

  /** Both states grow older by as much. */
  async function timePasses(usage: Usage, random: Chance): Promise<void> {
    usage.minute -= random.below(2);
    usage.fiveMinutes -= random.below(2);
    if (usage.bannedUntilMs > 0) usage.bannedUntilMs -= random.below(2) * (random.below(9) === 0 ? 8 : 1) * 86_400_000;
    const { minute, fiveMinutes, bannedUntilMs } = usage;
    await redis.hset(KEY, "m", minute, "f", fiveMinutes, "u", bannedUntilMs);
  }

  function ruled(usage: Usage, what: LimitStep, weight: number, limits: Limits, nowMs: number) {
    if (what === "count" || what === "charge") {
      add(usage, weight, what === "count" ? 1 : 0, nowMs);
      return { outcome: "admitted", untilMs: null };
    }
    const admission = admit(usage, what, weight, limits, nowMs);
    if (admission.outcome === "over") return { outcome: admission.limit, untilMs: null };
    return { outcome: admission.outcome, untilMs: admission.outcome === "banned" ? admission.untilMs : null };
  }

  test("two processes share one count, whatever their clocks say", async () => {
    const limits = { ...DEFAULT_LIMITS, weightPerMinute: 100 };
    const limiter = newLimiter(limits);
    for (let minute = -1; minute !== (await minuteNow()); ) {
      await redis.flushall();
      minute = await minuteNow();
      const program = fileURLToPath(new URL("./testing/limit-process.ts", import.meta.url));
      const other = fork(program, [url, ADDRESS, "70", JSON.stringify(limits)]);
      const message = once(other, "message");
      const mine: Admission[] = [];
      for (let count = 0; count < 70; count++) mine.push(await limiter.admit(ADDRESS, 1));
      const [theirs] = (await message) as [string[]];
      if (minute !== (await minuteNow())) continue;
      const outcomes = [...mine.map(({ outcome }) => outcome), ...theirs];
      const counted = (outcome: string): number => outcomes.filter((one) => one === outcome).length;
      expect([counted("admitted"), counted("over")]).toEqual([100, 40]);
    }
  });

  test("what is over says when to come again by the server's clock", async () => {
    const limiter = newLimiter({ weightPerMinute: 1 });
    for (let minute = -1; minute !== (await minuteNow()); ) {
      await redis.flushall();
      minute = await minuteNow();
      expect(await limiter.admit(ADDRESS, 1)).toEqual({ outcome: "admitted", usedWeight: 1 });
      const over = await limiter.admit(ADDRESS, 1);
      const [seconds] = await redis.time();
      if (minute !== (await minuteNow())) continue;
      const soonestS = retryAfterS("weight", Number(seconds) * 1_000);
      const retryAfterMs = over.outcome === "over" ? over.retryAfterS : 0;
      expect(over).toMatchObject({ outcome: "over", limit: "weight", usedWeight: 1 });
      expect([soonestS, soonestS + 1]).toContain(retryAfterMs);
    }
  });

  test("counters expire with their window, a ban three days after its end", async () => {
    const limiter = newLimiter({ connectionsPer5Minutes: 1 });
    await limiter.charge(ADDRESS, 3);
    expect(await redis.pttl(KEY)).toBeLessThanOrEqual(300_000);
    for (let count = 0; count < 101; count++) await limiter.admitConnection(ADDRESS);
    const leftMs = BAN_MS_MIN + BAN_REMEMBERED_MS - (await redis.pttl(KEY));
    expect(leftMs).toBeGreaterThanOrEqual(0);
    expect(leftMs).toBeLessThan(60_000);
    expect(await redis.pttl("limit:bans")).toBeGreaterThan(0);
  });

  test("a ban by one process holds in every other, and who holds connections hears of it once", async () => {
    const turns: (() => void)[] = [];
    const every = (_ms: number, call: () => void): (() => void) => {
      turns.push(call);
      return () => {};
    };
    const [limiter, other] = [newLimiter({ connectionsPer5Minutes: 1 }), newLimiter({}, { every })];
    const heard: string[] = [];
    let told: () => void = () => {};
    other.followBans((address) => {
      heard.push(address);
      told();
    });
    for (let count = 0; count < 101; count++) await limiter.admitConnection(ADDRESS);
    expect(await other.admit(ADDRESS, 1)).toMatchObject({ outcome: "banned" });
    expect(await other.admit("203.0.113.10", 1)).toMatchObject({ outcome: "admitted" });
    await new Promise<void>((resolve) => {
      told = resolve;
      turns[0]?.();
    });
    expect(heard).toEqual([ADDRESS]);
  });

  test("a server that has forgotten the script is told it; one that is away is said so, and counts again when it is back", async () => {
    const limiter = newLimiter({});
    await limiter.admit(ADDRESS, 1);
    await redis.script("FLUSH");
    expect(await limiter.admit(ADDRESS, 1)).toMatchObject({ outcome: "admitted" });
    await server.kill();
    await expect(limiter.admit(ADDRESS, 1)).rejects.toMatchObject({ code: "not_sent" });
    const up = new Promise<void>((resolve) => lanes.at(-1)?.onUp(resolve));
    await server.restart("empty");
    await up;
    expect(await limiter.admit(ADDRESS, 1)).toEqual({ outcome: "admitted", usedWeight: 1 });
  });
});
