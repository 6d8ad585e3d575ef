/**
 * The market streams' composition: feed in, WebSockets out, and the read port beside them.
 *
 * Owns: connections, timers, joining history. Does not own: the HTTP server, whose upgrades it is handed. /ws-api/v3 is
 * refused with 404 here until the WebSocket API takes that branch.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { FeedSource } from "../bus/engine-client.ts";
import type { StreamReads } from "../bus/stream-client.ts";
import { Connection, type EndReason } from "./connection.ts";
import { Delivery } from "./delivery.ts";
import { type BookSource, FeedFollower, type FollowerStats, type StreamLog } from "./feed-follower.ts";
import type { Market } from "./market.ts";
import { joinHistory, type MarketHistory } from "./market-history.ts";
import { Publisher, TICK_MS } from "./publisher.ts";
import { type StreamClock, SYSTEM_CLOCK } from "./stream-clock.ts";
import { STREAM_LIMITS, type StreamLimits } from "./stream-limits.ts";
import { createStreamReads } from "./stream-reads.ts";
import { parseUpgradePath } from "./upgrade-path.ts";

const CHECK_CONNECTIONS_MS = 1_000;
/** History that is not there yet, or cannot be asked, is asked again after this, and then ever later. */
const JOIN_HISTORY_MS = 1_000;
/** Asking wakes a function that would else sleep. */
const JOIN_HISTORY_MS_MAX = 30_000;

export interface StreamServerOptions {
  readonly feed: FeedSource;
  readonly reads: BookSource;
  /** null: there is none, and what is missing before the start is never shown. */
  readonly history: MarketHistory | null;
  readonly clock?: StreamClock;
  readonly limits?: Partial<StreamLimits>;
  /** 0 ≤ it < 1: how long a batch of sockets waits for its turn at the end. */
  readonly random?: () => number;
  readonly log: StreamLog;
  /** The engine's journal was restored from a backup: nothing here is true any more, and the process must start anew. */
  readonly onRewound?: () => void;
}

export interface StreamStats extends FollowerStats {
  readonly connections: number;
  readonly topics: number;
  readonly messages: number;
  readonly bytes: number;
  readonly writes: number;
  /** What waits for clients in this process. */
  readonly bufferedBytes: number;
  readonly ended: Readonly<Record<EndReason, number>>;
  /** Instruments whose history before the start is not joined yet. */
  readonly historyWanted: number;
}

export interface StreamServer {
  /** @returns false: not a path of ours, the socket is untouched. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Resolves when every book is there. */
  readonly ready: Promise<void>;
  readonly reads: StreamReads;
  stats(): StreamStats;
  /**
   * Tells every client, closes with 1001, and resolves when the last one is gone. New ones are refused with 503. Many are
   * told in batches, so that they do not come back all at once; whoever waits for its turn still hears everything.
   */
  close(): Promise<void>;
}

/** trading-api.md §1.6. */
const OVERLOADED = "Server is currently overloaded with other requests. Please try again in a few minutes.";

