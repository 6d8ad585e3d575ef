/**
 * Bitstamp's order-level feed as a capture wrote it down, one message a line: `<receive ms> <event> <json>`.
 *
 * Events: order_created, order_changed, order_deleted (`price`, `amount` as decimal strings, `id`, `order_type` 0 bid,
 * 1 ask), trade (`price`, `amount` as numbers that went through a double), order_book (`bids`, `asks`: the best levels).
 * Prices become ticks of the finest price in the file, amounts lots of 1e-8.
 */
import { PRICE_TICKS_MAX } from "../../domain/instrument.ts";
import type { Side } from "../../domain/order.ts";
import { UnreadableInput } from "../input-file.ts";

/** A lot is 1e-8 of the base currency, whatever the file. */
export const LOT_DECIMALS = 8;
const PRICE_DECIMALS_MIN = 2;
const PRICE_DECIMALS_MAX = 8;

export interface OrderRow {
  readonly type: "created" | "changed" | "deleted";
  readonly timeMs: number;
  readonly id: number;
  readonly side: Side;
  readonly priceTicks: number;
  /** What the order has left after the event; of a deleted one what it had left. */
  readonly lots: number;
}
export interface TradeRow {
  readonly type: "trade";
  readonly timeMs: number;
  readonly priceTicks: number;
  readonly lots: number;
}
/** Levels as [price in ticks, lots], best first. */
export interface BookRow {
  readonly type: "book";
  readonly timeMs: number;
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
}
/** A line that is no instruction and no observation: why. */
export interface OtherRow {
  readonly type: "other";
  readonly timeMs: number;
  readonly reason: "unknown_event" | "cut_off_line" | "price_outside_the_book";
}
export type FeedRow = OrderRow | TradeRow | BookRow | OtherRow;

export interface Feed {
  readonly priceDecimals: number;
  readonly rows: readonly FeedRow[];
}

/** What any of the messages may carry, unchecked. */
interface OrderBody {
  readonly price?: unknown;
  readonly amount?: unknown;
  readonly id?: unknown;
  readonly order_type?: unknown;
  readonly bids?: unknown;
  readonly asks?: unknown;
}

const ORDER_EVENTS: Readonly<Record<string, OrderRow["type"]>> = {
  order_created: "created",
  order_changed: "changed",
  order_deleted: "deleted",
};

export function readFeed(name: string, lines: readonly string[]): Feed {
  const priceDecimals = finestPrice(lines);
  const rows = lines.map((line, index): FeedRow => {
    const firstSpace = line.indexOf(" ");
    const secondSpace = line.indexOf(" ", firstSpace + 1);
    const timeMs = Number(line.slice(0, firstSpace));
    const event = line.slice(firstSpace + 1, secondSpace);
    if (firstSpace < 1 || secondSpace < 0 || !Number.isSafeInteger(timeMs)) {
      if (index === lines.length - 1 && index > 0) return { type: "other", timeMs: 0, reason: "cut_off_line" };
      throw new UnreadableInput(`${name}, line ${index + 1}: not "<receive ms> <event> <json>"`);
    }
    let body: unknown;
    try {
      body = JSON.parse(line.slice(secondSpace + 1));
    } catch (cause) {
      if (index === lines.length - 1) return { type: "other", timeMs, reason: "cut_off_line" };
      throw new UnreadableInput(`${name}, line ${index + 1}: its JSON does not parse`, { cause });
    }
    try {
      return rowOf(event, timeMs, body as OrderBody, priceDecimals);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new UnreadableInput(`${name}, line ${index + 1}: ${cause.message}`, { cause });
    }
  });
  if (!rows.some((row) => row.type === "book"))
    throw new UnreadableInput(`${name} holds no order_book message to seed a book with`);
  return { priceDecimals, rows };
}

function rowOf(event: string, timeMs: number, body: OrderBody, priceDecimals: number): FeedRow {
  const orderEvent = ORDER_EVENTS[event];
  if (orderEvent !== undefined) {
    const priceTicks = scaled(body.price, priceDecimals);
    if (priceTicks < 1 || priceTicks > PRICE_TICKS_MAX)
      return { type: "other", timeMs, reason: "price_outside_the_book" };
    const id = body.id;
    if (typeof id !== "number" || !Number.isSafeInteger(id)) throw new RangeError("its order has no whole id");
    const side = body.order_type;
    if (side !== 0 && side !== 1) throw new RangeError("its order_type is neither 0 nor 1");
    const lots = scaled(body.amount, LOT_DECIMALS);
    return { type: orderEvent, timeMs, id, side: side === 0 ? "buy" : "sell", priceTicks, lots };
  }
  if (event === "trade") {
    return {
      type: "trade",
      timeMs,
      priceTicks: scaled(body.price, priceDecimals),
      lots: scaled(body.amount, LOT_DECIMALS),
    };
  }
  if (event === "order_book") {
    return {
      type: "book",
      timeMs,
      bids: levelsOf(body.bids, priceDecimals),
      asks: levelsOf(body.asks, priceDecimals),
    };
  }
  return { type: "other", timeMs, reason: "unknown_event" };
}

function levelsOf(value: unknown, priceDecimals: number): [number, number][] {
  if (!Array.isArray(value)) throw new RangeError("its book has no levels");
  return value.map((level: unknown) => {
    if (!Array.isArray(level) || level.length < 2) throw new RangeError("a level is not [price, amount]");
    return [scaled(level[0], priceDecimals), scaled(level[1], LOT_DECIMALS)];
  });
}

/**
 * A decimal as an integer in 10^-decimals. The capture's trades went through doubles ("1.7885566900000001"), so that
 * rounding to the nearest is reading, not loss: below 2^53 the nearest integer is the one that was meant.
 */
function scaled(value: unknown, decimals: number): number {
  const number = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
  const integer = Math.round(number * 10 ** decimals);
  if (!Number.isSafeInteger(integer) || integer < 0) throw new RangeError(`${JSON.stringify(value)} is no amount`);
  return integer;
}

/** The most decimals that a price of an order has. */
function finestPrice(lines: readonly string[]): number {
  let decimals = PRICE_DECIMALS_MIN;
  for (const line of lines) {
    const found = /^\d+ order_[cd]\w+ \{"price": ?"\d+\.(\d*?)0*"/.exec(line);
    if (found !== null) decimals = Math.max(decimals, found[1]!.length);
  }
  return Math.min(decimals, PRICE_DECIMALS_MAX);
}
