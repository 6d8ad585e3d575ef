/**
 * Which methods the ports have, what arguments each takes (zod), and how each is called.
 *
 * One table a port, exhaustive by the lists of rpc.ts. A schema here is the only check of what arrives from another process.
 */
import { z } from "zod";
import { KLINE_INTERVALS } from "../../protocol/candle-time.ts";
import type { EngineEvent } from "../../protocol/events.ts";
import type { Catalog } from "../../protocol/views.ts";
import { fromWire, toWire } from "../../protocol/wire-json.ts";
import {
  ACCOUNT_EVENTS_ACCOUNTS_MAX,
  type EngineReads,
  OperationalError,
  WITHDRAWAL_STATES,
} from "../engine-client.ts";
import type { StreamReads } from "../stream-client.ts";
import { HISTORY_TABLE, type HistoryPort } from "./history-methods.ts";
import {
  type ENGINE_METHODS,
  ENGINE_PORT,
  type EngineNotices,
  HISTORY_PORT,
  RPC_EVENTS_BYTES_MAX,
  type STREAM_METHODS,
  STREAM_PORT,
} from "./rpc.ts";

/** What the engine is told may be missing: 404 then. */
export type EngineRpcPort = EngineReads & Partial<EngineNotices>;

export interface RpcPorts {
  readonly engine?: EngineRpcPort | null;
  readonly stream?: StreamReads | null;
  readonly history?: HistoryPort | null;
}

interface RpcMethod {
  /** @returns the call; null: the body is not its arguments. */
  receive(body: Uint8Array): (() => unknown) | null;
}

interface Entry<Port> {
  readonly schema: z.ZodType<readonly unknown[]>;
  readonly call: (port: Port, args: readonly unknown[]) => unknown;
  readonly isOffered: (port: Port) => boolean;
}

function entry<Port, Args extends readonly unknown[]>(
  schema: z.ZodType<Args>,
  call: (port: Port, ...args: Args) => unknown,
  isOffered: (port: Port) => boolean = () => true,
): Entry<Port> {
  // The schema has made them what `call` takes.
  return { schema, call: (port, args) => call(port, ...(args as Args)), isOffered };
}

const EVENTS_MAX = 10_000;
const LEVELS_MAX = 5_000;
const ROWS_MAX = 5_000;

const id = z.int().min(0);
const text = z.string().max(256);
const interval = z.enum(KLINE_INTERVALS);
const limit = z.int().min(1).max(ROWS_MAX);

const ENGINE_TABLE: Readonly<Record<(typeof ENGINE_METHODS)[number], Entry<EngineRpcPort>>> = {
  catalog: entry(z.tuple([]), (port) => plainCatalog(port.catalog())),
  keyByApiKey: entry(z.tuple([text]), (port, apiKey) => port.keyByApiKey(apiKey)),
  account: entry(z.tuple([id]), (port, account) => port.account(account)),
  order: entry(z.tuple([id, id, id, text]), (port, account, instrument, orderId, clientOrderId) =>
    port.order(account, instrument, orderId, clientOrderId),
  ),
  openOrders: entry(z.tuple([id, id.nullable()]), (port, account, instrument) => port.openOrders(account, instrument)),
  recentOrders: entry(z.tuple([id, id]), (port, account, instrument) => port.recentOrders(account, instrument)),
  recentFills: entry(z.tuple([id, id]), (port, account, instrument) => port.recentFills(account, instrument)),
  dropped: entry(z.tuple([id, id]), (port, account, instrument) => port.dropped(account, instrument)),
  keys: entry(z.tuple([id.nullable()]), (port, account) => port.keys(account)),
  eventsSince: entry(z.tuple([id, z.int().min(1).max(EVENTS_MAX)]), async (port, fromSeq, eventsMax) =>
    withinBytes(await port.eventsSince(fromSeq, eventsMax)),
  ),
  orderList: entry(z.tuple([id, id, text]), (port, account, orderListId, listClientOrderId) =>
    port.orderList(account, orderListId, listClientOrderId),
  ),
  recentOrderLists: entry(z.tuple([id]), (port, account) => port.recentOrderLists(account)),
  recentPreventedMatches: entry(z.tuple([id, id]), (port, account, instrument) =>
    port.recentPreventedMatches(account, instrument),
  ),
  recentAmendments: entry(z.tuple([id, id, id]), (port, account, instrument, orderId) =>
    port.recentAmendments(account, instrument, orderId),
  ),
  orderCounts: entry(z.tuple([id]), (port, account) => port.orderCounts(account)),
  accountEvents: entry(
    z.tuple([id, z.int().min(1).max(EVENTS_MAX), z.array(id).max(ACCOUNT_EVENTS_ACCOUNTS_MAX).nullable()]),
    async (port, fromSeq, eventsMax, accounts) => withinBytes(await port.accountEvents(fromSeq, eventsMax, accounts)),
  ),
  withdrawals: entry(z.tuple([id.nullable(), z.enum(WITHDRAWAL_STATES).optional()]), (port, ...asked) =>
    port.withdrawals(...asked),
  ),
  audit: entry(z.tuple([]), (port) => port.audit()),
  bookSnapshot: entry(z.tuple([id]), (port, instrument) => port.bookSnapshot(instrument)),
  standing: entry(z.tuple([]), (port) => port.standing()),
  committed: entry(
    z.tuple([text, id, id.optional()]),
    (port, ...told) => port.committed?.(...told),
    (port) => port.committed !== undefined,
  ),
  publish: entry(
    z.tuple([z.record(text, z.string()), z.string()]),
    (port, headers, body) => port.publish?.(headers, body),
    (port) => port.publish !== undefined,
  ),
};

