/**
 * Writes events as rows: one function per kind, columns in the order that protocol/event-decoder.ts reads.
 */
import { type EventLog, ROW } from "./event-log.ts";
import type { InstrumentState } from "./instrument-state.ts";
import type { Ledger } from "./ledger.ts";

export function emitRejected(log: EventLog, account: number, instrument: number, reason: number): void {
  const at = log.begin(ROW.commandRejected, 3);
  log.rows[at] = account;
  log.rows[at + 1] = instrument;
  log.rows[at + 2] = reason;
}

/** @param flags side, type, time in force and self-trade mode as in order-table.ts. */
export function emitAccepted(
  log: EventLog,
  instrument: number,
  orderId: number,
  account: number,
  flags: number,
  priceTicks: number,
  quantityLots: number,
  quote: Float64Array,
  clientId: Uint32Array,
): void {
  const at = log.begin(ROW.orderAccepted, 12);
  const rows = log.rows;
  rows[at] = instrument;
  rows[at + 1] = orderId;
  rows[at + 2] = account;
  rows[at + 3] = flags;
  rows[at + 4] = priceTicks;
  rows[at + 5] = quantityLots;
  rows[at + 6] = quote[0]!;
  rows[at + 7] = quote[1]!;
  log.writeClientId(at + 8, clientId, 0);
}

export function emitCanceled(
  log: EventLog,
  instrument: number,
  orderId: number,
  account: number,
  remainingLots: number,
  cause: number,
  cancelClientId: Uint32Array,
): void {
  const at = log.begin(ROW.orderCanceled, 9);
  const rows = log.rows;
  rows[at] = instrument;
  rows[at + 1] = orderId;
  rows[at + 2] = account;
  rows[at + 3] = remainingLots;
  rows[at + 4] = cause;
  log.writeClientId(at + 5, cancelClientId, 0);
}

export function emitExpired(
  log: EventLog,
  instrument: number,
  orderId: number,
  account: number,
  remainingLots: number,
  reason: number,
  counterOrderId: number,
  preventedLots: number,
): void {
  const at = log.begin(ROW.orderExpired, 7);
  const rows = log.rows;
  rows[at] = instrument;
  rows[at + 1] = orderId;
  rows[at + 2] = account;
  rows[at + 3] = remainingLots;
  rows[at + 4] = reason;
  rows[at + 5] = counterOrderId;
  rows[at + 6] = preventedLots;
}

export function emitAmended(
  log: EventLog,
  instrument: number,
  orderId: number,
  account: number,
  quantityLots: number,
  remainingLots: number,
  clientIds: Uint32Array,
  clientOffset: number,
): void {
  const at = log.begin(ROW.orderAmended, 9);
  const rows = log.rows;
  rows[at] = instrument;
  rows[at + 1] = orderId;
  rows[at + 2] = account;
  rows[at + 3] = quantityLots;
  rows[at + 4] = remainingLots;
  log.writeClientId(at + 5, clientIds, clientOffset);
}

/** Takes the instrument's next update id. */
export function emitLevel(
  log: EventLog,
  instrument: InstrumentState,
  side: number,
  priceTicks: number,
  quantityLots: number,
): void {
  instrument.lastUpdateId += 1;
  const at = log.begin(ROW.levelChanged, 5);
  const rows = log.rows;
  rows[at] = instrument.id;
  rows[at + 1] = instrument.lastUpdateId;
  rows[at + 2] = side;
  rows[at + 3] = priceTicks;
  rows[at + 4] = quantityLots;
}

/** One balance_changed for each account and asset that the command touched, in the order first touched. */
export function emitBalances(log: EventLog, ledger: Ledger): void {
  for (let index = 0; index < ledger.touchedCount; index++) {
    const asset = ledger.touched[index * 2]!;
    const account = ledger.touched[index * 2 + 1]!;
    const cells = ledger.asset(asset).cells;
    const cell = account * 4;
    const at = log.begin(ROW.balanceChanged, 6);
    const rows = log.rows;
    rows[at] = account;
    rows[at + 1] = asset;
    for (let limb = 0; limb < 4; limb++) rows[at + 2 + limb] = cells[cell + limb]!;
  }
}
