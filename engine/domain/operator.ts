/**
 * What only an operator may ask for, and the records of accounts and keys that come of it. Plain values; they are rare,
 * so the journal carries them as JSON.
 */
import type { ExchangeLimits, InstrumentRules, InstrumentStatus, InstrumentTerms } from "./instrument.ts";

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
/** The rules are replaced whole; open orders keep what they were taken in under. */
export interface SetInstrumentRules {
  readonly type: "set_instrument_rules";
  readonly symbol: string;
  readonly rules: InstrumentRules;
}
export interface SetExchangeLimits {
  readonly type: "set_exchange_limits";
  readonly limits: ExchangeLimits;
}
/** While frozen, no withdrawal is held and none is settled; releases pass. */
export interface FreezeWithdrawals {
  readonly type: "freeze_withdrawals";
  readonly frozen: boolean;
  /** For the operator, 1 to 128 characters. */
  readonly reason: string;
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
/** Everything of a key that may change, as it is to be from now on. A revoked key stays revoked. */
export interface SetKey {
  readonly type: "set_key";
  readonly apiKey: string;
  readonly permissions: readonly KeyPermission[];
  readonly ipAllowList: readonly string[];
  readonly expiresUs: number;
  readonly label: string;
  /** A disabled key does nothing until it is enabled again. */
  readonly disabled: boolean;
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
  | SetInstrumentRules
  | SetExchangeLimits
  | FreezeWithdrawals
  | OpenAccount
  | SetAccount
  | RegisterKey
  | RevokeKey
  | SetKey
  | Deposit
  | HoldWithdrawal
  | SettleWithdrawal
  | ReleaseWithdrawal
  | OperatorCancelAll;

export interface AccountRecord {
  /** Position in the list of accounts; 0 is the fee account. */
  readonly id: number;
  readonly name: string;
  readonly canTrade: boolean;
  readonly canWithdraw: boolean;
}

export interface KeyRecord {
  /** 1, 2, 3 …; never reused. */
  readonly id: number;
  readonly account: number;
  readonly apiKey: string;
  readonly kind: "hmac_sha256" | "ed25519" | "rsa_sha256";
  readonly material: string;
  readonly permissions: readonly KeyPermission[];
  readonly ipAllowList: readonly string[];
  readonly expiresUs: number;
  readonly label: string;
  readonly revoked: boolean;
  /** Not given: false. */
  readonly disabled?: boolean;
}
