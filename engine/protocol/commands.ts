/**
 * Commands: everything that may change the exchange's state, as plain values made by the edges.
 *
 * Owns: their shapes. Prices in ticks, quantities in lots, amounts in atoms (bigint). The binary form that is journaled
 * is command-codec.ts. An edge stamps `account` and `keyId` from the verified credential, never from a request's body.
 */
import type { OperatorCommand } from "../domain/operator.ts";
import type {
  CancelRestriction,
  ListContingency,
  OrderConditions,
  OrderType,
  SelfTradeMode,
  Side,
  TimeInForce,
} from "../domain/order.ts";

/** Who asks: stamped by the edge. `keyId` 0 is the exchange itself (operator, tests). */
export interface Credential {
  readonly account: number;
  readonly keyId: number;
}

export interface NewOrder {
  readonly instrument: number;
  readonly side: Side;
  readonly orderType: OrderType;
  /** "gtc" for market and limit_maker. */
  readonly timeInForce: TimeInForce;
  /** null: the instrument's default. */
  readonly selfTradeMode: SelfTradeMode | null;
  /** 0 for a market order. */
  readonly priceTicks: number;
  /** 0 for a market order by quote amount. */
  readonly quantityLots: number;
  /** Market by quote amount: how many quote atoms to spend (buy) or to receive (sell); else 0n. */
  readonly quoteAtoms: bigint;
  /** 1 to 36 of [.A-Z:/a-z0-9_-]; the edge makes one when the trader sent none. */
  readonly clientOrderId: string;
  /** Stop price, trailing delta, iceberg, strategy. Not given: NO_CONDITIONS. */
  readonly conditions?: OrderConditions;
}

/** Names one open order: by id (then a non-empty client id must match), else by client id. */
export interface OrderTarget {
  /** 0: by client id. */
  readonly orderId: number;
  /** "": by id alone. */
  readonly origClientOrderId: string;
}

export interface PlaceOrder extends Credential, NewOrder {
  readonly type: "place_order";
}

export interface CancelOrder extends Credential, OrderTarget {
  readonly type: "cancel_order";
  readonly instrument: number;
  /** The id of the cancel itself, as its report shows it. */
  readonly cancelClientOrderId: string;
  readonly restriction: CancelRestriction;
}

export interface CancelAllOrders extends Credential {
  readonly type: "cancel_all";
  readonly instrument: number;
  readonly cancelClientOrderId: string;
}

/** Cancels one order, then places another, in one command. The new one loses its time priority. */
export interface CancelReplace extends Credential, NewOrder {
  readonly type: "cancel_replace";
  readonly mode: "stop_on_failure" | "allow_failure";
  readonly cancelTarget: OrderTarget;
  readonly cancelClientOrderId: string;
  readonly restriction: CancelRestriction;
  /** When the account's count of orders is used up: refuse the whole, or cancel and place nothing. Not given: do_nothing. */
  readonly whenCountUsedUp?: "do_nothing" | "cancel_only";
}

/** Lowers an open order's quantity; it keeps its place. */
export interface AmendOrder extends Credential, OrderTarget {
  readonly type: "amend_order";
  readonly instrument: number;
  /** The new total quantity, what is executed included. */
  readonly quantityLots: number;
  /** The order's client id from now on ("" keeps it). */
  readonly newClientOrderId: string;
}

/** One order of a list; the list names the instrument. */
export type ListLeg = Omit<NewOrder, "instrument" | "quoteAtoms">;

/**
 * Orders that depend on each other, taken in together or not at all. oco: [below, above], one side, one quantity. oto:
 * [working, pending]. otoco: [working, pending below, pending above].
 */
export interface PlaceOrderList extends Credential {
  readonly type: "place_order_list";
  readonly instrument: number;
  readonly contingency: ListContingency;
  /** Like a client order id, unique among the account's open lists on the instrument. */
  readonly listClientOrderId: string;
  readonly legs: readonly ListLeg[];
}

/** Cancels every open order of a list, named by id when not 0 (then a non-empty client id must match), else by client id. */
export interface CancelOrderList extends Credential {
  readonly type: "cancel_order_list";
  readonly instrument: number;
  readonly orderListId: number;
  readonly listClientOrderId: string;
  readonly cancelClientOrderId: string;
}

export type TradeCommand =
  | PlaceOrder
  | CancelOrder
  | CancelAllOrders
  | CancelReplace
  | AmendOrder
  | PlaceOrderList
  | CancelOrderList;

export type {
  AddAsset,
  AddInstrument,
  Deposit,
  FreezeWithdrawals,
  HoldWithdrawal,
  KeyPermission,
  OpenAccount,
  OperatorCancelAll,
  OperatorCommand,
  RegisterKey,
  ReleaseWithdrawal,
  RevokeKey,
  SetAccount,
  SetExchangeLimits,
  SetInstrumentFees,
  SetInstrumentRules,
  SetInstrumentStatus,
  SetKey,
  SettleWithdrawal,
} from "../domain/operator.ts";
export { KEY_PERMISSIONS } from "../domain/operator.ts";

export type EngineCommand = TradeCommand | OperatorCommand;

/** What travels with a command. */
export interface CommandEnvelope {
  /** 16 bytes, unique per command; the same id again is answered with the first answer. */
  readonly commandId: Uint8Array;
  /** Engine time (µs) after which the command is refused as `deadline_passed`. */
  readonly deadlineUs: number;
  /** Which stream it came by; operator commands are refused from "trade". */
  readonly source: "trade" | "ops";
}
