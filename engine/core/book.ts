/**
 * One instrument's order book: price-time priority, and nothing else.
 *
 * Owns: resting orders and the order in which they trade. Does not own: money, time, identity, events.
 * `match` leaves what it did as steps (rows of four doubles), which whoever owns the money settles afterwards.
 * Invariants I4–I7: engine/INVARIANTS.md.
 */
import { BUY, DECREMENT, EXPIRE_BOTH, EXPIRE_TAKER, NO_SELF_TRADE_CHECK } from "./codes.ts";
import { walkParts } from "./icebergs.ts";
import {
  ACCOUNT,
  EXTENSION,
  FLAGS,
  LEVEL,
  NEXT,
  OrderTable,
  PREVIOUS,
  QUANTITY,
  REMAINING,
  SIDE_MASK,
  SLOT_DOUBLES,
  SLOT_WORDS,
} from "./order-table.ts";
import { PriceIndex } from "./price-index.ts";
import { HIDDEN, ICEBERG, SpecialOrders } from "./special-orders.ts";
import { Triggers } from "./triggers.ts";
import { add, divideDown, multiply, subtract, WIDE } from "./wide.ts";

export { BUY, NO_SELF_TRADE_CHECK, SELL } from "./codes.ts";

/** A step is [kind + STEP_KINDS × slot, price, lots, rest]. */
export const STEP_DOUBLES = 4;
export const STEP_KINDS = 4;
/** lots traded with the maker in the slot, which has `rest` left, what hides included (0: it has left the book). */
export const STEP_FILL = 0;
/** The maker in the slot left the book with `lots`, because it is the taker's own. */
export const STEP_PREVENTED = 1;
/** The level at `price` has `lots` in all now. */
export const STEP_LEVEL = 2;
/** lots that the taker and its own maker in the slot both lost; `rest` as of a fill. */
export const STEP_DECREMENT = 3;

const NO_CLIENT_ID = new Uint32Array(8);

export class Book {
  readonly orders: OrderTable;
  readonly special: SpecialOrders;
  readonly triggers: Triggers;
  readonly index = new PriceIndex();
  /** 0: that side is empty. */
  bestBid = 0;
  bestAsk = 0;
  steps = new Float64Array(256 * STEP_DOUBLES);
  stepCount = 0;
  /** After a match that self-trade prevention stopped, or used up: the slot of the maker it met; else 0. */
  stoppedBy = 0;
  /** After a walk: lots found, and the sum of price × lots × unit (two limbs). */
  walkLots = 0;
  readonly walkCost = new Float64Array(2);
  private readonly walkBudget = new Float64Array(2);

  constructor(capacity = 1024) {
    this.orders = new OrderTable(capacity);
    this.special = new SpecialOrders(this.orders);
    this.triggers = new Triggers(this.special, this.orders);
  }

  /** Whether an order at this price would take. */
  crosses(side: number, price: number): boolean {
    return side === BUY ? this.bestAsk !== 0 && price >= this.bestAsk : this.bestBid !== 0 && price <= this.bestBid;
  }

  /** Total resting at a price on a side. */
  totalAt(side: number, price: number): number {
    if (side === BUY ? price > this.bestBid : this.bestAsk === 0 || price < this.bestAsk) return 0;
    const level = this.index.find(price);
    return level === 0 ? 0 : this.index.total(level);
  }

