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
import type { EngineReads, FeedSource } from "../bus/engine-client.ts";
import type { Instrument } from "../domain/instrument.ts";
import { catalogOf, type FeedFrame } from "../protocol/bus-messages.ts";
import type { TradeExecuted } from "../protocol/events.ts";
import { tradePayload } from "../stream/payloads.ts";
import { createStreamServer } from "../stream/stream-server.ts";
import { type BenchLine, type BenchOptions, result } from "./result.ts";

const CLIENTS = 1_000;
/** Trades in one feed frame: what a group commit of some thousand orders a second brings. */
const TRADES_PER_FRAME = 20;
const WARM_UP_MS = 1_000;
const MEASURE_MS = 3_000;
const MEASURE_QUICK_MS = 1_000;
/** Drivers pause while more than this waits in the process. */
const BUFFERED_BYTES_PAUSE = 8 * 1_048_576;
const PATH = "/ws/btcusdt@trade";

const INSTRUMENT: Instrument = {
  id: 0,
  symbol: "BTCUSDT",
  base: "BTC",
  quote: "USDT",
  status: "trading",
  baseAsset: 0,
  quoteAsset: 1,
  tickE8: 1_000_000,
  lotE8: 1_000,
  baseAtomsPerLot: 1_000,
  quoteAtomsPerTickLot: 10,
  priceTicksMin: 1,
  priceTicksMax: 2 ** 31 - 1,
  quantityLotsMin: 1,
  quantityLotsMax: Number.MAX_SAFE_INTEGER,
  marketLotsMin: 1,
  marketLotsMax: Number.MAX_SAFE_INTEGER,
  notionalMinE8: "0",
  notionalMaxE8: "0",
  notionalMinAppliesToMarket: false,
  notionalMaxAppliesToMarket: false,
  ordersMax: 200,
  makerFeeE8: 0,
  takerFeeE8: 0,
  selfTradeDefault: "none",
  selfTradeAllowed: ["none"],
};

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
          `${TRADES_PER_FRAME} per feed frame, ${ours.messagesPerWrite.toFixed(1)} messages per socket write, no compression`,
        `${measureMs / 1_000} s after ${WARM_UP_MS / 1_000} s`,
      ],
    ),
  ];
}

/** Makes trades without end, one frame at a time. */
class TradeFeed implements FeedSource {
  #listener: (frame: FeedFrame) => void = () => {};
  #seq = 0;
  #tradeId = 0;

  subscribeFeed(listener: (frame: FeedFrame) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = () => {};
    };
  }

  nextTrades(): TradeExecuted[] {
    const timeUs = Date.now() * 1_000;
    return Array.from({ length: TRADES_PER_FRAME }, () => {
      this.#tradeId += 1;
      this.#seq += 1;
      return {
        type: "trade_executed",
        seq: this.#seq,
        timeUs,
        instrument: 0,
        tradeId: this.#tradeId,
        takerSide: this.#tradeId % 2 === 0 ? "buy" : "sell",
        priceTicks: 9_500_000 + (this.#tradeId % 1_000),
        quantityLots: 1 + (this.#tradeId % 5_000),
        takerOrderId: this.#tradeId,
        makerOrderId: this.#tradeId,
        takerAccount: 1,
        makerAccount: 2,
        takerFeeAtoms: 0n,
        makerFeeAtoms: 0n,
        takerRemainingLots: 0,
        makerRemainingLots: 0,
      };
    });
  }

  publish(): void {
    const firstSeq = this.#seq + 1;
    const events = this.nextTrades();
    this.#listener({ epoch: 1, firstSeq, lastSeq: this.#seq, timeUs: events[0]!.timeUs, events });
  }
}

function notAsked(): never {
  throw new Error("the fan-out bench does not ask the engine this");
}

const CATALOG = catalogOf(
  [
    { id: 0, name: "BTC", decimals: 8 },
    { id: 1, name: "USDT", decimals: 8 },
  ],
  [INSTRUMENT],
);

const READS: EngineReads = {
  catalog: () => CATALOG,
  bookSnapshot: async () => ({ instrument: 0, updateId: 0, asOfSeq: 0, lastTradeId: 0, bids: [], asks: [] }),
  keyByApiKey: notAsked,
  account: notAsked,
  order: notAsked,
  openOrders: notAsked,
  recentOrders: notAsked,
  recentFills: notAsked,
  orderList: notAsked,
  recentOrderLists: notAsked,
  recentPreventedMatches: notAsked,
  recentAmendments: notAsked,
  accountEvents: notAsked,
  withdrawals: notAsked,
  audit: notAsked,
  // Nothing has happened before.
  eventsSince: async (fromSeq) => ({ events: [], nextSeq: fromSeq, headSeq: 0 }),
};

async function measureStreamServer(measureMs: number) {
  const feed = new TradeFeed();
  const stream = createStreamServer({ feed, reads: READS, history: null, log: () => {} });
  const http = createServer();
  http.on("upgrade", (req, socket, head) => stream.handleUpgrade(req, socket, head));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  await stream.ready;
  const perSecond = await drive((http.address() as AddressInfo).port, measureMs, () => {
    if (stream.stats().bufferedBytes < BUFFERED_BYTES_PAUSE) feed.publish();
  });
  const { messages, bytes, writes } = stream.stats();
  await stream.close();
  http.close();
  return { perSecond, messagesPerWrite: messages / writes, messageBytes: Math.round(bytes / messages) };
}

async function measureOneSendPerMessage(measureMs: number) {
  const feed = new TradeFeed();
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  await once(server, "listening");
  const clients: WebSocket[] = [];
  server.on("connection", (client) => clients.push(client));
  const perSecond = await drive((server.address() as AddressInfo).port, measureMs, () => {
    if (clients.reduce((sum, client) => sum + client.bufferedAmount, 0) >= BUFFERED_BYTES_PAUSE) return;
    for (const trade of feed.nextTrades()) {
      const text = tradePayload(INSTRUMENT, trade, Date.now() * 1_000, "ms");
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