export function createStreamServer(options: StreamServerOptions): StreamServer {
  const { feed, reads, history, log, clock = SYSTEM_CLOCK, random = Math.random } = options;
  const limits: StreamLimits = { ...STREAM_LIMITS, ...options.limits };
  const connections = new Set<Connection>();
  const historyWanted = new Set<Market>();
  const ended: Record<EndReason, number> = {
    client: 0,
    slow_reader: 0,
    too_many_messages: 0,
    no_pong: 0,
    life_over: 0,
    shutdown: 0,
    error: 0,
  };
  let closing = false;
  let closed: Promise<void> | null = null;
  let allGone: () => void = () => {};

  const delivery = new Delivery(clock, limits);
  const follower: FeedFollower = new FeedFollower({
    feed,
    reads,
    clock,
    log,
    onMoved: (moved) => publisher.onMoved(moved),
    onHistoryWanted: (market) => {
      historyWanted.add(market);
      void joinWanted();
    },
    onRewound: () => options.onRewound?.(),
  });
  const publisher = new Publisher({
    delivery,
    catalog: () => follower.catalog,
    markets: () => follower.markets,
    nowMs: () => clock.nowMs(),
  });
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.incomingBytesMax,
  });

  let joining = false;
  let historyAnswers = true;
  let joinPauseMs = JOIN_HISTORY_MS;
  let joinAgainMs = 0;
  /** One at a time, so that a start with many instruments does not storm the database. */
  async function joinWanted(): Promise<void> {
    if (joining || history === null || historyWanted.size === 0) return;
    joining = true;
    const wanted = historyWanted.size;
    for (const market of [...historyWanted]) {
      if (closing) break;
      try {
        if ((await joinHistory(market, history, clock.nowMs())) === "joined") historyWanted.delete(market);
        historyAnswers = true;
      } catch (error) {
        // Asked again at the next round; until then the stream tells what it has. Said once, not every second.
        if (historyAnswers) log({ at: "stream", outcome: "history_not_answering", error: String(error) });
        historyAnswers = false;
        break;
      }
    }
    if (historyWanted.size < wanted) joinPauseMs = JOIN_HISTORY_MS;
    joinAgainMs = clock.nowMs() + joinPauseMs;
    joinPauseMs = Math.min(joinPauseMs * 2, JOIN_HISTORY_MS_MAX);
    joining = false;
  }

  function onEnded(connection: Connection, reason: EndReason): void {
    connections.delete(connection);
    ended[reason] += 1;
    if (reason === "slow_reader" || reason === "too_many_messages") log({ at: "stream", outcome: `cut_${reason}` });
    if (connections.size === 0) allGone();
  }

  const stops = [
    clock.every(TICK_MS, () => publisher.tick()),
    clock.every(CHECK_CONNECTIONS_MS, () => {
      const nowMs = clock.nowMs();
      for (const connection of connections) connection.checkTime(nowMs);
    }),
    clock.every(JOIN_HISTORY_MS, () => {
      if (clock.nowMs() >= joinAgainMs) void joinWanted();
    }),
  ];

  function pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => void clock.after(delayMs, resolve));
  }

  async function shutDown(): Promise<void> {
    closing = true;
    const gone = new Promise<void>((resolve) => {
      allGone = resolve;
    });
    const open = [...connections];
    for (let told = 0; told < open.length; told += limits.shutdownBatch) {
      if (told > 0) await pause(limits.shutdownPauseMs * (0.5 + random()));
      for (const connection of open.slice(told, told + limits.shutdownBatch)) connection.shutDown(clock.nowMs());
    }
    if (connections.size > 0) await gone;
    for (const stop of stops) stop();
    follower.stop();
    delivery.stop();
  }

  return {
    ready: follower.start(),
    reads: createStreamReads(() => follower.markets, clock),

    handleUpgrade(req, socket, head) {
      const path = parseUpgradePath(req.url ?? "/");
      if (path.family === "other") return false;
      if (path.family === "websocket_api") refuse(socket, "404 Not Found", -1020, "This operation is not supported.");
      else if (closing || connections.size >= limits.connectionsMax)
        refuse(socket, "503 Service Unavailable", -1008, OVERLOADED);
      else if (path.names.length > limits.subscriptionsPerConnectionMax)
        refuse(socket, "400 Bad Request", -1130, "Too many streams are named for one connection.");
      else {
        sockets.handleUpgrade(req, socket, head, (ws) => {
          const deps = { clock, limits, delivery, publisher, onEnded };
          connections.add(new Connection(ws, socket, path.combined, path.names, deps));
        });
      }
      return true;
    },

    stats() {
      let bufferedBytes = 0;
      for (const connection of connections) bufferedBytes += connection.bufferedBytes() + connection.queue.bytes;
      return {
        connections: connections.size,
        topics: publisher.topics,
        ...delivery.stats,
        bufferedBytes,
        ended: { ...ended },
        ...follower.stats,
        historyWanted: historyWanted.size,
      };
    },

    close() {
      closed ??= shutDown();
      return closed;
    },
  };
}

/** Before the handshake the answer is plain HTTP. */
function refuse(socket: Duplex, status: string, code: number, msg: string): void {
  // The peer may be gone already; there is nobody to tell.
  socket.on("error", () => socket.destroy());
  const body = JSON.stringify({ code, msg });
  const headers = `Content-Type: application/json;charset=UTF-8\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\nConnection: close\r\n\r\n${body}`);
}