  /**
   * Trades up to `lots` at `limit` or better, best price first, oldest first; steps say what happened.
   *
   * @param selfTradeMode code of the taker's mode.
   * @returns the lots that are left.
   */
  match(side: number, limit: number, lots: number, account: number, selfTradeMode: number): number {
    this.stepCount = 0;
    this.stoppedBy = 0;
    const { index, orders, special } = this;
    let left = lots;
    let price = side === BUY ? this.bestAsk : this.bestBid;
    while (price !== 0 && left > 0 && (side === BUY ? price <= limit : price >= limit)) {
      const level = index.find(price);
      let first = index.head(level);
      let slot = first;
      let total = index.total(level);
      const stepsBefore = this.stepCount;
      while (slot !== 0 && left > 0) {
        const at = slot * SLOT_WORDS;
        const rest = orders.doubles[slot * SLOT_DOUBLES + REMAINING]!;
        const record = orders.ints[at + EXTENSION]!;
        const hidden = record > 0 ? special.get(record, HIDDEN) : 0;
        let kind = STEP_FILL;
        if (selfTradeMode !== NO_SELF_TRADE_CHECK && orders.ints[at + ACCOUNT] === account) {
          if (selfTradeMode === EXPIRE_TAKER) {
            this.stoppedBy = slot;
            break;
          }
          if (selfTradeMode >= DECREMENT) {
            kind = STEP_DECREMENT;
            if (rest >= left) this.stoppedBy = slot;
          } else {
            this.step(STEP_PREVENTED, slot, price, rest + hidden, 0);
            total -= rest;
            const next = orders.ints[at + NEXT]!;
            orders.release(slot);
            if (selfTradeMode === EXPIRE_BOTH) {
              this.stoppedBy = slot;
              slot = next;
              break;
            }
            slot = next;
            continue;
          }
        }
        if (rest > left) {
          this.step(kind, slot, price, left, rest - left + hidden);
          orders.doubles[slot * SLOT_DOUBLES + REMAINING] = rest - left;
          total -= left;
          left = 0;
          break;
        }
        this.step(kind, slot, price, rest, hidden);
        left -= rest;
        total -= rest;
        const next = orders.ints[at + NEXT]!;
        if (hidden > 0) {
          total += this.showNext(level, slot, record, hidden);
          // Whatever was first, the head is to be set anew.
          first = -1;
          if (next !== 0) slot = next;
          continue;
        }
        orders.release(slot);
        slot = next;
      }
      if (this.stepCount !== stepsBefore) this.step(STEP_LEVEL, 0, price, total, 0);
      index.setTotal(level, total);
      if (slot !== first) {
        index.setHead(level, slot);
        if (slot !== 0) orders.ints[slot * SLOT_WORDS + PREVIOUS] = 0;
        else {
          index.setTail(level, 0);
          index.vacate(level);
          price = side === BUY ? index.above(price) : index.below(price);
          if (side === BUY) this.bestAsk = price;
          else this.bestBid = price;
        }
      }
      if (this.stoppedBy !== 0 || slot !== 0) break;
    }
    return left;
  }

  /** An iceberg whose part is used up goes last at its price with the next one. @returns that part. */
  private showNext(level: number, slot: number, record: number, hidden: number): number {
    const { index, orders, special } = this;
    const shown = Math.min(special.get(record, ICEBERG), hidden);
    special.set(record, HIDDEN, hidden - shown);
    orders.setRemaining(slot, shown);
    const tail = index.tail(level);
    if (tail === slot) return shown;
    const { ints } = orders;
    ints[tail * SLOT_WORDS + NEXT] = slot;
    ints[slot * SLOT_WORDS + PREVIOUS] = tail;
    ints[slot * SLOT_WORDS + NEXT] = 0;
    index.setTail(level, slot);
    return shown;
  }

  /**
   * What `match` would find, without changing anything: walkLots, and in walkCost the sum of price × lots × unit.
   *
   * @param budget the amount that the sum may not pass, each maker giving whole lots only; null: none.
   * @param unit quote atoms of one lot at one tick.
   */
  walk(
    side: number,
    limit: number,
    lots: number,
    account: number,
    selfTradeMode: number,
    unit: number,
    budget: Float64Array | null,
  ): void {
    if (this.special.icebergs > 0) {
      walkParts(this, side, limit, lots, account, selfTradeMode, unit, budget);
      return;
    }
    const { index, orders } = this;
    let left = lots;
    let found = 0;
    const cost = this.walkCost.fill(0);
    const rest = this.walkBudget;
    if (budget !== null) rest.set(budget);
    let price = side === BUY ? this.bestAsk : this.bestBid;
    walking: while (price !== 0 && left > 0 && (side === BUY ? price <= limit : price >= limit)) {
      let slot = index.head(index.find(price));
      while (slot !== 0 && left > 0) {
        const at = slot * SLOT_WORDS;
        if (selfTradeMode !== NO_SELF_TRADE_CHECK && orders.ints[at + ACCOUNT] === account) {
          if (selfTradeMode === EXPIRE_TAKER || selfTradeMode === EXPIRE_BOTH) break walking;
          if (selfTradeMode >= DECREMENT) left -= Math.min(left, orders.doubles[slot * SLOT_DOUBLES + REMAINING]!);
          slot = orders.ints[at + NEXT]!;
          continue;
        }
        const offered = orders.doubles[slot * SLOT_DOUBLES + REMAINING]!;
        let taken = Math.min(offered, left);
        if (budget !== null) {
          const affordable = divideDown(rest, 0, price * unit);
          if (affordable < taken) taken = affordable;
          if (taken === 0) break walking;
        }
        multiply(price * unit, taken);
        add(cost, 0, WIDE, 0);
        found += taken;
        left -= taken;
        if (budget !== null) subtract(rest, 0, WIDE, 0);
        if (taken < offered) break walking;
        slot = orders.ints[at + NEXT]!;
      }
      price = side === BUY ? index.above(price) : index.below(price);
    }
    this.walkLots = found;
  }

