/**
 * The command mix of exchange-core's test generator, written anew from its public description: the workload behind "5 M
 * operations per second on one book of about 1,000 orders".
 *
 * Commands are made beforehand, into typed arrays, by playing them on a book: which orders live, what they have left and
 * where the last trade printed decide what comes next. Whoever measures plays the arrays again (`playMix`). The victim of
 * a cancel, reduce or move is one of the 512 oldest live orders; a moved order keeps its age.
 */
import { Book, BUY, NO_SELF_TRADE_CHECK, SELL, STEP_DOUBLES, STEP_FILL } from "../core/book.ts";
import { flagsOf } from "../core/order-table.ts";
import { CLIENT_ORDER_ID_WORDS } from "../domain/client-order-id.ts";
import { ORDER_TYPES, TIMES_IN_FORCE } from "../domain/order.ts";
import { JavaRandom } from "./java-random.ts";

export const MIX_NEW = 0;
export const MIX_IMMEDIATE = 1;
export const MIX_CANCEL = 2;
/** `quantities`: by how much. */
export const MIX_REDUCE = 3;
/** `prices`: where to. */
export const MIX_MOVE = 4;
/** Fill or kill. Its budget, size × bound, is one that every book at hand meets: what decides is whether the size is there. */
export const MIX_FILL_OR_KILL = 5;

const OLDEST = 512;
const FILL_OR_KILL_ONE_IN = 32;
const ACCOUNT = 1;
const PRICE_MAX = 2 ** 31 - 1;

export interface MixOptions {
  readonly seed: number;
  /** Orders that the book is kept at, half a side. */
  readonly targetOrders: number;
  /** Measured commands, behind the `targetOrders` new ones that fill the book. */
  readonly commands: number;
}

export interface Mix {
  readonly kinds: Uint8Array;
  readonly sides: Uint8Array;
  /** A new order's id, 1, 2, 3 …; of the other commands, the victim's. */
  readonly ids: Int32Array;
  readonly prices: Int32Array;
  readonly quantities: Int32Array;
  /** Where the measured commands begin. */
  readonly measuredFrom: number;
  /** Of the measured commands. */
  readonly shares: Readonly<Record<"new" | "immediate" | "cancel" | "reduce" | "move" | "trading", number>>;
  /** At the end. */
  readonly restingOrders: number;
  readonly levels: number;
}

const SIDE_FLAGS = [BUY, SELL].map((side) =>
  flagsOf(side, ORDER_TYPES.indexOf("limit"), TIMES_IN_FORCE.indexOf("gtc"), NO_SELF_TRADE_CHECK),
);
const CLIENT = new Uint32Array(CLIENT_ORDER_ID_WORDS);

/** Plays commands from … to − 1 on a book. @returns how many of them traded. */
export function playMix(mix: Mix, book: Book, from: number, to: number): number {
  let trading = 0;
  for (let at = from; at < to; at++) if (playCommand(mix, book, at, null)) trading += 1;
  return trading;
}

type MixArrays = Pick<Mix, "kinds" | "sides" | "ids" | "prices" | "quantities">;

/**
 * @param onTraded called while the book's steps and the makers they name can still be read.
 * @returns whether it traded.
 */
function playCommand(mix: MixArrays, book: Book, at: number, onTraded: (() => void) | null): boolean {
  const kind = mix.kinds[at]!;
  const side = mix.sides[at]!;
  const id = mix.ids[at]!;
  const price = mix.prices[at]!;
  if (kind === MIX_MOVE) {
    const slot = book.orders.slotOf(id);
    const quantity = book.orders.remaining(slot);
    book.remove(slot);
    return enter(book, id, side, price, quantity, true, onTraded);
  }
  if (kind === MIX_NEW) return enter(book, id, side, price, mix.quantities[at]!, true, onTraded);
  if (kind === MIX_CANCEL) {
    book.remove(book.orders.slotOf(id));
    return false;
  }
  if (kind === MIX_REDUCE) {
    const slot = book.orders.slotOf(id);
    const left = book.orders.remaining(slot) - mix.quantities[at]!;
    if (left > 0) book.reduce(slot, book.orders.quantity(slot) - mix.quantities[at]!, left);
    else book.remove(slot);
    return false;
  }
  const quantity = mix.quantities[at]!;
  if (kind === MIX_FILL_OR_KILL) {
    book.walk(side, price, quantity, ACCOUNT, NO_SELF_TRADE_CHECK, 1, null);
    if (book.walkLots < quantity) return false;
  }
  return enter(book, id, side, price, quantity, false, onTraded);
}

