/**
 * The methods of the history port: what arguments each takes (zod), and how each is called. A schema here is the only check
 * of what arrives from another process. Every method takes one argument more: the lineage of the journal that the answer is
 * to be of; not given: the one that the database holds.
 */
import { z } from "zod";
import { KLINE_INTERVALS } from "../../protocol/candle-time.ts";
import { FUNDING_KINDS } from "../../protocol/events.ts";
import type { History } from "../history-client.ts";
import type { HISTORY_METHODS } from "./rpc.ts";

export const HISTORY_ROWS_MAX = 5_000;
/** A thousand days under a time zone are made of 24,000 hours, and months of more (api/klines.ts). */
export const HISTORY_CANDLES_MAX = 50_000;

/** What the answering side may have: all of history, or a part. */
export type HistoryPort = Partial<History>;

export interface HistoryMethod {
  readonly schema: z.ZodType<readonly unknown[]>;
  readonly call: (port: HistoryPort, args: readonly unknown[]) => unknown;
  readonly isOffered: (port: HistoryPort) => boolean;
}

const id = z.int().min(0);
const text = z.string().max(256);
const interval = z.enum(KLINE_INTERVALS);
const limit = z.int().min(1).max(HISTORY_ROWS_MAX);
const candleLimit = z.int().min(1).max(HISTORY_CANDLES_MAX);
const timeMs = z.int().min(0);
const optionalId = id.exactOptional();
const window = { startMs: timeMs.exactOptional(), endMs: timeMs.exactOptional(), limit };

const SCHEMAS = {
  order: [id, id, id, text],
  orders: [id, id, z.strictObject({ ...window, fromOrderId: optionalId })],
  fills: [id, id, z.strictObject({ ...window, orderId: optionalId, fromTradeId: optionalId })],
  trades: [id, z.strictObject({ ...window, fromTradeId: optionalId })],
  candles: [id, interval, z.strictObject({ ...window, limit: candleLimit })],
  candleBefore: [id, interval, timeMs],
  orderLists: [id, z.strictObject({ ...window, fromOrderListId: optionalId })],
  orderList: [id, id, text],
  preventedMatches: [
    id,
    id,
    z.strictObject({ limit, preventedMatchId: optionalId, orderId: optionalId, fromPreventedMatchId: optionalId }),
  ],
  amendments: [id, id, id, z.strictObject({ limit, fromExecutionId: optionalId })],
  fundsMoved: [
    id.nullable(),
    z.strictObject({
      ...window,
      kinds: z.array(z.enum(FUNDING_KINDS)).min(1).max(FUNDING_KINDS.length),
      asset: optionalId,
      reference: text.exactOptional(),
    }),
  ],
  statement: [id, id, z.strictObject({ ...window, fromEntryId: optionalId })],
  ledgerSums: [id],
} as const satisfies Readonly<Record<(typeof HISTORY_METHODS)[number], readonly [z.ZodType, ...z.ZodType[]]>>;

function methodOf(name: (typeof HISTORY_METHODS)[number]): HistoryMethod {
  const items: readonly [z.ZodType, ...z.ZodType[]] = SCHEMAS[name];
  return {
    schema: z.tuple([...items, id.optional()]),
    call(port, args) {
      const lineage = args[items.length] as number | undefined;
      const asked = lineage === undefined ? port : (port.ofLineage?.(lineage) ?? port);
      // The schema has made the arguments what the method takes.
      const method = asked[name] as ((...args: readonly unknown[]) => unknown) | undefined;
      return method?.apply(asked, args.slice(0, items.length));
    },
    isOffered: (port) => port[name] !== undefined,
  };
}

export const HISTORY_TABLE = Object.fromEntries(
  Object.keys(SCHEMAS).map((name) => [name, methodOf(name as keyof typeof SCHEMAS)]),
) as Readonly<Record<(typeof HISTORY_METHODS)[number], HistoryMethod>>;
