/**
 * What an open order holds, and giving it back.
 *
 * An order that works holds its price × rest (buy) or its rest (sell), by the formula alone; one that does not holds what
 * stands in its record, which depends on the other leg of its list.
 */
import { BUY, MARKET, workingTypeOf } from "./codes.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { HOLD, RECORD_DOUBLES } from "./special-orders.ts";
import type { CoreState } from "./state.ts";
import { isZero, multiply, WIDE } from "./wide.ts";

/** What holds an order's price × quantity (buy) or quantity (sell): WIDE = the amount. @returns false: above 2^63−1. */
export function holdOf(instrument: InstrumentState, side: number, priceTicks: number, lots: number): boolean {
  return side === BUY
    ? multiply(priceTicks * instrument.quoteAtomsPerTickLot, lots)
    : multiply(instrument.baseAtomsPerLot, lots);
}

/** What an order that waits asks for, of whatever type: a market kind that buys holds nothing. */
export function waitingHoldOf(
  instrument: InstrumentState,
  side: number,
  orderType: number,
  priceTicks: number,
  lots: number,
): void {
  if (side === BUY && workingTypeOf(orderType) === MARKET) WIDE.fill(0);
  else holdOf(instrument, side, priceTicks, lots);
}

export function heldAsset(instrument: InstrumentState, side: number): number {
  return side === BUY ? instrument.quoteAsset : instrument.baseAsset;
}

/** Gives back what an order on the book holds, and marks the balance as touched. */
export function releaseHold(
  state: CoreState,
  instrument: InstrumentState,
  account: number,
  side: number,
  priceTicks: number,
  lots: number,
): void {
  const asset = heldAsset(instrument, side);
  holdOf(instrument, side, priceTicks, lots);
  state.ledger.asset(asset).release(account, WIDE, 0);
  state.ledger.touch(asset, account);
}

/** Holds an amount for the order of a record, and keeps it there. A hold of nothing touches nothing. */
export function holdAside(
  state: CoreState,
  instrument: InstrumentState,
  account: number,
  side: number,
  record: number,
  amount: Float64Array,
): void {
  if (isZero(amount, 0)) return;
  const { doubles } = instrument.book.special;
  const at = record * RECORD_DOUBLES + HOLD;
  doubles[at] = amount[0]!;
  doubles[at + 1] = amount[1]!;
  const asset = heldAsset(instrument, side);
  state.ledger.asset(asset).hold(account, amount, 0);
  state.ledger.touch(asset, account);
}

/** Gives back what stands in a record, if anything. */
export function releaseAside(
  state: CoreState,
  instrument: InstrumentState,
  account: number,
  side: number,
  record: number,
): void {
  const { doubles } = instrument.book.special;
  const at = record * RECORD_DOUBLES + HOLD;
  if (isZero(doubles, at)) return;
  const asset = heldAsset(instrument, side);
  state.ledger.asset(asset).release(account, doubles, at);
  state.ledger.touch(asset, account);
  doubles[at] = 0;
  doubles[at + 1] = 0;
}