  /** Puts an order last at its price. It must not cross. @returns its slot. */
  rest(
    orderId: number,
    account: number,
    flags: number,
    price: number,
    quantity: number,
    remaining: number,
    client: Uint32Array = NO_CLIENT_ID,
    clientOffset = 0,
  ): number {
    const slot = this.orders.take(orderId, account, flags, quantity, remaining, client, clientOffset);
    this.link(slot, flags & SIDE_MASK, price, remaining);
    return slot;
  }

  /** Puts the order of a slot, which shows `remaining`, last at its price. It must not cross. */
  link(slot: number, side: number, price: number, remaining: number): void {
    const index = this.index;
    const level = index.ensure(price);
    const ints = this.orders.ints;
    const at = slot * SLOT_WORDS;
    const tail = index.tail(level);
    ints[at + LEVEL] = level;
    ints[at + NEXT] = 0;
    ints[at + PREVIOUS] = tail;
    if (tail !== 0) {
      ints[tail * SLOT_WORDS + NEXT] = slot;
      index.setTotal(level, index.total(level) + remaining);
    } else {
      index.setHead(level, slot);
      index.setTotal(level, remaining);
      index.occupy(level);
      if (side === BUY) {
        if (price > this.bestBid) this.bestBid = price;
      } else if (this.bestAsk === 0 || price < this.bestAsk) this.bestAsk = price;
    }
    index.setTail(level, slot);
  }

  /** Takes an order off the book. @returns what its level has left. */
  remove(slot: number): number {
    const index = this.index;
    const ints = this.orders.ints;
    const at = slot * SLOT_WORDS;
    const level = ints[at + LEVEL]!;
    const next = ints[at + NEXT]!;
    const previous = ints[at + PREVIOUS]!;
    const total = index.total(level) - this.orders.doubles[slot * SLOT_DOUBLES + REMAINING]!;
    index.setTotal(level, total);
    if (previous === 0) index.setHead(level, next);
    else ints[previous * SLOT_WORDS + NEXT] = next;
    if (next === 0) index.setTail(level, previous);
    else ints[next * SLOT_WORDS + PREVIOUS] = previous;
    if (previous === 0 && next === 0) {
      const price = index.priceOf(level);
      index.vacate(level);
      if ((ints[at + FLAGS]! & SIDE_MASK) === BUY) {
        if (price === this.bestBid) this.bestBid = index.below(price);
      } else if (price === this.bestAsk) this.bestAsk = index.above(price);
    }
    this.orders.release(slot);
    return total;
  }

  /** Lowers a resting order's quantity; it keeps its place. @returns what its level has left. */
  reduce(slot: number, quantity: number, remaining: number): number {
    const doubles = this.orders.doubles;
    const level = this.orders.ints[slot * SLOT_WORDS + LEVEL]!;
    const total = this.index.total(level) - doubles[slot * SLOT_DOUBLES + REMAINING]! + remaining;
    doubles[slot * SLOT_DOUBLES + REMAINING] = remaining;
    doubles[slot * SLOT_DOUBLES + QUANTITY] = quantity;
    this.index.setTotal(level, total);
    return total;
  }

  /** The price at which an order rests. (After its removal the level may be gone: ask before.) */
  priceOf(slot: number): number {
    return this.index.priceOf(this.orders.ints[slot * SLOT_WORDS + LEVEL]!);
  }

  /** The next occupied price behind one, on a side; 0: none. */
  behind(side: number, price: number): number {
    return side === BUY ? this.index.below(price) : this.index.above(price);
  }

  private step(kind: number, slot: number, price: number, lots: number, rest: number): void {
    const at = this.stepCount * STEP_DOUBLES;
    if (at === this.steps.length) {
      const larger = new Float64Array(this.steps.length * 2);
      larger.set(this.steps);
      this.steps = larger;
    }
    const steps = this.steps;
    steps[at] = kind + slot * STEP_KINDS;
    steps[at + 1] = price;
    steps[at + 2] = lots;
    steps[at + 3] = rest;
    this.stepCount += 1;
  }
}
