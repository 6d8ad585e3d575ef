/**
 * A Binance spot capture as received: `<receive ns> <json>`, one a line. A line is a combined-stream event (`@depth…`,
 * `@bookTicker`, `@trade`) or a REST depth snapshot (`lastUpdateId`, `bids`, `asks`).
 *
 * Prices become ticks and quantities lots of the finest decimals found in the file.
 */
import { PRICE_TICKS_MAX } from "../../domain/instrument.ts";
import type { Side } from "../../domain/order.ts";
import { UnreadableInput } from "../input-file.ts";

/** [price in ticks, lots]; 0 lots: the level is gone. */
export type CapturedLevel = readonly [number, number];

export interface SnapshotRow {
  readonly type: "snapshot";
  readonly lastUpdateId: number;
  readonly bids: readonly CapturedLevel[];
  readonly asks: readonly CapturedLevel[];
}
export interface DepthRow {
  readonly type: "depth";
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  readonly bids: readonly CapturedLevel[];
  readonly asks: readonly CapturedLevel[];
}
export interface BookTickerRow {
  readonly type: "book_ticker";
  readonly updateId: number;
  readonly bid: CapturedLevel;
  readonly ask: CapturedLevel;
}
export interface TradeRow {
  readonly type: "trade";
  readonly tradeId: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly takerSide: Side;
}
export interface OtherRow {
  readonly type: "other";
  readonly reason: "unknown_event" | "cut_off_line" | "another_symbol";
}
export type CaptureRow = SnapshotRow | DepthRow | BookTickerRow | TradeRow | OtherRow;

export interface Capture {
  readonly priceDecimals: number;
  readonly lotDecimals: number;
  readonly rows: readonly CaptureRow[];
}

/** The fields of all the messages that are read, unchecked. */
interface Body {
  readonly stream?: unknown;
  readonly data?: Body;
  readonly [field: string]: unknown;
}

const DECIMALS_MAX = 8;

export function readCapture(name: string, lines: readonly string[]): Capture {
  const bodies = lines.map((line, index): Body | null => {
    const space = line.indexOf(" ");
    try {
      if (space < 1 || !/^\d+$/.test(line.slice(0, space))) throw new SyntaxError("no receive time");
      return JSON.parse(line.slice(space + 1)) as Body;
    } catch (cause) {
      if (index > 0 && index === lines.length - 1) return null;
      throw new UnreadableInput(`${name}, line ${index + 1}: not "<receive ns> <json>"`, { cause });
    }
  });
  const scale = scaleOf(bodies);
  let symbol: string | null = null;
  const rows = bodies.map((body, index): CaptureRow => {
    if (body === null) return { type: "other", reason: "cut_off_line" };
    const ofSymbol = typeof body.stream === "string" ? body.stream.split("@")[0]! : null;
    symbol ??= ofSymbol;
    if (ofSymbol !== null && ofSymbol !== symbol) return { type: "other", reason: "another_symbol" };
    try {
      return rowOf(body, scale);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new UnreadableInput(`${name}, line ${index + 1}: ${cause.message}`, { cause });
    }
  });
  if (!rows.some((row) => row.type === "snapshot"))
    throw new UnreadableInput(`${name} holds no depth snapshot to seed a book with`);
  return { ...scale, rows };
}

interface Scale {
  readonly priceDecimals: number;
  readonly lotDecimals: number;
}

function rowOf(body: Body, scale: Scale): CaptureRow {
  if (body.lastUpdateId !== undefined) return snapshotOf(body, scale);
  const { stream, data } = body;
  if (typeof stream !== "string" || typeof data !== "object") return { type: "other", reason: "unknown_event" };
  const event = stream.slice(stream.indexOf("@") + 1);
  if (event === "depth" || event === "depth@100ms") {
    return {
      type: "depth",
      firstUpdateId: whole(data.U),
      lastUpdateId: whole(data.u),
      bids: levelsOf(data.b, scale),
      asks: levelsOf(data.a, scale),
    };
  }
  if (event === "bookTicker") {
    const level = (price: unknown, quantity: unknown): CapturedLevel => [
      ticksOf(price, scale),
      scaled(quantity, scale.lotDecimals),
    ];
    return {
      type: "book_ticker",
      updateId: whole(data.u),
      bid: level(data.b, data.B),
      ask: level(data.a, data.A),
    };
  }
  if (event === "trade") {
    return {
      type: "trade",
      tradeId: whole(data.t),
      priceTicks: ticksOf(data.p, scale),
      lots: scaled(data.q, scale.lotDecimals),
      takerSide: data.m === true ? "sell" : "buy",
    };
  }
  return { type: "other", reason: "unknown_event" };
}

function snapshotOf(body: Body, scale: Scale): SnapshotRow {
  return {
    type: "snapshot",
    lastUpdateId: whole(body.lastUpdateId),
    bids: levelsOf(body.bids, scale),
    asks: levelsOf(body.asks, scale),
  };
}

function levelsOf(value: unknown, scale: Scale): CapturedLevel[] {
  if (!Array.isArray(value)) throw new RangeError("levels are no list");
  return value.map((level: unknown) => {
    if (!Array.isArray(level) || level.length < 2) throw new RangeError("a level is not [price, quantity]");
    return [ticksOf(level[0], scale), scaled(level[1], scale.lotDecimals)];
  });
}

function ticksOf(value: unknown, scale: Scale): number {
  const ticks = scaled(value, scale.priceDecimals);
  if (ticks > PRICE_TICKS_MAX) throw new RangeError(`the price ${String(value)} is beyond the book's range`);
  return ticks;
}

function whole(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw new RangeError(`${String(value)} is no id`);
  return value;
}

/** A decimal string as an integer in 10^-decimals, exactly: its digits behind the point are cut and filled, not rounded. */
function scaled(value: unknown, decimals: number): number {
  const parts = typeof value === "string" ? /^(\d+)(?:\.(\d*))?$/.exec(value) : null;
  if (parts === null) throw new RangeError(`${JSON.stringify(value)} is no decimal`);
  const integer = Number(parts[1] + (parts[2] ?? "").slice(0, decimals).padEnd(decimals, "0"));
  if (!Number.isSafeInteger(integer)) throw new RangeError(`${JSON.stringify(value)} is too large`);
  return integer;
}

function scaleOf(bodies: readonly (Body | null)[]): Scale {
  let priceDecimals = 0;
  let lotDecimals = 0;
  const take = (price: unknown, quantity: unknown): void => {
    priceDecimals = Math.max(priceDecimals, decimalsOf(price));
    lotDecimals = Math.max(lotDecimals, decimalsOf(quantity));
  };
  const takeAll = (levels: unknown): void => {
    if (Array.isArray(levels)) for (const level of levels) if (Array.isArray(level)) take(level[0], level[1]);
  };
  for (const body of bodies) {
    const data = body?.data ?? body ?? {};
    for (const field of ["bids", "asks", "b", "a"]) takeAll(data[field]);
    if (typeof data.b === "string") take(data.b, data.B);
    if (typeof data.a === "string") take(data.a, data.A);
    if (typeof data.p === "string") take(data.p, data.q);
  }
  return { priceDecimals, lotDecimals };
}

function decimalsOf(value: unknown): number {
  if (typeof value !== "string") return 0;
  const point = value.indexOf(".");
  if (point === -1) return 0;
  let end = value.length;
  while (value[end - 1] === "0") end -= 1;
  return Math.min(DECIMALS_MAX, Math.max(0, end - point - 1));
}
