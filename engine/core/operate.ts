/**
 * The operator's commands: assets, instruments, accounts, keys, deposits, withdrawals. Rare, so in plain objects and
 * bigint. Each says "no" by a reason's index, or applies and says OK.
 */
import { unreachable } from "../domain/assert.ts";
import { AMOUNT_MAX, ASSET_DECIMALS_MAX, type Instrument, SYMBOL_PATTERN } from "../domain/instrument.ts";
import type { Deposit, HoldWithdrawal, OpenAccount, OperatorCommand, RegisterKey } from "../domain/operator.ts";
import { cancelEverything } from "./cancel.ts";
import { OK, rejectCode } from "./checks.ts";
import { emitBalances } from "./emit.ts";
import { ROW } from "./event-log.ts";
import { limitsFrom } from "./instrument-rules.ts";
import { instrumentFrom } from "./instrument-terms.ts";
import { ACCOUNTS_MAX, ASSETS_MAX, INSTRUMENTS_MAX, NAME_CHARACTERS_MAX, REFERENCE_CHARACTERS_MAX } from "./limits.ts";
import type { CoreState, Withdrawal } from "./state.ts";
import { fromBigInt, WIDE } from "./wide.ts";

const FUNDING = { deposited: 0, withdrawal_held: 1, withdrawal_settled: 2, withdrawal_released: 3 } as const;

export function applyOperator(state: CoreState, command: OperatorCommand): number {
  switch (command.type) {
    case "add_asset":
      return addAsset(state, command.name, command.decimals);
    case "add_instrument":
      return addInstrument(state, command.terms);
    case "set_instrument_status":
    case "set_instrument_fees":
    case "set_instrument_rules":
      return changeInstrument(state, command);
    case "set_exchange_limits": {
      const limits = limitsFrom(command.limits);
      if (limits === null) return rejectCode("limits_invalid");
      state.putLimits(limits);
      state.counts.clear();
      state.events.writeText(ROW.exchangeLimitsChanged, 0, 0, JSON.stringify({ limits }));
      return OK;
    }
    case "freeze_withdrawals": {
      const { frozen, reason } = command;
      if (!isReference(reason)) return rejectCode("reference_unknown");
      if (state.withdrawalsFrozen === frozen) return rejectCode("status_unchanged");
      state.withdrawalsFrozen = frozen;
      state.events.writeText(ROW.withdrawalsFrozen, 0, 0, JSON.stringify({ frozen, reason }));
      return OK;
    }
    case "open_account":
      return openAccount(state, command);
    case "set_account": {
      const record = state.accounts[command.account];
      if (record === undefined) return rejectCode("account_not_found");
      return putAccount(state, { ...record, canTrade: command.canTrade, canWithdraw: command.canWithdraw });
    }
    case "register_key":
      return registerKey(state, command);
    case "revoke_key": {
      const id = state.keyIds.get(command.apiKey);
      if (id === undefined) return rejectCode("key_not_found");
      return putKey(state, { ...state.keys[id]!.record, revoked: true });
    }
    case "set_key": {
      const known = state.keys[state.keyIds.get(command.apiKey) ?? -1]?.record;
      if (known === undefined || known.revoked) return rejectCode("key_not_found");
      const { permissions, ipAllowList, expiresUs, label, disabled } = command;
      return putKey(state, { ...known, permissions, ipAllowList, expiresUs, label, disabled });
    }
    case "deposit":
      return deposit(state, command);
    case "hold_withdrawal":
      return holdWithdrawal(state, command);
    case "settle_withdrawal":
    case "release_withdrawal":
      return endWithdrawal(state, command.reference, command.type === "settle_withdrawal" ? "settled" : "released");
    case "operator_cancel_all": {
      if (state.accounts[command.account] === undefined) return rejectCode("account_not_found");
      if (state.instruments[command.instrument] === undefined) return rejectCode("instrument_not_found");
      return cancelEverything(state, command.instrument, command.account, "operator");
    }
    default:
      return unreachable(command);
  }
}

