/**
 * The peer of the book: `nodejs-order-book`, the order book most used in JavaScript, told the same commands.
 *
 * Its orders are named by strings and made of objects; both are made beforehand and are not measured. What it lacks is
 * done as its users would: a reduce is a modify of the size, a fill-or-kill has the bound as its price.
 */
import { OrderBook, Side } from "nodejs-order-book";
import {
  MIX_CANCEL,
  MIX_FILL_OR_KILL,
  MIX_IMMEDIATE,
  MIX_MOVE,
  MIX_NEW,
  type Mix,
} from "../replay/exchange-core-mix.ts";
import {
  CANCEL,
  ID_WORD,
  KIND_WORD,
  type MessageStream,
  NEW,
  PRICE_WORD,
  QUANTITY_WORD,
  RECORD_WORDS,
} from "../replay/matching-reports/stream-reader.ts";

export const PLAIN_BOOK = "nodejs-order-book";

type LimitOptions = Parameters<OrderBook["limit"]>[0];
type Update = Parameters<OrderBook["modify"]>[1];

/** Commands for it, in columns: an order to place, or an id and what to do with it (null: cancel). */
export interface PlainCommands {
  readonly orders: readonly (LimitOptions | null)[];
  readonly ids: readonly string[];
  readonly updates: readonly (Update | null)[];
}

const SIDES = [Side.BUY, Side.SELL] as const;

class Columns implements PlainCommands {
  readonly orders: (LimitOptions | null)[] = [];
  readonly ids: string[] = [];
  readonly updates: (Update | null)[] = [];

  place(id: number, side: number, size: number, price: number, timeInForce: "GTC" | "IOC" | "FOK"): void {
    const options = { id: String(id), side: SIDES[side]!, size, price, timeInForce } as LimitOptions;
    this.add(options, options.id, null);
  }

  cancel(id: number): void {
    this.add(null, String(id), null);
  }

  update(id: number, update: Update): void {
    this.add(null, String(id), update);
  }

  private add(order: LimitOptions | null, id: string, update: Update | null): void {
    this.orders.push(order);
    this.ids.push(id);
    this.updates.push(update);
  }
}

export function plainCommandsOfStream({ words, count }: MessageStream): PlainCommands {
  const columns = new Columns();
  for (let record = 0; record < count; record++) {
    const at = record * RECORD_WORDS;
    const kind = words[at + KIND_WORD]!;
    const id = words[at + ID_WORD]!;
    const size = words[at + QUANTITY_WORD]! >>> 0;
    const price = words[at + PRICE_WORD]!;
    if ((kind & 0xff) === NEW) columns.place(id, (kind >>> 8) & 1, size, price, (kind >>> 16) & 0xff ? "IOC" : "GTC");
    else if ((kind & 0xff) === CANCEL) columns.cancel(id);
    else columns.update(id, { price, size } as Update);
  }
  return columns;
}

/** @param to command behind the last. */
export function plainCommandsOfMix(mix: Mix, to: number): PlainCommands {
  const columns = new Columns();
  /** A reduce names by how much; this book wants what is left. Fills are not followed: it refuses what is too late. */
  const sizes = new Map<number, number>();
  for (let at = 0; at < to; at++) {
    const kind = mix.kinds[at]!;
    const id = mix.ids[at]!;
    const price = mix.prices[at]!;
    const size = mix.quantities[at]!;
    if (kind === MIX_NEW) {
      sizes.set(id, size);
      columns.place(id, mix.sides[at]!, size, price, "GTC");
    } else if (kind === MIX_IMMEDIATE) columns.place(id, mix.sides[at]!, size, price, "IOC");
    else if (kind === MIX_FILL_OR_KILL) columns.place(id, mix.sides[at]!, size, price, "FOK");
    else if (kind === MIX_CANCEL) columns.cancel(id);
    else if (kind === MIX_MOVE) columns.update(id, { price } as Update);
    else {
      const left = (sizes.get(id) ?? 0) - size;
      sizes.set(id, left);
      if (left > 0) columns.update(id, { size: left } as Update);
      else columns.cancel(id);
    }
  }
  return columns;
}

export function playPlain(commands: PlainCommands, book: OrderBook, from: number, to: number): void {
  const { orders, ids, updates } = commands;
  for (let at = from; at < to; at++) {
    const order = orders[at]!;
    if (order !== null) book.limit(order);
    else {
      const update = updates[at]!;
      if (update === null) book.cancel(ids[at]!);
      else book.modify(ids[at]!, update);
    }
  }
}

export function plainBook(): OrderBook {
  return new OrderBook();
}
