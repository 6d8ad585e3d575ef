/**
 * Fan-out: how many messages a second one stream process delivers to 1,000 clients.
 *
 * Ours: the whole way from a feed frame through the stream server to the clients' sockets. The peer, in the same run: the
 * same texts, one `ws.send` per message and client, as a plain server on `ws` would. Delivered means counted by the clients,
 * which are raw TCP sockets in a second process. Both drivers wait for what is buffered, so neither measures memory.
 */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { tradePayload } from "../stream/payloads.ts";
import { createStreamServer } from "../stream/stream-server.ts";
import { EVENTS_PER_FRAME, MARKET_INSTRUMENT, MARKET_READS, MarketFeed } from "./market-feed.ts";
import { type BenchLine, type BenchOptions, result } from "./result.ts";

const CLIENTS = 1_000;
const WARM_UP_MS = 1_000;
const MEASURE_MS = 3_000;
const MEASURE_QUICK_MS = 1_000;
/** Drivers pause while more than this waits in the process. */
const BUFFERED_BYTES_PAUSE = 8 * 1_048_576;
const PATH = "/ws/btcusdt@trade";

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  const measureMs = quick ? MEASURE_QUICK_MS : MEASURE_MS;
  const ours = await measureStreamServer(measureMs);
  const peer = await measureOneSendPerMessage(measureMs);
  return [
    result(
      "stream fan-out to 1,000 clients",
      ours.perSecond,
      "messages/s",
      { name: "one ws.send per message and client", value: peer.perSecond },
      [
        `${CLIENTS} clients (raw TCP, one process) on loopback, one stream process; trade events of ${ours.messageBytes} B, ` +
          `${EVENTS_PER_FRAME} per feed frame, ${ours.messagesPerWrite.toFixed(1)} messages per socket write, no compression`,
        `${measureMs / 1_000} s after ${WARM_UP_MS / 1_000} s`,
      ],
    ),
  ];
}

async function measureStreamServer(measureMs: number) {
  const feed = new MarketFeed();
  const stream = createStreamServer({ feed, reads: MARKET_READS, history: null, log: () => {} });
  const http = createServer();
  http.on("upgrade", (req, socket, head) => stream.handleUpgrade(req, socket, head));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  await stream.ready;
  const perSecond = await drive((http.address() as AddressInfo).port, measureMs, () => {
    if (stream.stats().bufferedBytes < BUFFERED_BYTES_PAUSE) feed.publishTrades();
  });
  const { messages, bytes, writes } = stream.stats();
  await stream.close();
  http.close();
  return { perSecond, messagesPerWrite: messages / writes, messageBytes: Math.round(bytes / messages) };
}

async function measureOneSendPerMessage(measureMs: number) {
  const feed = new MarketFeed();
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await once(server, "listening");
  const clients: WebSocket[] = [];
  server.on("connection", (client) => clients.push(client));
  const perSecond = await drive((server.address() as AddressInfo).port, measureMs, () => {
    if (clients.reduce((sum, client) => sum + client.bufferedAmount, 0) >= BUFFERED_BYTES_PAUSE) return;
    for (const trade of feed.nextTrades()) {
      const text = tradePayload(MARKET_INSTRUMENT, trade, Date.now() * 1_000, "ms");
      for (const client of clients) client.send(text);
    }
  });
  server.close();
  return { perSecond };
}

/** Connects the clients, calls `step` once a turn, and @returns messages per second as the clients counted them. */
async function drive(port: number, measureMs: number, step: () => void): Promise<number> {
  const child = fork(new URL("./fanout-clients.ts", import.meta.url), [String(port), PATH, String(CLIENTS)]);
  await once(child, "message");
  let running = true;
  const turn = (): void => {
    if (!running) return;
    step();
    setImmediate(turn);
  };
  turn();
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const before = await countedBy(child);
  await new Promise((resolve) => setTimeout(resolve, measureMs));
  const after = await countedBy(child);
  running = false;
  child.disconnect();
  await once(child, "exit");
  return ((after.frames - before.frames) / (after.atMs - before.atMs)) * 1_000;
}

async function countedBy(child: ChildProcess): Promise<{ readonly frames: number; readonly atMs: number }> {
  child.send("count");
  const [frames] = await once(child, "message");
  return { frames: Number(frames), atMs: performance.now() };
}