/** Account and instrument that a rejected operator's command names; −1: none. */
export function subjectOf(state: CoreState, command: OperatorCommand): readonly [account: number, instrument: number] {
  const account = "account" in command ? command.account : -1;
  if ("instrument" in command) return [account, command.instrument];
  if ("symbol" in command) return [account, state.instrumentIds.get(command.symbol) ?? -1];
  return [account, -1];
}

function addAsset(state: CoreState, name: string, decimals: number): number {
  if (state.assetIds.has(name)) return rejectCode("asset_exists");
  const valid =
    SYMBOL_PATTERN.test(name) && Number.isInteger(decimals) && decimals >= 0 && decimals <= ASSET_DECIMALS_MAX;
  if (!valid || state.assets.length >= ASSETS_MAX) return rejectCode("asset_invalid");
  const asset = { id: state.assets.length, name, decimals };
  state.putAsset(asset);
  state.ledger.addAsset();
  state.events.writeText(ROW.assetAdded, asset.id, decimals, JSON.stringify(asset));
  return OK;
}

function addInstrument(state: CoreState, terms: Extract<OperatorCommand, { type: "add_instrument" }>["terms"]): number {
  const base = state.assets[state.assetIds.get(terms.base) ?? -1];
  const quote = state.assets[state.assetIds.get(terms.quote) ?? -1];
  if (base === undefined || quote === undefined) return rejectCode("asset_not_found");
  if (state.instrumentIds.has(terms.symbol)) return rejectCode("instrument_exists");
  const instrument =
    state.instruments.length >= INSTRUMENTS_MAX ? null : instrumentFrom(terms, state.instruments.length, base, quote);
  if (instrument === null) return rejectCode("instrument_invalid");
  return putInstrument(state, instrument);
}

function changeInstrument(
  state: CoreState,
  command: Extract<OperatorCommand, { type: "set_instrument_status" | "set_instrument_fees" | "set_instrument_rules" }>,
): number {
  const instrument = state.instruments[state.instrumentIds.get(command.symbol) ?? -1];
  if (instrument === undefined) return rejectCode("instrument_not_found");
  const { definition } = instrument;
  if (command.type === "set_instrument_status") {
    if (definition.status === command.status) return rejectCode("status_unchanged");
    return putInstrument(state, { ...definition, status: command.status });
  }
  const { id, baseAsset, quoteAsset } = definition;
  const terms =
    command.type === "set_instrument_rules"
      ? { ...definition, rules: command.rules }
      : { ...definition, makerFeeE8: command.makerFeeE8, takerFeeE8: command.takerFeeE8 };
  const changed = instrumentFrom(terms, id, state.assets[baseAsset]!, state.assets[quoteAsset]!);
  if (changed === null) return rejectCode("instrument_invalid");
  if (command.type === "set_instrument_rules") instrument.average.clear();
  return putInstrument(state, { ...changed, status: definition.status });
}

function putInstrument(state: CoreState, definition: Instrument): number {
  state.putInstrument(definition);
  state.events.writeText(ROW.instrumentChanged, definition.id, 0, JSON.stringify(definition));
  return OK;
}

function openAccount(state: CoreState, command: OpenAccount): number {
  const { name } = command;
  if (name.length < 1 || name.length > NAME_CHARACTERS_MAX || state.accounts.length >= ACCOUNTS_MAX)
    return rejectCode("account_invalid");
  if (state.accountNames.has(name)) return rejectCode("account_exists");
  return putAccount(state, { id: state.accounts.length, name, canTrade: true, canWithdraw: true });
}

function putAccount(state: CoreState, record: CoreState["accounts"][number]): number {
  state.putAccount(record);
  state.events.writeText(ROW.accountChanged, record.id, 0, JSON.stringify(record));
  return OK;
}