function enter(
  book: Book,
  id: number,
  side: number,
  price: number,
  quantity: number,
  rests: boolean,
  onTraded: (() => void) | null,
): boolean {
  let left = quantity;
  if (book.crosses(side, price)) left = book.match(side, price, quantity, ACCOUNT, NO_SELF_TRADE_CHECK);
  if (left < quantity && onTraded !== null) onTraded();
  if (left > 0 && rests) {
    CLIENT[0] = id;
    book.rest(id, ACCOUNT, SIDE_FLAGS[side]!, price, quantity, left, CLIENT, 0);
  }
  return left < quantity;
}

export function makeExchangeCoreMix({ seed, targetOrders, commands }: MixOptions): Mix {
  return new MixSession(seed, targetOrders, commands).make();
}

class MixSession {
  private readonly random: JavaRandom;
  private readonly book = new Book();
  private readonly halfTarget: number;
  private readonly targetOrders: number;
  private readonly deviation: number;
  private readonly priceMin: number;
  private readonly priceMax: number;
  private last: number;
  private direction = 0;
  private lastId = 0;
  private readonly live = [0, 0];
  /** The oldest live orders, oldest first, and the id behind them. */
  private readonly oldest = new Int32Array(OLDEST);
  private oldestCount = 0;
  private younger = 1;
  private readonly arrays: MixArrays;

  constructor(seed: number, targetOrders: number, commands: number) {
    const length = targetOrders + commands;
    this.random = new JavaRandom(seed);
    this.targetOrders = targetOrders;
    this.halfTarget = Math.floor(targetOrders / 2);
    const price = Math.floor(10 ** (3.3 + 1.5 * this.random.unit() + 1.5 * this.random.unit()));
    this.deviation = Math.min(Math.floor(0.05 * price), 10_000);
    this.priceMin = Math.max(1, price - 5 * this.deviation);
    this.priceMax = Math.min(PRICE_MAX, price + 5 * this.deviation);
    this.last = price;
    this.arrays = {
      kinds: new Uint8Array(length),
      sides: new Uint8Array(length),
      ids: new Int32Array(length),
      prices: new Int32Array(length),
      quantities: new Int32Array(length),
    };
  }

  make(): Mix {
    const { kinds } = this.arrays;
    const counts = [0, 0, 0, 0, 0, 0];
    let trading = 0;
    for (let at = 0; at < kinds.length; at++) {
      if (at < this.targetOrders) this.placeNew(at, this.random.below(4) >= 2 ? BUY : SELL);
      else this.choose(at);
      const traded = playCommand(this.arrays, this.book, at, () => this.takeFills(at));
      this.follow(at);
      if (at < this.targetOrders) continue;
      counts[kinds[at]!]! += 1;
      if (traded) trading += 1;
    }
    const share = (count: number): number => count / (kinds.length - this.targetOrders);
    return {
      ...this.arrays,
      measuredFrom: this.targetOrders,
      shares: {
        new: share(counts[MIX_NEW]!),
        immediate: share(counts[MIX_IMMEDIATE]! + counts[MIX_FILL_OR_KILL]!),
        cancel: share(counts[MIX_CANCEL]!),
        reduce: share(counts[MIX_REDUCE]!),
        move: share(counts[MIX_MOVE]!),
        trading: share(trading),
      },
      restingOrders: this.book.orders.live,
      levels: this.countLevels(),
    };
  }

  private choose(at: number): void {
    const side = this.random.below(4) + this.direction >= 2 ? BUY : SELL;
    const lacking = this.halfTarget - this.live[side]!;
    const growing = lacking > 0;
    const far = lacking > Math.min(OLDEST, Math.floor((this.halfTarget * 3) / 4));
    const drawn = this.random.below(growing ? (far ? 2 : 10) : 40);
    if (drawn < 2 || this.oldestCount === 0) {
      if (growing) this.placeNew(at, side);
      else this.placeInstant(at, side);
      return;
    }
    const id = this.oldest[this.random.below(this.oldestCount)]!;
    const slot = this.book.orders.slotOf(id);
    this.arrays.ids[at] = id;
    this.arrays.sides[at] = this.book.orders.side(slot);
    if (drawn === 2) this.arrays.kinds[at] = MIX_CANCEL;
    else if (drawn === 3) {
      this.arrays.kinds[at] = MIX_REDUCE;
      this.arrays.quantities[at] = 1 + this.random.below(this.book.orders.remaining(slot));
    } else {
      this.arrays.kinds[at] = MIX_MOVE;
      this.arrays.prices[at] = this.movedFrom(this.book.priceOf(slot));
    }
  }

