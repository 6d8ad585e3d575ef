/**
 * The stream's composition: feed in, WebSockets of the market and of the API out, and the read port beside them.
 *
 * Owns: connections, timers, joining history. Does not own: the HTTP server, whose upgrades it is handed.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { WS_API_CONNECT_WEIGHT } from "../api/limits/prices.ts";
import { subjectOf } from "../api/limits/subject.ts";
import { overloaded, Refusal, timeUnitInvalid, unknownPath } from "../api/refusal.ts";
import type { FeedSource } from "../bus/engine-client.ts";
import { isListenKey, type ListenKeyHolder } from "../bus/listen-keys.ts";
import type { StreamReads } from "../bus/stream-client.ts";
import type { EndReason } from "./client-socket.ts";
import { Connection } from "./connection.ts";
import { type ClientQueue, Delivery } from "./delivery.ts";
import { type BookSource, FeedFollower, type FollowerStats } from "./feed-follower.ts";
import type { Market } from "./market.ts";
import { joinHistory, type MarketHistory } from "./market-history.ts";
import { Publisher, TICK_MS } from "./publisher.ts";
import { type StreamClock, SYSTEM_CLOCK } from "./stream-clock.ts";
import { STREAM_LIMITS, type StreamLimits } from "./stream-limits.ts";
import { createStreamReads } from "./stream-reads.ts";
import { refuseUpgrade, UpgradeDoor, type UpgradeDoorOptions } from "./upgrade-door.ts";
import { parseUpgradePath, type UpgradePath } from "./upgrade-path.ts";
import { AccountFeed } from "./user-data/account-feed.ts";
import { ListenStreams } from "./user-data/listen-streams.ts";
import type { ApiHost } from "./ws-api/api-deps.ts";
import { ApiServer, type ApiStats } from "./ws-api/api-server.ts";

const CHECK_CONNECTIONS_MS = 1_000;
/** History that is not there yet, or cannot be asked, is asked again after this, and then ever later. */
const JOIN_HISTORY_MS = 1_000;
/** Asking wakes a function that would else sleep. */
const JOIN_HISTORY_MS_MAX = 30_000;

export interface StreamServerOptions extends UpgradeDoorOptions {
  readonly feed: FeedSource;
  readonly reads: BookSource;
  /** null: there is none, and what is missing before the start is never shown. */
  readonly history: MarketHistory | null;
  readonly clock?: StreamClock;
  readonly limits?: Partial<StreamLimits>;
  /** 0 ≤ it < 1: how long a batch of sockets waits for its turn at the end. */
  readonly random?: () => number;
  /** The engine's journal was restored from a backup: nothing here is true any more, and the process must start anew. */
  readonly onRewound?: () => void;
  /** What /ws-api/v3 needs of this process. Not given: it is no path of ours. */
  readonly api?: ApiHost;
}

/** One socket, of either kind. */
interface Client {
  readonly address: string;
  readonly queue: ClientQueue;
  bufferedBytes(): number;
  checkTime(nowMs: number): void;
  shutDown(nowUs: number): void;
  ban(): void;
}

export interface StreamStats extends FollowerStats {
  readonly connections: number;
  readonly topics: number;
  /** Of all clients, each stream of the market that one of them hears. */
  readonly subscriptions: number;
  readonly messages: number;
  readonly bytes: number;
  readonly writes: number;
  /** What waits for clients in this process. */
  readonly bufferedBytes: number;
  readonly ended: Readonly<Record<EndReason, number>>;
  /** Instruments whose history before the start is not joined yet. */
  readonly historyWanted: number;
  /** null: /ws-api/v3 is not answered here. */
  readonly api: (ApiStats & { readonly userDataLag: number; readonly userDataListeners: number }) | null;
}