function registerKey(state: CoreState, command: RegisterKey): number {
  if (state.accounts[command.account] === undefined) return rejectCode("account_not_found");
  if (state.keyIds.has(command.apiKey)) return rejectCode("key_exists");
  if (command.apiKey === "" || command.material === "") return rejectCode("key_invalid");
  const { account, apiKey, kind, material, permissions, ipAllowList, expiresUs, label } = command;
  return putKey(state, {
    id: state.keys.length,
    account,
    apiKey,
    kind,
    material,
    permissions,
    ipAllowList,
    expiresUs,
    label,
    revoked: false,
  });
}

function putKey(state: CoreState, record: NonNullable<CoreState["keys"][number]>["record"]): number {
  state.putKey(record);
  state.events.writeText(ROW.keyChanged, record.id, record.account, JSON.stringify(record));
  return OK;
}

function isReference(reference: string): boolean {
  return reference.length >= 1 && reference.length <= REFERENCE_CHARACTERS_MAX;
}

function deposit(state: CoreState, command: Deposit): number {
  const { account, atoms, reference } = command;
  const asset = state.assetIds.get(command.asset);
  if (state.accounts[account] === undefined) return rejectCode("account_not_found");
  if (asset === undefined) return rejectCode("asset_not_found");
  const ledger = state.ledger.asset(asset);
  if (atoms < 1n || ledger.total + atoms > AMOUNT_MAX) return rejectCode("amount_too_large");
  if (!isReference(reference)) return rejectCode("reference_unknown");
  if (state.depositReferences.has(reference)) return rejectCode("reference_used");
  ledger.credit(account, atoms);
  state.depositReferences.add(reference);
  emitFunds(state, "deposited", account, asset, atoms, reference);
  return OK;
}

function holdWithdrawal(state: CoreState, command: HoldWithdrawal): number {
  const { account, atoms, reference } = command;
  const record = state.accounts[account];
  const asset = state.assetIds.get(command.asset);
  if (state.withdrawalsFrozen) return rejectCode("withdrawals_frozen");
  if (record === undefined) return rejectCode("account_not_found");
  if (!record.canWithdraw) return rejectCode("account_disabled");
  if (asset === undefined) return rejectCode("asset_not_found");
  if (atoms < 1n || atoms > AMOUNT_MAX) return rejectCode("amount_too_large");
  const ledger = state.ledger.asset(asset);
  fromBigInt(atoms);
  if (!ledger.hasFree(account, WIDE, 0)) return rejectCode("balance_too_low");
  if (!isReference(reference)) return rejectCode("reference_unknown");
  if (state.withdrawals.has(reference)) return rejectCode("reference_used");
  ledger.hold(account, WIDE, 0);
  state.withdrawals.set(reference, { account, asset, atoms, state: "held" });
  emitFunds(state, "withdrawal_held", account, asset, atoms, reference);
  return OK;
}

function endWithdrawal(state: CoreState, reference: string, end: Exclude<Withdrawal["state"], "held">): number {
  if (end === "settled" && state.withdrawalsFrozen) return rejectCode("withdrawals_frozen");
  const withdrawal = state.withdrawals.get(reference);
  if (withdrawal === undefined) return rejectCode("reference_unknown");
  if (withdrawal.state !== "held") return rejectCode("withdrawal_not_held");
  const { account, asset, atoms } = withdrawal;
  withdrawal.state = end;
  const ledger = state.ledger.asset(asset);
  if (end === "settled") ledger.settle(account, atoms);
  else {
    fromBigInt(atoms);
    ledger.release(account, WIDE, 0);
  }
  emitFunds(state, end === "settled" ? "withdrawal_settled" : "withdrawal_released", account, asset, atoms, reference);
  return OK;
}

function emitFunds(
  state: CoreState,
  kind: keyof typeof FUNDING,
  account: number,
  asset: number,
  atoms: bigint,
  reference: string,
): void {
  state.events.writeText(
    ROW.fundsMoved,
    FUNDING[kind],
    account,
    JSON.stringify({ asset, atoms: String(atoms), reference }),
  );
  state.ledger.touch(asset, account);
  emitBalances(state.events, state.ledger);
}
