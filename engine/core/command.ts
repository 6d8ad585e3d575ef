/**
 * One command as the core takes it: a reusable record of numbers, filled by protocol/command-codec.ts. Codes are the
 * indexes of the lists in domain/order.ts.
 */
import { CLIENT_ORDER_ID_WORDS } from "../domain/client-order-id.ts";
import type { OperatorCommand } from "../domain/operator.ts";

export const COMMAND = {
  /** Nothing but the passing of time. */
  tick: 0,
  placeOrder: 1,
  cancelOrder: 2,
  cancelAll: 3,
  cancelReplace: 4,
  amendOrder: 5,
  operator: 6,
  /** A stream is read from its beginning again (the runtime's matter): to the core, the passing of time. */
  sourceEpoch: 7,
  placeOrderList: 8,
  cancelOrderList: 9,
} as const;

export const SOURCE_TRADE = 0;
export const SOURCE_OPS = 1;
/** selfTradeMode: the instrument's default. */
export const SELF_TRADE_DEFAULT = 255;
export const REPLACE_STOP_ON_FAILURE = 0;
export const REPLACE_ALLOW_FAILURE = 1;
/** whenCountUsedUp. */
export const COUNT_USED_UP_DO_NOTHING = 0;
export const COUNT_USED_UP_CANCEL_ONLY = 1;
/** One more than a list can have: so many are told apart from too many. */
export const LIST_LEGS_MAX = 4;

export class Command {
  type = 0;
  source = SOURCE_TRADE;
  /** Four words; all zeros: not remembered (ticks, tools). */
  readonly commandId = new Uint32Array(4);
  deadlineUs = 0;
  account = 0;
  keyId = 0;
  instrument = 0;
  side = 0;
  orderType = 0;
  timeInForce = 0;
  selfTradeMode = SELF_TRADE_DEFAULT;
  priceTicks = 0;
  quantityLots = 0;
  /** Two limbs: hi, lo. */
  readonly quote = new Float64Array(2);
  /** Whether the order has any of the five behind it; without, they are 0. */
  hasConditions = false;
  stopTicks = 0;
  trailingDeltaBips = 0;
  icebergLots = 0;
  strategyId = 0;
  strategyType = 0;
  /** The order that a cancel, amend or replace names, or the list; 0: by origClientId. */
  orderId = 0;
  restriction = 0;
  replaceMode = REPLACE_STOP_ON_FAILURE;
  whenCountUsedUp = COUNT_USED_UP_DO_NOTHING;
  /** Of a list: what it is, how many legs it has, and each as an order of its own (made when first needed). */
  contingency = 0;
  legCount = 0;
  readonly legs: Command[] = [];
  /** The new order's client id; an amend's new one; a new list's. */
  readonly clientId = new Uint32Array(CLIENT_ORDER_ID_WORDS);
  readonly origClientId = new Uint32Array(CLIENT_ORDER_ID_WORDS);
  readonly cancelClientId = new Uint32Array(CLIENT_ORDER_ID_WORDS);
  operator: OperatorCommand | null = null;

  /** The leg at a place, which is reused like the record itself. */
  leg(index: number): Command {
    while (this.legs.length <= index) this.legs.push(new Command());
    return this.legs[index]!;
  }

  clearConditions(): void {
    if (!this.hasConditions) return;
    this.hasConditions = false;
    this.stopTicks = 0;
    this.trailingDeltaBips = 0;
    this.icebergLots = 0;
    this.strategyId = 0;
    this.strategyType = 0;
  }
}
