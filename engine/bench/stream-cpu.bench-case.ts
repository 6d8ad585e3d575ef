/**
 * What an event costs the stream's process in CPU time, by what is listened to and by how many.
 *
 * The whole way: a feed frame into the stream server, its copies, texts and frames, writes to real sockets, the kernel's part
 * of these included. The clients are raw TCP sockets in a process of their own and cost this one nothing else. The feed runs
 * at a steady rate, so that what shares one write is what would share it in a venue of that size.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createStreamServer } from "../stream/stream-server.ts";
import { EVENTS_PER_FRAME, MARKET_READS, MarketFeed } from "./market-feed.ts";
import { type BenchLine, type BenchOptions, result } from "./result.ts";

const FRAME_MS = 10;
const WARM_UP_MS = 1_000;
const MEASURE_MS = 4_000;
const MEASURE_QUICK_MS = 1_000;

interface SubscriberClass {
  readonly name: string;
  readonly clients: number;
  readonly path: string;
  readonly happens: "trades" | "levels";
}

const CLASSES: readonly SubscriberClass[] = [
  { name: "a trade that nobody listens to", clients: 0, path: "/ws", happens: "trades" },
  { name: "a trade, 100 clients of @trade", clients: 100, path: "/ws/btcusdt@trade", happens: "trades" },
  { name: "a trade, 1,000 clients of @trade", clients: 1_000, path: "/ws/btcusdt@trade", happens: "trades" },
  { name: "a trade, 100 clients of @aggTrade", clients: 100, path: "/ws/btcusdt@aggTrade", happens: "trades" },
  {
    name: "a trade, 100 clients of @kline_1m, @ticker, @avgPrice",
    clients: 100,
    path: "/stream?streams=btcusdt@kline_1m/btcusdt@ticker/btcusdt@avgPrice",
    happens: "trades",
  },
  { name: "a level that nobody listens to", clients: 0, path: "/ws", happens: "levels" },
  { name: "a level, 100 clients of @depth@100ms", clients: 100, path: "/ws/btcusdt@depth@100ms", happens: "levels" },
  {
    name: "a level, 1,000 clients of @depth@100ms",
    clients: 1_000,
    path: "/ws/btcusdt@depth@100ms",
    happens: "levels",
  },
  { name: "a level, 100 clients of @bookTicker", clients: 100, path: "/ws/btcusdt@bookTicker", happens: "levels" },
];

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  const measureMs = quick ? MEASURE_QUICK_MS : MEASURE_MS;
  const lines: BenchLine[] = [];
  // Whichever is first would pay for what the compiler learns.
  for (const happens of ["trades", "levels"] as const) {
    await measure({ name: "", clients: 10, path: "/ws/btcusdt@trade/btcusdt@depth@100ms", happens }, WARM_UP_MS);
  }
  for (const subscribers of CLASSES) {
    const { cpuUs, events, messagesPerEvent } = await measure(subscribers, measureMs);
    lines.push(
      result(`stream CPU: ${subscribers.name}`, cpuUs / events, "µs/event", null, [
        `${Math.round(events / (measureMs / 1_000))} events/s of one instrument, ${EVENTS_PER_FRAME} per feed frame`,
        `${subscribers.clients} clients on loopback, one connection each, ${messagesPerEvent.toFixed(2)} messages per event in all`,
        `user and system time of the stream's process over ${measureMs / 1_000} s after ${WARM_UP_MS / 1_000} s, its feed included`,
      ]),
    );
  }
  return lines;
}

async function measure({ clients, path, happens }: SubscriberClass, measureMs: number) {
  const feed = new MarketFeed();
  const stream = createStreamServer({ feed, reads: MARKET_READS, history: null, log: () => {} });
  const http = createServer();
  http.on("upgrade", (req, socket, head) => stream.handleUpgrade(req, socket, head));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  await stream.ready;
  const { port } = http.address() as AddressInfo;
  const child = fork(new URL("./fanout-clients.ts", import.meta.url), [String(port), path, String(clients)]);
  await once(child, "message");

  let events = 0;
  const timer = setInterval(() => {
    if (happens === "trades") feed.publishTrades();
    else feed.publishLevels();
    events += EVENTS_PER_FRAME;
  }, FRAME_MS);
  await pause(WARM_UP_MS);
  const before = { events, cpu: process.cpuUsage(), messages: stream.stats().messages };
  await pause(measureMs);
  const { user, system } = process.cpuUsage(before.cpu);
  const measured = events - before.events;
  const messages = stream.stats().messages - before.messages;
  clearInterval(timer);
  child.disconnect();
  await once(child, "exit");
  await stream.close();
  http.close();
  return { cpuUs: user + system, events: measured, messagesPerEvent: messages / measured };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