/** A minute to a day: the stream keeps a day of minutes. */
const tickerWindowMs = z.int().min(60_000).max(86_400_000);

const STREAM_TABLE: Readonly<Record<(typeof STREAM_METHODS)[number], Entry<StreamReads>>> = {
  depth: entry(z.tuple([id, z.int().min(1).max(LEVELS_MAX)]), (port, instrument, levelsMax) =>
    port.depth(instrument, levelsMax),
  ),
  recentTrades: entry(z.tuple([id, limit]), (port, instrument, count) => port.recentTrades(instrument, count)),
  ticker: entry(z.tuple([id, tickerWindowMs.optional()]), (port, ...asked) => port.ticker(...asked)),
  candles: entry(z.tuple([id, interval]), (port, instrument, period) => port.candles(instrument, period)),
  standing: entry(z.tuple([]), (port) => port.standing()),
};

/** @returns null: there is no such method here. @throws OperationalError `not_sent` while its port is not open. */
export function rpcMethod(ports: RpcPorts, port: string, method: string): RpcMethod | null {
  switch (port) {
    case ENGINE_PORT:
      return bound(ENGINE_TABLE, ports.engine, method);
    case STREAM_PORT:
      return bound(STREAM_TABLE, ports.stream, method);
    case HISTORY_PORT:
      return bound(HISTORY_TABLE, ports.history, method);
    default:
      return null;
  }
}

function bound<Port>(
  table: Readonly<Record<string, Entry<Port>>>,
  port: Port | null | undefined,
  method: string,
): RpcMethod | null {
  const found = Object.hasOwn(table, method) ? table[method] : undefined;
  if (found === undefined || port === undefined) return null;
  if (port === null) throw new OperationalError("not_sent", "not open yet");
  if (!found.isOffered(port)) return null;
  return {
    receive(body) {
      const parsed = found.schema.safeParse(argumentsIn(body));
      return parsed.success ? () => found.call(port, parsed.data) : null;
    },
  };
}

/** undefined, which no schema takes: not JSON in UTF-8. */
function argumentsIn(body: Uint8Array): unknown {
  try {
    return fromWire(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** Without its indexes: the other side makes them anew (catalogOf). */
function plainCatalog({ instrumentBySymbol, assetByName, ...plain }: Catalog): object {
  return plain;
}

interface EventsPage {
  readonly events: readonly EngineEvent[];
  readonly nextSeq: number;
  readonly headSeq: number;
}

/** Cuts a page where its events pass the bound; the first event always goes. */
function withinBytes(page: EventsPage): EventsPage {
  let bytes = 0;
  for (const [index, event] of page.events.entries()) {
    bytes += toWire(event).length;
    if (bytes > RPC_EVENTS_BYTES_MAX && index > 0) {
      return { ...page, events: page.events.slice(0, index), nextSeq: event.seq };
    }
  }
  return page;
}
