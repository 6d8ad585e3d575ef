/**
 * Commands: everything that may change the exchange's state, as plain values made by the edges.
 *
 * Owns: their shapes. Prices in ticks, quantities in lots, amounts in atoms (bigint). The binary form that is journaled
 * is command-codec.ts. An edge stamps `account` and `keyId` from the verified credential, never from a request's body.
 */
import type { InstrumentStatus, InstrumentTerms } from "../domain/instrument.ts";
import type { CancelRestriction, OrderType, SelfTradeMode, Side, TimeInForce } from "../domain/order.ts";

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

export type TradeCommand = PlaceOrder | CancelOrder | CancelAllOrders | CancelReplace | AmendOrder;

export interface AddAsset {
  readonly type: "add_asset";
  readonly name: string;
  readonly decimals: number;
}
export interface AddInstrument {
  readonly type: "add_instrument";
  readonly terms: InstrumentTerms;
}
export interface SetInstrumentStatus {
  readonly type: "set_instrument_status";
  readonly symbol: string;
  readonly status: InstrumentStatus;
}
export interface SetInstrumentFees {
  readonly type: "set_instrument_fees";
  readonly symbol: string;
  readonly makerFeeE8: number;
  readonly takerFeeE8: number;
}
export interface OpenAccount {
  readonly type: "open_account";
  readonly name: string;
}
export interface SetAccount {
  readonly type: "set_account";
  readonly account: number;
  readonly canTrade: boolean;
  readonly canWithdraw: boolean;
}
export const KEY_PERMISSIONS = ["read", "trade", "withdraw"] as const;
export type KeyPermission = (typeof KEY_PERMISSIONS)[number];
export interface RegisterKey {
  readonly type: "register_key";
  readonly account: number;
  /** The public name of the key, as in X-MBX-APIKEY. */
  readonly apiKey: string;
  readonly kind: "hmac_sha256" | "ed25519" | "rsa_sha256";
  /** HMAC: the secret sealed with AES-256-GCM, base64. Else the public key (PEM). Never a secret in the clear. */
  readonly material: string;
  readonly permissions: readonly KeyPermission[];
  /** Addresses or CIDR ranges allowed to use it; empty: any. */
  readonly ipAllowList: readonly string[];
  /** Engine time in microseconds after which it is void; 0: never. */
  readonly expiresUs: number;
  readonly label: string;
}
export interface RevokeKey {
  readonly type: "revoke_key";
  readonly apiKey: string;
}
/** `reference` is kept for ever: the same one is credited once. */
export interface Deposit {
  readonly type: "deposit";
  readonly account: number;
  readonly asset: string;
  readonly atoms: bigint;
  readonly reference: string;
}
export interface HoldWithdrawal {
  readonly type: "hold_withdrawal";
  readonly account: number;
  readonly asset: string;
  readonly atoms: bigint;
  readonly reference: string;
}
export interface SettleWithdrawal {
  readonly type: "settle_withdrawal";
  readonly reference: string;
}
export interface ReleaseWithdrawal {
  readonly type: "release_withdrawal";
  readonly reference: string;
}
/** An operator's cancel of everything an account has open on an instrument. */
export interface OperatorCancelAll {
  readonly type: "operator_cancel_all";
  readonly account: number;
  readonly instrument: number;
}

export type OperatorCommand =
  | AddAsset
  | AddInstrument
  | SetInstrumentStatus
  | SetInstrumentFees
  | OpenAccount
  | SetAccount
  | RegisterKey
  | RevokeKey
  | Deposit
  | HoldWithdrawal
  | SettleWithdrawal
  | ReleaseWithdrawal
  | OperatorCancelAll;

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
