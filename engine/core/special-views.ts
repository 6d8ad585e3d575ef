/**
 * What of the core's state concerns special orders, as plain values: for audits and for whoever reads beside the events.
 */
import type { ListContingency, OrderPhase } from "../domain/order.ts";
import { LIST_CONTINGENCIES, ORDER_PHASES } from "../domain/order.ts";
import {
  HIDDEN,
  HOLD,
  LIST,
  PHASE,
  PREVENTED,
  RECORD_DOUBLES,
  STOP,
  TRACKING,
  TRAILING,
  WATERMARK,
} from "./special-orders.ts";
import type { CoreState } from "./state.ts";
import { toBigInt } from "./wide.ts";

/** An account's orders that count in the windows of a time. */
export function orderCountsOf(
  state: CoreState,
  account: number,
  timeUs: number,
): { readonly per10s: number; readonly perDay: number } {
  return { per10s: state.counts.per10s(account, timeUs), perDay: state.counts.perDay(account, timeUs) };
}

export interface SpecialState {
  readonly phase: OrderPhase;
  readonly stopTicks: number;
  readonly trailingDeltaBips: number;
  /** The best price that a tracking order has seen; 0: none yet. */
  readonly watermarkTicks: number;
  /** Of the rest, what does not show. */
  readonly hiddenLots: number;
  /** Lost to decrement. */
  readonly preventedLots: number;
  /** 0: in no list. */
  readonly orderListId: number;
  /** What it holds while it does not work; one that works holds its price × rest, or its rest. */
  readonly heldAtoms: bigint;
}

/** null: there is no such open order, or it is a plain one. */
export function specialStateOf(state: CoreState, instrument: number, orderId: number): SpecialState | null {
  const book = state.instruments[instrument]?.book;
  if (book === undefined) return null;
  const { orders, special, triggers } = book;
  const slot = orders.slotOf(orderId);
  const record = slot === 0 ? 0 : special.of(slot);
  if (record === 0) return null;
  const hold = record * RECORD_DOUBLES + HOLD;
  const phase = special.get(record, PHASE);
  return {
    phase: ORDER_PHASES[phase]!,
    stopTicks: special.get(record, STOP),
    trailingDeltaBips: special.get(record, TRAILING),
    watermarkTicks: phase === TRACKING ? triggers.watermarkOf(record) : special.get(record, WATERMARK),
    hiddenLots: special.get(record, HIDDEN),
    preventedLots: special.get(record, PREVENTED),
    orderListId: special.get(record, LIST),
    heldAtoms: toBigInt(special.doubles[hold]!, special.doubles[hold + 1]!),
  };
}

export interface OpenList {
  readonly orderListId: number;
  readonly instrument: number;
  readonly contingency: ListContingency;
  /** In the order of the legs, closed ones too. */
  readonly orderIds: readonly number[];
}

/** An account's open lists, oldest first. */
export function openListsOf(state: CoreState, account: number): readonly OpenList[] {
  return state.lists.ofAccount(account).map((list) => ({
    orderListId: list.id,
    instrument: list.instrument,
    contingency: LIST_CONTINGENCIES[list.contingency]!,
    orderIds: list.orderIds,
  }));
}
