/**
 * The asking half of calls between our own processes: node:http with kept-alive connections, wire JSON, and patience.
 *
 * Every method may be called twice, so whatever fails on the way (refused, reset, timed out, 503) is tried again until a
 * budget is spent: a planned restart of the other side fails nobody. What remains is an OperationalError.
 */
import { Agent, type IncomingMessage, request } from "node:http";
import { catalogOf } from "../../protocol/bus-messages.ts";
import type { Catalog } from "../../protocol/views.ts";
import { fromWire, toWire } from "../../protocol/wire-json.ts";
import { type EngineReads, OperationalError } from "../engine-client.ts";
import type { History } from "../history-client.ts";
import type { StreamReads } from "../stream-client.ts";
import { ENGINE_PORT, type EngineNotices, HISTORY_PORT, RPC_ANSWER_BYTES_MAX, STREAM_PORT } from "./rpc.ts";

const RETRY_BUDGET_MS = 5_000;
const ATTEMPT_TIMEOUT_MS = 2_000;
/** Of what the other side may have to read from its disk, or that is long. */
const LONG_ATTEMPT_TIMEOUT_MS = 30_000;
const LONG_METHODS: ReadonlySet<string> = new Set(["eventsSince", "accountEvents", "bookSnapshot"]);
const BACKOFF_MIN_MS = 25;
const BACKOFF_MAX_MS = 400;
const SOCKETS_MAX = 64;
const KEEP_ALIVE_MS = 30_000;

export interface RpcClientOptions {
  /** `http://host:port` of the internal port. */
  readonly url: string;
  readonly token: string;
  /** How long failures on the way are tried again; 0: once. RETRY_BUDGET_MS when not given. */
  readonly retryBudgetMs?: number;
  /** What is thrown when the budget is spent: "not_sent" when not given. */
  readonly unavailable?: OperationalError["code"];
}

export interface RpcClient {
  /** Rejects with OperationalError when the other side cannot answer, with Error when the call itself is wrong. */
  call(port: string, method: string, args: readonly unknown[]): Promise<unknown>;
  /** Closes idle connections; calls under way are not touched. */
  close(): void;
}

export function rpcClient(options: RpcClientOptions): RpcClient {
  const { retryBudgetMs = RETRY_BUDGET_MS, unavailable = "not_sent" } = options;
  const base = new URL(options.url);
  const agent = new Agent({ keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MS, maxSockets: SOCKETS_MAX });
  return {
    async call(port, method, args) {
      const attempt: Attempt = {
        agent,
        base,
        path: `/v1/${port}/${method}`,
        token: options.token,
        body: toWire(args),
        timeoutMs: LONG_METHODS.has(method) ? LONG_ATTEMPT_TIMEOUT_MS : ATTEMPT_TIMEOUT_MS,
      };
      const giveUpMs = performance.now() + retryBudgetMs;
      for (let backoffMs = BACKOFF_MIN_MS; ; backoffMs = Math.min(backoffMs * 2, BACKOFF_MAX_MS)) {
        const answer = await attemptOnce(attempt);
        if (answer.outcome === "answered") return resultOf(answer, attempt.path);
        const { code, message, cause } = answer;
        // A database that is away is no restart: whoever asks for history can do without.
        if (code === "history_unavailable" || performance.now() + backoffMs > giveUpMs) {
          throw new OperationalError(code ?? unavailable, `${attempt.path}: ${message}`, { cause });
        }
        await new Promise((resolve) => setTimeout(resolve, backoffMs));
      }
    },
    close: () => agent.destroy(),
  };
}

interface Attempt {
  readonly agent: Agent;
  readonly base: URL;
  readonly path: string;
  readonly token: string;
  readonly body: string;
  readonly timeoutMs: number;
}
interface Answered {
  readonly outcome: "answered";
  readonly status: number;
  readonly body: unknown;
}
interface Unanswered {
  readonly outcome: "unanswered";
  readonly message: string;
  /** As the other side named it. */
  readonly code?: OperationalError["code"];
  readonly cause?: unknown;
}

