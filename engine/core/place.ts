/**
 * Places an order that has passed its checks: matches, settles each fill, then rests or expires what is left.
 *
 * From here on nothing may be refused: the checks have priced the order. Money moves only in `settle`, `hold` and
 * `releaseHold`. The order of events is RULES.md, place_order.
 */
import { assert } from "../domain/assert.ts";
import { FEE_ACCOUNT } from "../domain/instrument.ts";
import { EXPIRY_REASONS } from "../domain/order.ts";
import { BUY, SELL, STEP_DOUBLES, STEP_FILL, STEP_LEVEL } from "./book.ts";
import { canRest, FOK, isByQuote, limitOf, MARKET, selfTradeModeOf } from "./checks.ts";
import type { Command } from "./command.ts";
import { emitAccepted, emitExpired, emitLevel } from "./emit.ts";
import { ROW } from "./event-log.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { FREE, LOCKED } from "./ledger.ts";
import { flagsOf } from "./order-table.ts";
import type { CoreState } from "./state.ts";
import { feeRoundedUp, isZero, multiply, subtract, WIDE } from "./wide.ts";

const IOC_UNFILLED = EXPIRY_REASONS.indexOf("ioc_unfilled");
const FOK_UNFILLED = EXPIRY_REASONS.indexOf("fok_unfilled");
const INSUFFICIENT_LIQUIDITY = EXPIRY_REASONS.indexOf("insufficient_liquidity");
const SELF_TRADE = EXPIRY_REASONS.indexOf("self_trade");
const NO_QUOTE = new Float64Array(2);

/** The amounts of the fill at hand, two limbs each; the fees stand side by side as in the event. */
const MONEY = new Float64Array(8);
const BASE = 0;
const QUOTE = 2;
const TAKER_FEE = 4;
const MAKER_FEE = 6;

/** What holds an order's price × quantity (buy) or quantity (sell): WIDE = the amount. */
function holdOf(instrument: InstrumentState, side: number, priceTicks: number, lots: number): void {
  if (side === BUY) multiply(priceTicks * instrument.quoteAtomsPerTickLot, lots);
  else multiply(instrument.baseAtomsPerLot, lots);
}

/** Gives back what an order still holds, and marks the balance as touched. */
export function releaseHold(
  state: CoreState,
  instrument: InstrumentState,
  account: number,
  side: number,
  priceTicks: number,
  lots: number,
): void {
  const asset = side === BUY ? instrument.quoteAsset : instrument.baseAsset;
  holdOf(instrument, side, priceTicks, lots);
  state.ledger.asset(asset).release(account, WIDE, 0);
  state.ledger.touch(asset, account);
}

export function placeOrder(state: CoreState, instrument: InstrumentState, command: Command): void {
  const { book } = instrument;
  const { events, ledger } = state;
  const { side, account } = command;
  const rests = canRest(command.orderType, command.timeInForce);
  const byQuote = isByQuote(command);
  const isMarket = command.orderType === MARKET;
  const quantity = byQuote ? book.walkLots : command.quantityLots;
  const limit = limitOf(command);
  const mode = selfTradeModeOf(instrument, command);
  const flags = flagsOf(side, command.orderType, command.timeInForce, mode);
  instrument.lastOrderId += 1;
  const orderId = instrument.lastOrderId;
  const price = isMarket ? 0 : command.priceTicks;
  emitAccepted(
    events,
    instrument.id,
    orderId,
    account,
    flags,
    price,
    quantity,
    byQuote ? command.quote : NO_QUOTE,
    command.clientId,
  );

  if (command.timeInForce === FOK && book.walkLots < quantity) {
    emitExpired(events, instrument.id, orderId, account, quantity, FOK_UNFILLED, 0, 0);
    return;
  }
  if (rests) {
    const spent = side === BUY ? instrument.quoteAsset : instrument.baseAsset;
    holdOf(instrument, side, limit, quantity);
    ledger.asset(spent).hold(account, WIDE, 0);
    ledger.touch(spent, account);
  }
  const left = book.match(side, limit, quantity, account, mode);
  settleSteps(state, instrument, command, orderId, quantity, limit, rests);
  if (left === 0) return;
  const { stoppedBy } = book;
  if (stoppedBy !== 0) {
    if (rests) releaseHold(state, instrument, account, side, limit, left);
    emitExpired(events, instrument.id, orderId, account, left, SELF_TRADE, book.orders.orderId(stoppedBy), left);
  } else if (rests) {
    book.rest(orderId, account, flags, limit, quantity, left, command.clientId, 0);
    emitLevel(events, instrument, side, limit, book.totalAt(side, limit));
  } else {
    emitExpired(events, instrument.id, orderId, account, left, isMarket ? INSUFFICIENT_LIQUIDITY : IOC_UNFILLED, 0, 0);
  }
}

/** Turns the steps of the last match into money and events, in their order. */
function settleSteps(
  state: CoreState,
  instrument: InstrumentState,
  command: Command,
  orderId: number,
  quantity: number,
  limit: number,
  rests: boolean,
): void {
  const { book } = instrument;
  const makerSide = command.side === BUY ? SELL : BUY;
  let left = quantity;
  for (let index = 0; index < book.stepCount; index++) {
    const at = index * STEP_DOUBLES;
    const code = book.steps[at]!;
    const slot = Math.floor(code / 4);
    const kind = code - slot * 4;
    const price = book.steps[at + 1]!;
    const lots = book.steps[at + 2]!;
    if (kind === STEP_FILL) {
      left -= lots;
      settle(state, instrument, command, orderId, slot, price, lots, left, book.steps[at + 3]!, limit, rests);
    } else if (kind === STEP_LEVEL) {
      emitLevel(state.events, instrument, makerSide, price, lots);
    } else {
      const account = book.orders.account(slot);
      releaseHold(state, instrument, account, makerSide, price, lots);
      emitExpired(state.events, instrument.id, book.orders.orderId(slot), account, lots, SELF_TRADE, orderId, lots);
    }
  }
}

/** One fill: buyer's quote to the seller, seller's base to the buyer, a fee from what each receives. */
function settle(
  state: CoreState,
  instrument: InstrumentState,
  command: Command,
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
  const taker = command.account;
  const maker = orders.account(makerSlot);
  const takerBuys = command.side === BUY;
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
  assert(takerLeft >= 0 && makerLeft >= 0, "I13: a fill never takes more than there is");
  const at = events.begin(ROW.tradeExecuted, 15);
  const rows = events.rows;
  rows[at] = instrument.id;
  rows[at + 1] = instrument.lastTradeId;
  rows[at + 2] = command.side;
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
