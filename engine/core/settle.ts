/**
 * Turns what a match did into money and events, step by step, in the order in which it happened.
 */
import { assert } from "../domain/assert.ts";
import { FEE_ACCOUNT } from "../domain/instrument.ts";
import { STEP_DECREMENT, STEP_DOUBLES, STEP_FILL, STEP_KINDS, STEP_LEVEL } from "./book.ts";
import { BUY, expiryCode, SELL } from "./codes.ts";
import type { Command } from "./command.ts";
import { emitExpired, emitLevel } from "./emit.ts";
import { emitPrevented } from "./emit-special.ts";
import { ROW } from "./event-log.ts";
import { releaseHold } from "./holds.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { FREE, LOCKED } from "./ledger.ts";
import { FIRST_FILL_AS_MAKER, FIRST_FILL_AS_TAKER } from "./order-counts.ts";
import { AMENDS, LIST, PREVENTED, PRICE } from "./special-orders.ts";
import type { CoreState } from "./state.ts";
import { feeRoundedUp, isZero, multiply, subtract, WIDE } from "./wide.ts";

const SELF_TRADE = expiryCode("self_trade");

/** The amounts of the fill at hand, two limbs each; the fees stand side by side as in the event. */
const MONEY = new Float64Array(8);
const BASE = 0;
const QUOTE = 2;
const TAKER_FEE = 4;
const MAKER_FEE = 6;

/**
 * @param list the taker's; 0: none. @param mode the taker's self-trade mode.
 * @returns what the taker lost to decrement.
 */
export function settleSteps(
  state: CoreState,
  instrument: InstrumentState,
  order: Command,
  orderId: number,
  quantity: number,
  limit: number,
  mode: number,
  rests: boolean,
  list: number,
): number {
  const { book } = instrument;
  const makerSide = order.side === BUY ? SELL : BUY;
  let left = quantity;
  let prevented = 0;
  let isFirstFill = true;
  for (let index = 0; index < book.stepCount; index++) {
    const at = index * STEP_DOUBLES;
    const code = book.steps[at]!;
    const slot = Math.floor(code / STEP_KINDS);
    const kind = code - slot * STEP_KINDS;
    const price = book.steps[at + 1]!;
    const lots = book.steps[at + 2]!;
    if (kind === STEP_FILL) {
      left -= lots;
      const makerLeft = book.steps[at + 3]!;
      if (isFirstFill) {
        isFirstFill = false;
        state.counts.giveBack(order.account, FIRST_FILL_AS_TAKER);
      }
      settle(state, instrument, order, orderId, slot, price, lots, left, makerLeft, limit, rests);
      noteMaker(state, instrument, slot, lots, makerLeft, list);
    } else if (kind === STEP_LEVEL) {
      emitLevel(state.events, instrument, makerSide, price, lots);
    } else if (kind === STEP_DECREMENT) {
      left -= lots;
      prevented += lots;
      const makerLeft = book.steps[at + 3]!;
      emitPrevented(
        state.events,
        instrument.id,
        order.account,
        orderId,
        book.orders.orderId(slot),
        mode,
        price,
        lots,
        left,
        makerLeft,
      );
      decrementMaker(state, instrument, slot, price, lots, makerLeft, orderId, list);
      if (rests) releaseHold(state, instrument, order.account, order.side, limit, lots);
    } else {
      const account = book.orders.account(slot);
      releaseHold(state, instrument, account, makerSide, price, lots);
      emitExpired(state.events, instrument.id, book.orders.orderId(slot), account, lots, SELF_TRADE, orderId, lots);
      endMaker(state, instrument, slot, false);
    }
  }
  return prevented;
}

/** After a fill: the maker's count of orders, its list and its taker's, and its record if it has gone. */
function noteMaker(
  state: CoreState,
  instrument: InstrumentState,
  slot: number,
  lots: number,
  makerLeft: number,
  takerList: number,
): void {
  const { orders, special } = instrument.book;
  const record = special.of(slot);
  const prevented = record === 0 ? 0 : special.get(record, PREVENTED);
  if (makerLeft + lots + prevented === orders.quantity(slot))
    state.counts.giveBack(orders.account(slot), FIRST_FILL_AS_MAKER);
  if (record !== 0) {
    state.tasks.touch(special.get(record, LIST));
    if (makerLeft === 0) endMaker(state, instrument, slot, true);
  }
  if (takerList !== 0) state.tasks.touch(takerList);
}

/** An own maker has lost so much: its hold for it is free, and with nothing left it leaves. */
function decrementMaker(
  state: CoreState,
  instrument: InstrumentState,
  slot: number,
  price: number,
  lots: number,
  makerLeft: number,
  takerOrderId: number,
  takerList: number,
): void {
  const { orders, special } = instrument.book;
  const account = orders.account(slot);
  releaseHold(state, instrument, account, orders.side(slot), price, lots);
  const known = special.of(slot);
  if (known !== 0) state.tasks.touch(special.get(known, LIST));
  state.tasks.touch(takerList);
  if (makerLeft === 0) {
    emitExpired(state.events, instrument.id, orders.orderId(slot), account, 0, SELF_TRADE, takerOrderId, 0);
    endMaker(state, instrument, slot, false);
    return;
  }
  const record = known === 0 ? recordFor(instrument, slot, price) : known;
  special.set(record, PREVENTED, special.get(record, PREVENTED) + lots);
}