export interface StreamServer {
  /** @returns false: not a path of ours, the socket is untouched. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Ends every connection of an address that has been banned, or of its subject (api/limits/subject.ts), with 1008. */
  closeAddress(address: string): void;
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

type OurPath = Exclude<UpgradePath, { readonly family: "other" }>;

interface Upgrade {
  readonly req: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

function tooManyStreams(): Refusal {
  return new Refusal(400, -1130, "Too many streams are named for one connection.");
}

export function createStreamServer(options: StreamServerOptions): StreamServer {
  const { feed, reads, history, log, clock = SYSTEM_CLOCK, random = Math.random } = options;
  const limits: StreamLimits = { ...STREAM_LIMITS, ...options.limits };
  const connections = new Set<Client>();
  const historyWanted = new Set<Market>();
  const ended: Record<EndReason, number> = {
    client: 0,
    slow_reader: 0,
    too_many_messages: 0,
    no_pong: 0,
    life_over: 0,
    shutdown: 0,
    banned: 0,
    resync: 0,
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
    clock,
  });
  const streamReads = createStreamReads(() => follower.markets, clock, stats);
  const userData = options.api === undefined ? null : accountFeed(options.api);
  const api = options.api === undefined || userData === null ? null : apiServer(options.api, userData);
  const listenStreams = userData === null ? null : listenStreamsOf(userData);
  /** What is subscribed to by name. */
  const named = {
    subscribe(name: string, subscriber: Connection): void {
      if (listenStreams !== null && isListenKey(name)) listenStreams.subscribe(name, subscriber);
      else publisher.subscribe(name, subscriber);
    },
    unsubscribe(name: string, subscriber: Connection): void {
      if (listenStreams !== null && isListenKey(name)) listenStreams.unsubscribe(name, subscriber);
      else publisher.unsubscribe(name, subscriber);
    },
  };
  const door = new UpgradeDoor(options);
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.incomingBytesMax,
  });

  function accountFeed({ reads, prepare, refresh, reportFault }: ApiHost): AccountFeed {
    return new AccountFeed({ reads, feed, clock, log, prepare, refresh, reportFault });
  }
  function listenStreamsOf(accounts: AccountFeed): ListenStreams | null {
    const { listenKeys, reads, reportFault } = options.api ?? {};
    if (listenKeys === undefined || reads === undefined || reportFault === undefined) return null;
    const apiKeyOf = async ({ account, keyId }: ListenKeyHolder) =>
      (await reads.keys(account)).find(({ id }) => id === keyId) ?? null;
    return new ListenStreams({ listenKeys, userData: accounts, apiKeyOf, delivery, clock, reportFault });
  }
  function apiServer(host: ApiHost, accounts: AccountFeed): ApiServer {
    const deps = { ...host, stream: streamReads, userData: accounts };
    return new ApiServer({ deps, socket: { clock, limits, delivery }, onEnded });
  }

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

  function onEnded(connection: Client, reason: EndReason): void {
    connections.delete(connection);
    ended[reason] += 1;
    if (reason === "slow_reader" || reason === "too_many_messages") log({ at: "stream", outcome: `cut_${reason}` });
    if (connections.size === 0) allGone();
  }

  const stops = [
    ...(options.limiter === undefined ? [] : [options.limiter.followBans(closeAddress)]),
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
      for (const connection of open.slice(told, told + limits.shutdownBatch)) connection.shutDown(clock.nowUs());
    }
    if (connections.size > 0) await gone;
    for (const stop of stops) stop();
    follower.stop();
    listenStreams?.stop();
    userData?.stop();
    delivery.stop();
  }

  function closeAddress(address: string): void {
    const banned = subjectOf(address);
    for (const connection of connections) if (subjectOf(connection.address) === banned) connection.ban();
  }

  function openApi(address: string, { req, socket, head }: Upgrade): void {
    const refusal =
      api === null ? unknownPath() : api.accept(req, socket, head, address, (session) => connections.add(session));
    if (refusal !== null) refuseUpgrade(socket, refusal);
    // What cannot be counted now is nobody's loss: the attempt itself was (upgrade-door.ts).
    options.api?.limiter?.charge(address, WS_API_CONNECT_WEIGHT).catch(() => {});
  }

  /** For whoever the door has let in. */
  function open(path: OurPath, address: string, { req, socket, head }: Upgrade): void {
    if (closing || connections.size >= limits.connectionsMax) refuseUpgrade(socket, overloaded());
    else if (path.family === "websocket_api") openApi(address, { req, socket, head });
    else if (path.timeUnit === null) refuseUpgrade(socket, timeUnitInvalid());
    else if (path.names.length > limits.subscriptionsPerConnectionMax) refuseUpgrade(socket, tooManyStreams());
    else {
      const opening = { address, combined: path.combined, names: path.names, timeUnit: path.timeUnit };
      sockets.handleUpgrade(req, socket, head, (ws) => {
        connections.add(new Connection(ws, socket, opening, { clock, limits, delivery, publisher: named, onEnded }));
      });
    }
  }

  function stats(): StreamStats {
    let bufferedBytes = 0;
    for (const connection of connections) bufferedBytes += connection.bufferedBytes() + connection.queue.bytes;
    return {
      connections: connections.size,
      topics: publisher.topics,
      subscriptions: publisher.subscriptions,
      ...delivery.stats,
      bufferedBytes,
      ended: { ...ended },
      ...follower.stats,
      historyWanted: historyWanted.size,
      api:
        api === null
          ? null
          : { ...api.stats(), userDataLag: userData?.lagEvents ?? 0, userDataListeners: userData?.listeners ?? 0 },
    };
  }

  return {
    ready: follower.start(),
    reads: streamReads,

    handleUpgrade(req, socket, head) {
      const path = parseUpgradePath(req.url ?? "/");
      if (path.family === "other") return false;
      if (path.family === "websocket_api" && !door.isOfOurOrigin(req, socket)) return true;
      void door.admit(req, socket).then((address) => {
        if (address !== null) open(path, address, { req, socket, head });
      });
      return true;
    },

    closeAddress,

    stats,

    close() {
      closed ??= shutDown();
      return closed;
    },
  };
}
