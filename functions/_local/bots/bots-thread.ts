/** The bots' thread: begins with what it is handed, ends when it is told to, and logs through whoever started it. */
import { parentPort, workerData } from "node:worker_threads";
import type { BotsOrder, BotsWord } from "./bots.ts";
import { leaveRoom, openRoom } from "./bots-room.ts";

const REPORT_EVERY_MS = 60_000;

const port = parentPort;
if (port === null) throw new Error("the bots run in a thread of their own");
const say = (line: BotsWord): void => port.postMessage(line);
/** Told before it has begun, it begins and ends: a start has no half-way state to leave. */
const toldToStop = new Promise<void>((resolve) => port.once("message", () => resolve()));

const order = workerData as BotsOrder;
const { task } = order;
if (task.type === "leave") {
  await leaveRoom(order);
} else {
  const room = await openRoom({ ...order, task }, say);
  say({ at: "bots", outcome: task.type === "trade" ? "trading" : "replaying" });
  const report = setInterval(() => say({ at: "bots", outcome: "minute", ...room.counts.taken() }), REPORT_EVERY_MS);
  await toldToStop;
  clearInterval(report);
  await room.stop();
}
port.close();