  private placeNew(at: number, side: number): void {
    const random = this.random;
    const unit = random.unit();
    const reach = 1 + Math.floor(unit * unit * this.deviation);
    const sum = random.below(reach) + random.below(reach) + random.below(reach) + random.below(reach);
    const offset = Math.abs(Math.floor(sum / 4) * 2 - reach);
    this.arrays.kinds[at] = MIX_NEW;
    this.arrays.sides[at] = side;
    this.arrays.ids[at] = ++this.lastId;
    this.arrays.prices[at] = this.bounded(side === BUY ? this.last - offset : this.last + offset);
    this.arrays.quantities[at] = this.size();
  }

  private placeInstant(at: number, side: number): void {
    this.arrays.kinds[at] = this.random.below(FILL_OR_KILL_ONE_IN) === 0 ? MIX_FILL_OR_KILL : MIX_IMMEDIATE;
    this.arrays.sides[at] = side;
    this.arrays.ids[at] = ++this.lastId;
    this.arrays.prices[at] = side === BUY ? this.priceMax : this.priceMin;
    this.arrays.quantities[at] = this.size();
  }

  private size(): number {
    return 1 + this.random.below(6) * this.random.below(6) * this.random.below(6);
  }

  /** One percent of the way to the last price, away from zero; one tick either way where it is there already. */
  private movedFrom(price: number): number {
    const way = this.last - price;
    if (way === 0) return this.bounded(price + (this.random.below(2) === 0 ? -1 : 1));
    return this.bounded(price + Math.sign(way) * Math.ceil(Math.abs(way) / 100));
  }

  private bounded(price: number): number {
    return Math.min(this.priceMax, Math.max(this.priceMin, price));
  }

  /** Who left by trading, and where the last trade printed. */
  private takeFills(at: number): void {
    const { book } = this;
    for (let step = 0; step < book.stepCount * STEP_DOUBLES; step += STEP_DOUBLES) {
      const head = book.steps[step]!;
      if (head % 4 !== STEP_FILL) continue;
      this.last = book.steps[step + 1]!;
      if (this.last <= this.priceMin) this.direction = 1;
      else if (this.last >= this.priceMax) this.direction = -1;
      if (book.steps[step + 3] === 0)
        this.left(book.orders.orderId((head - STEP_FILL) / 4), 1 - this.arrays.sides[at]!);
    }
  }

  /** Whether the command's own order rests, once it is done. */
  private follow(at: number): void {
    const side = this.arrays.sides[at]!;
    const id = this.arrays.ids[at]!;
    const kind = this.arrays.kinds[at]!;
    if (kind === MIX_NEW) this.live[side]! += 1;
    const mayRest = kind !== MIX_IMMEDIATE && kind !== MIX_FILL_OR_KILL;
    if (mayRest && this.book.orders.slotOf(id) === 0) this.left(id, side);
    this.refill();
  }

  private left(id: number, side: number): void {
    this.live[side]! -= 1;
    const at = this.oldest.subarray(0, this.oldestCount).indexOf(id);
    if (at === -1) return;
    this.oldest.copyWithin(at, at + 1, this.oldestCount);
    this.oldestCount -= 1;
  }

  private refill(): void {
    for (; this.oldestCount < OLDEST && this.younger <= this.lastId; this.younger++) {
      if (this.book.orders.slotOf(this.younger) !== 0) this.oldest[this.oldestCount++] = this.younger;
    }
  }

  private countLevels(): number {
    let levels = 0;
    for (const side of [BUY, SELL]) {
      let price = side === BUY ? this.book.bestBid : this.book.bestAsk;
      for (; price !== 0; price = this.book.behind(side, price)) levels += 1;
    }
    return levels;
  }
}