/** A plain order gets a record when it first loses something to decrement and stays. */
function recordFor(instrument: InstrumentState, slot: number, price: number): number {
  const { orders, special } = instrument.book;
  const amends = -orders.extension(slot);
  const record = special.take(slot);
  special.set(record, AMENDS, amends);
  special.set(record, PRICE, price);
  return record;
}

/** A maker has left the book: its list learns how it ended, and its record goes. */
function endMaker(state: CoreState, instrument: InstrumentState, slot: number, isFilled: boolean): void {
  const { orders, special } = instrument.book;
  const record = special.of(slot);
  if (record === 0) return;
  const list = state.lists.get(special.get(record, LIST));
  if (list !== undefined) {
    state.tasks.touch(list.id);
    if (isFilled && list.orderIds[0] === orders.orderId(slot)) list.workingFilled = true;
  }
  special.release(record);
}

/** One fill: buyer's quote to the seller, seller's base to the buyer, a fee from what each receives. */
function settle(
  state: CoreState,
  instrument: InstrumentState,
  order: Command,
  orderId: number,
  makerSlot: number,
  price: number,
  lots: number,
  takerLeft: number,
  makerLeft: number,
  limit: number,
  takerHolds: boolean,
): void {
  const { ledger, events } = state;
  const { orders } = instrument.book;
  const taker = order.account;
  const maker = orders.account(makerSlot);
  const takerBuys = order.side === BUY;
  const base = ledger.asset(instrument.baseAsset);
  const quote = ledger.asset(instrument.quoteAsset);
  const k = instrument.quoteAtomsPerTickLot;

  multiply(instrument.baseAtomsPerLot, lots, MONEY, BASE);
  multiply(price * k, lots, MONEY, QUOTE);
  feeRoundedUp(MONEY, takerBuys ? BASE : QUOTE, instrument.takerFeeE8, MONEY, TAKER_FEE);
  feeRoundedUp(MONEY, takerBuys ? QUOTE : BASE, instrument.makerFeeE8, MONEY, MAKER_FEE);

  const paid = takerHolds ? LOCKED : FREE;
  if (takerBuys) {
    quote.take(taker, paid, MONEY, QUOTE);
    if (takerHolds && limit !== price) {
      // Price improvement: what the limit held above the maker's price is free at once.
      multiply((limit - price) * k, lots);
      quote.release(taker, WIDE, 0);
    }
    base.take(maker, LOCKED, MONEY, BASE);
    subtract(MONEY, BASE, MONEY, TAKER_FEE);
    base.add(taker, FREE, MONEY, BASE);
    subtract(MONEY, QUOTE, MONEY, MAKER_FEE);
    quote.add(maker, FREE, MONEY, QUOTE);
  } else {
    base.take(taker, paid, MONEY, BASE);
    quote.take(maker, LOCKED, MONEY, QUOTE);
    subtract(MONEY, QUOTE, MONEY, TAKER_FEE);
    quote.add(taker, FREE, MONEY, QUOTE);
    subtract(MONEY, BASE, MONEY, MAKER_FEE);
    base.add(maker, FREE, MONEY, BASE);
  }
  (takerBuys ? base : quote).add(FEE_ACCOUNT, FREE, MONEY, TAKER_FEE);
  (takerBuys ? quote : base).add(FEE_ACCOUNT, FREE, MONEY, MAKER_FEE);

  const spent = takerBuys ? instrument.quoteAsset : instrument.baseAsset;
  const received = takerBuys ? instrument.baseAsset : instrument.quoteAsset;
  ledger.touch(spent, taker);
  ledger.touch(received, taker);
  ledger.touch(received, maker);
  ledger.touch(spent, maker);
  if (!isZero(MONEY, TAKER_FEE)) ledger.touch(received, FEE_ACCOUNT);
  if (!isZero(MONEY, MAKER_FEE)) ledger.touch(spent, FEE_ACCOUNT);

  instrument.lastTradeId += 1;
  instrument.lastTradeTicks = price;
  if (instrument.isAveraged) instrument.average.add(state.timeUs, price, lots);
  assert(takerLeft >= 0 && makerLeft >= 0, "I13: a fill never takes more than there is");
  const at = events.begin(ROW.tradeExecuted, 15);
  const rows = events.rows;
  rows[at] = instrument.id;
  rows[at + 1] = instrument.lastTradeId;
  rows[at + 2] = order.side;
  rows[at + 3] = price;
  rows[at + 4] = lots;
  rows[at + 5] = orderId;
  rows[at + 6] = orders.orderId(makerSlot);
  rows[at + 7] = taker;
  rows[at + 8] = maker;
  for (let limb = 0; limb < 4; limb++) rows[at + 9 + limb] = MONEY[TAKER_FEE + limb]!;
  rows[at + 13] = takerLeft;
  rows[at + 14] = makerLeft;
}
