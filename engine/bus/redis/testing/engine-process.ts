/**
 * An engine on its bus in a process of its own, to be killed: opens the market in the folder argv[2], serves Redis at argv[3], takes a
 * snapshot every argv[4] records where that is given, and says "ready" when it reads.
 */
import { startRedisBus } from "../redis-bus.ts";
import { openEngine } from "./small-market.ts";

const [, , directory = "", redisUrl = "", snapshotEveryRecords = "1000000"] = process.argv;
const engine = await openEngine(directory, { snapshotEveryRecords: Number(snapshotEveryRecords) });
const bus = startRedisBus({ engine, engineName: "e1", redisUrl, nowMs: () => Date.now(), log: () => {} });
const timer = setInterval(() => {
  if (!bus.stats().isReading) return;
  clearInterval(timer);
  console.log("ready");
}, 5);
