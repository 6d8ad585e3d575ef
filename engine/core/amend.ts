/**
 * Lowers the quantity of an open order, which keeps its place.
 */
import { checkNamed, hasText, slotNamed } from "./cancel.ts";
import { checkCredential, checkOpen, notionalPasses, OK, rejectCode } from "./checks.ts";
import type { Command } from "./command.ts";
import { emitAmended, emitBalances, emitLevel } from "./emit.ts";
import { releaseHold } from "./holds.ts";
import type { InstrumentState } from "./instrument-state.ts";
import { AMENDS, ICEBERG, LIST, PHASE, PRICE, WORKING } from "./special-orders.ts";
import type { CoreState } from "./state.ts";
import { HI_END, multiply, WIDE } from "./wide.ts";

const QUANTITY_OUTSIDE_FILTER = rejectCode("quantity_outside_filter");
const NOTIONAL_OUTSIDE_FILTER = rejectCode("notional_outside_filter");
const CLIENT_ORDER_ID_OPEN = rejectCode("client_order_id_open");
const AMEND_NOT_SUPPORTED = rejectCode("amend_not_supported");
const ORDER_AMENDS_LIMIT = rejectCode("order_amends_limit");
const QUANTITY_NOT_REDUCED = rejectCode("quantity_not_reduced");
const QUANTITY_ALREADY_EXECUTED = rejectCode("quantity_already_executed");

export function applyAmend(state: CoreState, command: Command, timeUs: number): number {
  const refused = checkCredential(state, command, timeUs);
  if (refused !== OK) return refused;
  const open = checkOpen(state, command, false);
  if (open !== OK) return open;
  const instrument = state.instruments[command.instrument]!;
  const { book } = instrument;
  const { orders } = book;
  const { quantityLots } = command;
  if (!(quantityLots >= instrument.quantityLotsMin && quantityLots <= instrument.quantityLotsMax))
    return QUANTITY_OUTSIDE_FILTER;
  const slot = slotNamed(instrument, command);
  const price = slot === 0 ? 0 : priceOfOpen(instrument, slot);
  if (price !== 0) {
    const fits = multiply(price * instrument.quoteAtomsPerTickLot, quantityLots);
    if (!fits) WIDE[0] = HI_END;
    if (!notionalPasses(instrument, false, WIDE)) return NOTIONAL_OUTSIDE_FILTER;
  }
  if (hasText(command.clientId)) {
    const holder = orders.slotOfClientId(command.account, command.clientId, 0);
    if (holder !== 0 && holder !== slot) return CLIENT_ORDER_ID_OPEN;
  }
  const named = checkNamed(instrument, command, slot);
  if (named !== OK) return named;
  const refusedKind = checkAmendable(instrument, slot);
  if (refusedKind !== OK) return refusedKind;
  const quantity = orders.quantity(slot);
  // What was prevented included.
  const executed = quantity - orders.remaining(slot);
  if (quantityLots >= quantity) return QUANTITY_NOT_REDUCED;
  if (quantityLots <= executed) return QUANTITY_ALREADY_EXECUTED;

  const side = orders.side(slot);
  releaseHold(state, instrument, command.account, side, price, quantity - quantityLots);
  const total = book.reduce(slot, quantityLots, quantityLots - executed);
  if (instrument.rules.amendsMax > 0) countAmend(instrument, slot);
  if (hasText(command.clientId)) orders.renameClientId(slot, command.clientId, 0);
  emitAmended(
    state.events,
    instrument.id,
    orders.orderId(slot),
    command.account,
    quantityLots,
    quantityLots - executed,
    orders.clientIds,
    slot * 8,
  );
  emitLevel(state.events, instrument, side, price, total);
  emitBalances(state.events, state.ledger);
  return OK;
}

/** 0: it has none. */
function priceOfOpen({ book }: InstrumentState, slot: number): number {
  const record = book.special.of(slot);
  return record === 0 ? book.priceOf(slot) : book.special.get(record, PRICE);
}

/** Only an order on the book that shows whole, and that no list depends on; not oftener than the rules say. */
function checkAmendable({ rules, book }: InstrumentState, slot: number): number {
  const { orders, special } = book;
  const record = special.of(slot);
  if (record !== 0) {
    const isPlain =
      special.get(record, PHASE) === WORKING && special.get(record, LIST) === 0 && special.get(record, ICEBERG) === 0;
    if (!isPlain) return AMEND_NOT_SUPPORTED;
  }
  if (rules.amendsMax === 0) return OK;
  const amends = record === 0 ? -orders.extension(slot) : special.get(record, AMENDS);
  return amends >= rules.amendsMax ? ORDER_AMENDS_LIMIT : OK;
}

function countAmend({ book }: InstrumentState, slot: number): void {
  const { orders, special } = book;
  const record = special.of(slot);
  if (record === 0) orders.setExtension(slot, orders.extension(slot) - 1);
  else special.set(record, AMENDS, special.get(record, AMENDS) + 1);
}
