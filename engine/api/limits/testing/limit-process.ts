/** A FAKE edge in a process of its own, its clock a day ahead: asks for so many admissions, and tells how they ended. */
import { systemClock } from "../../../bus/edge/edge-clock.ts";
import { RedisLane } from "../../../bus/edge/redis-lane.ts";
import { RedisLimitCounters } from "../../../bus/edge/redis-limits.ts";
import { connectRedis } from "../../../bus/redis/connection.ts";
import type { Limits } from "../limiter.ts";
import { SharedLimiter } from "../shared-limiter.ts";

const DAY_MS = 86_400_000;
const realNow = Date.now;
Date.now = () => realNow() + DAY_MS;

const [, , url = "", address = "", admissions = "0", limits = "{}"] = process.argv;
const lane = new RedisLane(async () => connectRedis({ url, name: "other-edge", kind: "commands" }, () => {}));
const limiter = new SharedLimiter({
  limits: JSON.parse(limits) as Limits,
  counters: new RedisLimitCounters(lane),
  clock: systemClock,
});
const outcomes: string[] = [];
for (let count = 0; count < Number(admissions); count++) outcomes.push((await limiter.admit(address, 1)).outcome);
process.send?.(outcomes, () => process.disconnect());
lane.close();