function attemptOnce(attempt: Attempt): Promise<Answered | Unanswered> {
  const { agent, base, path, body } = attempt;
  return new Promise((resolve) => {
    const failed = (cause: unknown): void =>
      resolve({ outcome: "unanswered", message: cause instanceof Error ? cause.message : String(cause), cause });
    const outgoing = request(
      {
        agent,
        method: "POST",
        host: base.hostname,
        port: base.port === "" ? 80 : base.port,
        path,
        headers: {
          authorization: `Bearer ${attempt.token}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        },
        signal: AbortSignal.timeout(attempt.timeoutMs),
      },
      (response) => void textOf(response).then((text) => resolve(answerOf(response.statusCode ?? 0, text)), failed),
    );
    outgoing.on("error", failed);
    outgoing.end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > RPC_ANSWER_BYTES_MAX) throw new Error(`an answer of more than ${RPC_ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function answerOf(status: number, text: string): Answered | Unanswered {
  let body: unknown;
  try {
    body = fromWire(text);
  } catch (cause) {
    // A proxy's page, or cut short: nothing that the other side said.
    return { outcome: "unanswered", message: `${status} without JSON`, cause };
  }
  if (status !== 503) return { outcome: "answered", status, body };
  const { code, message } = (body ?? {}) as { code?: unknown; message?: unknown };
  const said = typeof message === "string" ? message : "503";
  switch (code) {
    case "not_sent":
    case "outcome_unknown":
    case "history_unavailable":
      return { outcome: "unanswered", message: said, code };
    default:
      return { outcome: "unanswered", message: said };
  }
}

function resultOf({ status, body }: Answered, path: string): unknown {
  const { result, message } = body as { result?: unknown; message?: unknown };
  if (status !== 200) throw new Error(`${path} answered ${status}: ${String(message)}`);
  return result;
}

/** The engine's read port from elsewhere: the same answers, but none at once. */
export interface RemoteEngineReads extends Required<Omit<EngineReads, "catalog" | "keyByApiKey">>, EngineNotices {
  catalog(): Promise<Catalog>;
  keyByApiKey(apiKey: string): Promise<ReturnType<EngineReads["keyByApiKey"]>>;
  close(): void;
}

// What comes back is the return type of the method that was named: both sides are of one release, or of two that follow
// each other.
type Result<Port, Method extends keyof Port> = Port[Method] extends (...args: never[]) => infer R ? R : never;

export function remoteEngineReads(options: RpcClientOptions): RemoteEngineReads {
  const client = rpcClient(options);
  const ask = <Method extends keyof RemoteEngineReads>(method: Method, args: readonly unknown[]) =>
    client.call(ENGINE_PORT, method, args) as Result<RemoteEngineReads, Method>;
  return {
    async catalog() {
      const { assets, instruments, limits } = await ask("catalog", []);
      return catalogOf(assets, instruments, limits);
    },
    keyByApiKey: (apiKey) => ask("keyByApiKey", [apiKey]),
    account: (account) => ask("account", [account]),
    order: (account, instrument, orderId, clientOrderId) => ask("order", [account, instrument, orderId, clientOrderId]),
    openOrders: (account, instrument) => ask("openOrders", [account, instrument]),
    recentOrders: (account, instrument) => ask("recentOrders", [account, instrument]),
    recentFills: (account, instrument) => ask("recentFills", [account, instrument]),
    dropped: (account, instrument) => ask("dropped", [account, instrument]),
    keys: (account) => ask("keys", [account]),
    eventsSince: (fromSeq, eventsMax) => ask("eventsSince", [fromSeq, eventsMax]),
    orderList: (account, orderListId, listClientOrderId) => ask("orderList", [account, orderListId, listClientOrderId]),
    recentOrderLists: (account) => ask("recentOrderLists", [account]),
    recentPreventedMatches: (account, instrument) => ask("recentPreventedMatches", [account, instrument]),
    recentAmendments: (account, instrument, orderId) => ask("recentAmendments", [account, instrument, orderId]),
    orderCounts: (account) => ask("orderCounts", [account]),
    accountEvents: (fromSeq, eventsMax, accounts) => ask("accountEvents", [fromSeq, eventsMax, accounts]),
    withdrawals: (account, state) => ask("withdrawals", state === undefined ? [account] : [account, state]),
    audit: () => ask("audit", []),
    bookSnapshot: (instrument) => ask("bookSnapshot", [instrument]),
    standing: () => ask("standing", []),
    async committed(engine, seq, lineage) {
      await ask("committed", lineage === undefined ? [engine, seq] : [engine, seq, lineage]);
    },
    publish: (headers, body) => ask("publish", [headers, body]),
    close: () => client.close(),
  };
}

export interface RemoteStreamReads extends StreamReads {
  close(): void;
}

export function remoteStreamReads(options: RpcClientOptions): RemoteStreamReads {
  const client = rpcClient(options);
  const ask = <Method extends keyof StreamReads>(method: Method, args: readonly unknown[]) =>
    client.call(STREAM_PORT, method, args) as Result<StreamReads, Method>;
  return {
    depth: (instrument, levelsMax) => ask("depth", [instrument, levelsMax]),
    recentTrades: (instrument, limit) => ask("recentTrades", [instrument, limit]),
    ticker: (instrument, windowMs) => ask("ticker", windowMs === undefined ? [instrument] : [instrument, windowMs]),
    candles: (instrument, interval) => ask("candles", [instrument, interval]),
    standing: () => ask("standing", []),
    close: () => client.close(),
  };
}

export interface RemoteHistory extends Required<History> {
  close(): void;
}

/** Rejects with `history_unavailable` unless the options say otherwise. */
export function remoteHistory(options: RpcClientOptions): RemoteHistory {
  const client = rpcClient({ unavailable: "history_unavailable", ...options });
  return { ...historyOf(client, []), close: () => client.close() };
}

/** @param lineage none, or the one that the answers are to be of. */
function historyOf(client: RpcClient, lineage: readonly number[]): Required<History> {
  const ask = <Method extends Exclude<keyof History, "ofLineage">>(method: Method, args: readonly unknown[]) =>
    client.call(HISTORY_PORT, method, [...args, ...lineage]) as Result<History, Method>;
  return {
    ofLineage: (named) => historyOf(client, [named]),
    order: (...args) => ask("order", args),
    orders: (...args) => ask("orders", args),
    fills: (...args) => ask("fills", args),
    trades: (...args) => ask("trades", args),
    candles: (...args) => ask("candles", args),
    candleBefore: (...args) => ask("candleBefore", args),
    orderLists: (...args) => ask("orderLists", args),
    orderList: (...args) => ask("orderList", args),
    preventedMatches: (...args) => ask("preventedMatches", args),
    amendments: (...args) => ask("amendments", args),
    fundsMoved: (...args) => ask("fundsMoved", args),
    statement: (...args) => ask("statement", args),
    ledgerSums: (...args) => ask("ledgerSums", args),
  };
}
