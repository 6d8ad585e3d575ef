/**
 * One connection to Redis, as everything of ours opens it: engine, edges and stream.
 *
 * What is not certain stays uncertain: nothing is sent again by the library, nothing waits in a queue while there is no
 * connection, and a command whose connection breaks is rejected at once (it may have been carried out). The connection comes
 * back by itself, with growing pauses, until `disconnect()`. Whoever subscribes does so on each "ready" event, and knows
 * by SUBSCRIBE's answer from when on it hears: the library's own resubscribing would fail without anybody to notice.
 */
import { Redis } from "ioredis";

export interface RedisConnectionOptions {
  /** redis:// or rediss:// (TLS), with user and password. */
  readonly url: string;
  /** PEM text of the authority that signed the server's certificate; without it the system's authorities count. */
  readonly ca?: string;
  /** Who connects, as `CLIENT LIST` shows it. */
  readonly name: string;
  /** A connection that blocks (XREAD BLOCK) or that listens (SUBSCRIBE) serves nothing else. */
  readonly kind: RedisConnectionKind;
}

export type RedisConnectionKind = "commands" | "subscriber" | "blocking";

export interface RedisLogLine {
  readonly at: "redis";
  readonly outcome: "connected" | "disconnected" | "failed";
  readonly connection: string;
  readonly reason?: string;
}

/** The longest that XREAD may block; the server answers by then even if it has nothing. */
export const BLOCK_MS_MAX = 1_000;
/** Without an answer for so long, a command is rejected. Its connection is ended a little later, when nothing at all came. */
export const COMMAND_TIMEOUT_MS = 2_000;
const SILENCE_MS_MAX = COMMAND_TIMEOUT_MS + 500;
const CONNECT_TIMEOUT_MS = 2_000;
/** How often a server that reads its own file is asked whether it is done. */
const ASK_WHILE_LOADING_MS = 250;
const RECONNECT_MS_MIN = 50;
const RECONNECT_MS_MAX = 1_000;
const KEEP_ALIVE_MS = 5_000;
const DISCONNECT_TIMEOUT_MS = 500;

export function connectRedis(options: RedisConnectionOptions, log: (line: RedisLogLine) => void): Redis {
  const connection = `${options.name}-${options.kind}`;
  const waitMs = options.kind === "blocking" ? BLOCK_MS_MAX : 0;
  const redis = new Redis({
    ...addressOf(options),
    connectionName: connection,
    // Of the library and its version nobody needs to know, and Redis 7.0 has no such command.
    disableClientInfo: true,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    enableOfflineQueue: false,
    // Zero: when a connection closes, what was under way on it is rejected then, and not by the timeout.
    maxRetriesPerRequest: 0,
    commandTimeout: waitMs + COMMAND_TIMEOUT_MS,
    socketTimeout: waitMs + SILENCE_MS_MAX,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxLoadingRetryTime: ASK_WHILE_LOADING_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    retryStrategy: reconnectAfterMs,
  });
  logChanges(redis, connection, log);
  return redis;
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly servername: string; readonly ca?: string };
}

function addressOf({ url, ca }: RedisConnectionOptions): Address {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return {
    host,
    port: port === "" ? 6379 : Number(port),
    ...(username === "" ? {} : { username: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === "rediss:" ? { tls: { servername: host, ...(ca === undefined ? {} : { ca }) } } : {}),
  };
}

/** Half of the pause is chance, so that a hundred edges do not come back in the same moment. */
function reconnectAfterMs(attempt: number): number {
  const pauseMs = Math.min(RECONNECT_MS_MIN * 2 ** Math.min(attempt, 10), RECONNECT_MS_MAX);
  return pauseMs / 2 + Math.random() * (pauseMs / 2);
}

/** An outage is one line and its end another, however many attempts lie between; a new reason is a new line. */
function logChanges(redis: Redis, connection: string, log: (line: RedisLogLine) => void): void {
  let isReady = false;
  let lastReason = "";
  redis.on("ready", () => {
    isReady = true;
    lastReason = "";
    log({ at: "redis", outcome: "connected", connection });
  });
  redis.on("close", () => {
    if (isReady) log({ at: "redis", outcome: "disconnected", connection });
    isReady = false;
  });
  redis.on("error", (error: Error) => {
    if (error.message === lastReason) return;
    lastReason = error.message;
    log({ at: "redis", outcome: "failed", connection, reason: error.message });
  });
}
