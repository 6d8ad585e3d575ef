/** The bots' thread: begins with what it is handed, ends when it is told to, and logs through whoever started it. */
import { parentPort, workerData } from "node:worker_threads";
import { BOT_FUNDS, botAccounts } from "./bot-accounts.ts";
import { BotCounts } from "./bot-counts.ts";
import type { BotsOrder, BotsWord } from "./bots.ts";
import { OperatorCalls } from "./operator-calls.ts";
import { openFloor } from "./trading-floor.ts";

const REPORT_EVERY_MS = 60_000;

/** Something that trades until it is stopped. */
interface Running {
  /** Cancels what is open; resolves when the connections are gone. */
  stop(): Promise<void>;
}

const port = parentPort;
if (port === null) throw new Error("the bots run in a thread of their own");
const say = (line: BotsWord): void => port.postMessage(line);
/** Told before it has begun, it begins and ends: a start has no half-way state to leave. */
const toldToStop = new Promise<void>((resolve) => port.once("message", () => resolve()));

const order = workerData as BotsOrder;
const { origin } = order;
const operator = new OperatorCalls(origin, order.operatorToken);
const counts = new BotCounts();
const accounts = await botAccounts(order.accountsPath, operator, BOT_FUNDS);
const running = await begin();
if (order.task.type === "leave") {
  await running.stop();
  port.close();
} else {
  say({ at: "bots", outcome: "trading" });
  const report = setInterval(() => say({ at: "bots", outcome: "minute", ...counts.taken() }), REPORT_EVERY_MS);
  await toldToStop;
  clearInterval(report);
  await running.stop();
  port.close();
}

function begin(): Promise<Running> {
  switch (order.task.type) {
    case "trade":
      return openFloor({ origin, operator, accounts, counts, funds: BOT_FUNDS, ...order.task });
    default:
      throw new Error("not yet");
  }
}
