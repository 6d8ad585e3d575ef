/**
 * LOBSTER's two files: messages.csv (what happened) and orderbook.csv (the best prices after it), row for row.
 *
 * A message: seconds after midnight, type (1 new, 2 partial cancel, 3 delete, 4 visible execution, 5 hidden execution,
 * 6 auction, 7 halt), order id, size, price × 10,000, direction (1: the resting order is a buy). A book row: ask price, ask
 * size, bid price, bid size of each level shown, best first; only the first level is used. Prices become ticks of the
 * widest power of ten that all prices of the file are multiples of.
 */
import { PRICE_TICKS_MAX } from "../../domain/instrument.ts";
import type { Side } from "../../domain/order.ts";
import { UnreadableInput } from "../input-file.ts";

const NEW = 1;
const PARTIAL_CANCEL = 2;
const DELETE = 3;
const VISIBLE_EXECUTION = 4;
const HIDDEN_EXECUTION = 5;
const AUCTION = 6;
const HALT = 7;
const TYPES = {
  [NEW]: "new",
  [PARTIAL_CANCEL]: "partial_cancel",
  [DELETE]: "delete",
  [VISIBLE_EXECUTION]: "visible_execution",
  [HIDDEN_EXECUTION]: "hidden_execution",
  [AUCTION]: "auction",
  [HALT]: "halt",
} as const;

export interface Message {
  /** Seconds after midnight, as written: executions by one taker carry the very same text. */
  readonly time: string;
  readonly type: (typeof TYPES)[keyof typeof TYPES];
  readonly id: number;
  readonly lots: number;
  readonly priceTicks: number;
  /** Of the resting order. */
  readonly side: Side;
}

/** Best prices in ticks and what rests there; 0 and 0 where a side is empty. */
export interface TopOfBook {
  readonly bid: number;
  readonly bidLots: number;
  readonly ask: number;
  readonly askLots: number;
}

export interface LobsterDay {
  readonly messages: readonly Message[];
  readonly tops: readonly TopOfBook[];
  /** In LOBSTER's price × 10,000. */
  readonly tick: number;
}

/** LOBSTER fills an empty side with ±9,999,999,999. */
const EMPTY_PRICE = 9_999_999_999;

export function readLobsterDay(
  name: string,
  messageLines: readonly string[],
  bookLines: readonly string[],
): LobsterDay {
  if (messageLines.length === 0) throw new UnreadableInput(`${name} is empty`);
  if (messageLines.length !== bookLines.length)
    throw new UnreadableInput(
      `${name} has ${messageLines.length} messages but ${bookLines.length} book rows beside it`,
    );
  const messages = messageLines.map((line, index) => numbersOf(line, 6, `${name}, line ${index + 1}`));
  const books = bookLines.map((line, index) => numbersOf(line, 4, `the order book beside ${name}, line ${index + 1}`));
  const tick = widestTick(messages, books);
  return {
    tick,
    messages: messages.map(([, type, id, lots, price, direction], index): Message => {
      const word = TYPES[type as keyof typeof TYPES];
      if (word === undefined) throw new UnreadableInput(`${name}, line ${index + 1}: type ${type}`);
      const onBook = type! <= VISIBLE_EXECUTION;
      if (onBook && direction !== 1 && direction !== -1)
        throw new UnreadableInput(`${name}, line ${index + 1}: direction ${direction}`);
      if (onBook && !(lots! > 0 && price! > 0 && price! / tick <= PRICE_TICKS_MAX))
        throw new UnreadableInput(`${name}, line ${index + 1}: size ${lots} at ${price}`);
      const time = messageLines[index]!.split(",", 1)[0]!;
      return {
        type: word,
        time,
        id: id!,
        lots: lots!,
        priceTicks: price! / tick,
        side: direction === 1 ? "buy" : "sell",
      };
    }),
    tops: books.map(([ask, askLots, bid, bidLots]) => ({
      ask: isEmpty(ask!) ? 0 : ask! / tick,
      askLots: isEmpty(ask!) ? 0 : askLots!,
      bid: isEmpty(bid!) ? 0 : bid! / tick,
      bidLots: isEmpty(bid!) ? 0 : bidLots!,
    })),
  };
}

function numbersOf(line: string, count: number, where: string): number[] {
  const cells = line.split(",");
  const numbers = cells.map(Number);
  if (cells.length < count || numbers.some((number, index) => Number.isNaN(number) || cells[index] === ""))
    throw new UnreadableInput(`${where}: not ${count} numbers`);
  if (numbers.slice(1).some((number) => !Number.isSafeInteger(number)))
    throw new UnreadableInput(`${where}: a number that is not whole`);
  return numbers;
}

function isEmpty(price: number): boolean {
  return Math.abs(price) === EMPTY_PRICE || price <= 0;
}

function widestTick(messages: readonly number[][], books: readonly number[][]): number {
  let step = 0;
  const take = (price: number): void => {
    for (let rest = price; rest !== 0; ) [step, rest] = [rest, step % rest];
  };
  for (const message of messages) if (message[1]! <= VISIBLE_EXECUTION && message[4]! > 0) take(message[4]!);
  for (const book of books) for (const at of [0, 2]) if (!isEmpty(book[at]!)) take(book[at]!);
  // A power of ten, so that ticks are prices with fewer decimals.
  let tick = 1;
  while (step !== 0 && step % (tick * 10) === 0) tick *= 10;
  return tick;
}
