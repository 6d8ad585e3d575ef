/**
 * The reference's operator commands: assets, instruments, accounts, keys, deposits and withdrawals.
 *
 * Each function checks, then changes; it returns the reason for a refusal, or null when the command took effect.
 */
import { AMOUNT_MAX, ASSET_DECIMALS_MAX, SYMBOL_PATTERN } from "../domain/instrument.ts";
import type { Reject } from "../domain/rejects.ts";
import type {
  AddAsset,
  Deposit,
  FreezeWithdrawals,
  HoldWithdrawal,
  OpenAccount,
  RegisterKey,
  ReleaseWithdrawal,
  RevokeKey,
  SetAccount,
  SetExchangeLimits,
  SetKey,
  SettleWithdrawal,
} from "../protocol/commands.ts";
import type { AccountRecord, FundingKind, KeyRecord } from "../protocol/events.ts";
import { NO_COUNTS } from "./reference-counts.ts";
import { isWholeWithin } from "./reference-instruments.ts";
import { type Account, newAccount, type Turn, totalOf } from "./reference-state.ts";

const REFERENCE_CHARACTERS_MAX = 128;
const LIMIT_MAX = 2 ** 31 - 1;

export function addAsset({ state, events }: Turn, { name, decimals }: AddAsset): Reject | null {
  if (state.assets.some((asset) => asset.name === name)) return "asset_exists";
  if (!SYMBOL_PATTERN.test(name)) return "asset_invalid";
  if (!isWholeWithin(decimals, 0, ASSET_DECIMALS_MAX)) return "asset_invalid";
  const asset = { id: state.assets.length, name, decimals };
  state.assets.push(asset);
  events.push({ type: "asset_added", asset });
  return null;
}

export function openAccount({ state, events }: Turn, { name }: OpenAccount): Reject | null {
  if (state.accounts.some((account) => account.name === name)) return "account_exists";
  if (name.length < 1 || name.length > 64) return "account_invalid";
  const account = newAccount(state.accounts.length, name);
  state.accounts.push(account);
  events.push({ type: "account_changed", account: recordOf(account) });
  return null;
}

export function setAccount({ state, events }: Turn, command: SetAccount): Reject | null {
  const account = state.accounts[command.account];
  if (account === undefined) return "account_not_found";
  account.canTrade = command.canTrade;
  account.canWithdraw = command.canWithdraw;
  events.push({ type: "account_changed", account: recordOf(account) });
  return null;
}

function recordOf({ id, name, canTrade, canWithdraw }: Account): AccountRecord {
  return { id, name, canTrade, canWithdraw };
}

export function registerKey({ state, events }: Turn, command: RegisterKey): Reject | null {
  if (state.accounts[command.account] === undefined) return "account_not_found";
  if (state.keys.some((key) => key.apiKey === command.apiKey)) return "key_exists";
  if (command.apiKey === "" || command.material === "") return "key_invalid";
  const { type: _, ...stated } = command;
  const key: KeyRecord = { id: state.keys.length + 1, ...stated, revoked: false };
  state.keys.push(key);
  events.push({ type: "key_changed", key });
  return null;
}

export function revokeKey({ state, events }: Turn, { apiKey }: RevokeKey): Reject | null {
  const found = state.keys.find((key) => key.apiKey === apiKey);
  if (found === undefined) return "key_not_found";
  const key: KeyRecord = { ...found, revoked: true };
  state.keys[key.id - 1] = key;
  events.push({ type: "key_changed", key });
  return null;
}

export function setKey({ state, events }: Turn, { type: _, apiKey, ...stated }: SetKey): Reject | null {
  const found = state.keys.find((key) => key.apiKey === apiKey);
  if (found === undefined || found.revoked) return "key_not_found";
  const key: KeyRecord = { ...found, ...stated };
  state.keys[key.id - 1] = key;
  events.push({ type: "key_changed", key });
  return null;
}

export function setExchangeLimits({ state, events }: Turn, { limits }: SetExchangeLimits): Reject | null {
  if (!Object.values(limits).every((limit) => isWholeWithin(limit, 0, LIMIT_MAX))) return "limits_invalid";
  state.limits = limits;
  for (const { orderCounts } of state.accounts) Object.assign(orderCounts, NO_COUNTS);
  events.push({ type: "exchange_limits_changed", limits });
  return null;
}

export function freezeWithdrawals({ state, events }: Turn, { frozen, reason }: FreezeWithdrawals): Reject | null {
  if (!isReference(reason)) return "reference_unknown";
  if (state.isFrozen === frozen) return "status_unchanged";
  state.isFrozen = frozen;
  events.push({ type: "withdrawals_frozen", frozen, reason });
  return null;
}

function isReference(reference: string): boolean {
  return reference.length >= 1 && reference.length <= REFERENCE_CHARACTERS_MAX;
}

export function deposit(turn: Turn, { account, asset: name, atoms, reference }: Deposit): Reject | null {
  const { state } = turn;
  if (state.accounts[account] === undefined) return "account_not_found";
  const asset = state.assets.find((known) => known.name === name);
  if (asset === undefined) return "asset_not_found";
  if (atoms < 1n || totalOf(state, asset.id) + atoms > AMOUNT_MAX) return "amount_too_large";
  if (!isReference(reference)) return "reference_unknown";
  if (state.depositReferences.has(reference)) return "reference_used";
  state.depositReferences.add(reference);
  turn.touch(account, asset.id).free += atoms;
  announceFunds(turn, account, asset.id, "deposited", atoms, reference);
  return null;
}

export function holdWithdrawal(turn: Turn, { account, asset: name, atoms, reference }: HoldWithdrawal): Reject | null {
  const { state } = turn;
  if (state.isFrozen) return "withdrawals_frozen";
  if (state.accounts[account] === undefined) return "account_not_found";
  if (!state.accounts[account].canWithdraw) return "account_disabled";
  const asset = state.assets.find((known) => known.name === name);
  if (asset === undefined) return "asset_not_found";
  if (atoms < 1n) return "amount_too_large";
  if ((state.accounts[account].balances.get(asset.id)?.free ?? 0n) < atoms) return "balance_too_low";
  if (!isReference(reference)) return "reference_unknown";
  if (state.withdrawals.has(reference)) return "reference_used";
  state.withdrawals.set(reference, { account, asset: asset.id, atoms, state: "held" });
  const balance = turn.touch(account, asset.id);
  balance.free -= atoms;
  balance.locked += atoms;
  announceFunds(turn, account, asset.id, "withdrawal_held", atoms, reference);
  return null;
}

export function endWithdrawal(turn: Turn, command: SettleWithdrawal | ReleaseWithdrawal): Reject | null {
  if (turn.state.isFrozen && command.type === "settle_withdrawal") return "withdrawals_frozen";
  const withdrawal = turn.state.withdrawals.get(command.reference);
  if (withdrawal === undefined) return "reference_unknown";
  if (withdrawal.state !== "held") return "withdrawal_not_held";
  const { account, asset, atoms } = withdrawal;
  const isSettled = command.type === "settle_withdrawal";
  withdrawal.state = isSettled ? "settled" : "released";
  const balance = turn.touch(account, asset);
  balance.locked -= atoms;
  if (!isSettled) balance.free += atoms;
  const kind = isSettled ? "withdrawal_settled" : "withdrawal_released";
  announceFunds(turn, account, asset, kind, atoms, command.reference);
  return null;
}

function announceFunds(
  turn: Turn,
  account: number,
  asset: number,
  kind: FundingKind,
  atoms: bigint,
  reference: string,
): void {
  turn.events.push({ type: "funds_moved", account, asset, kind, atoms, reference });
}
