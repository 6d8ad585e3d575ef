/**
 * The reference's operator commands: assets, instruments, accounts, keys, deposits and withdrawals.
 *
 * Each function checks, then changes; it returns the reason for a refusal, or null when the command took effect.
 */
import {
  AMOUNT_MAX,
  ASSET_DECIMALS_MAX,
  FEE_RATE_MAX_E8,
  type Instrument,
  type InstrumentTerms,
  PRICE_TICKS_MAX,
  SYMBOL_PATTERN,
} from "../domain/instrument.ts";
import type { Reject } from "../domain/rejects.ts";
import type {
  AddAsset,
  AddInstrument,
  Deposit,
  HoldWithdrawal,
  OpenAccount,
  RegisterKey,
  ReleaseWithdrawal,
  RevokeKey,
  SetAccount,
  SetInstrumentFees,
  SetInstrumentStatus,
  SettleWithdrawal,
} from "../protocol/commands.ts";
import type { AccountRecord, FundingKind, KeyRecord } from "../protocol/events.ts";
import { type Account, type Market, type State, type Turn, totalOf } from "./reference-state.ts";

const E8 = 10n ** 8n;
const REFERENCE_CHARACTERS_MAX = 128;

export function addAsset({ state, events }: Turn, { name, decimals }: AddAsset): Reject | null {
  if (state.assets.some((asset) => asset.name === name)) return "asset_exists";
  if (!SYMBOL_PATTERN.test(name)) return "asset_invalid";
  if (!isWholeWithin(decimals, 0, ASSET_DECIMALS_MAX)) return "asset_invalid";
  const asset = { id: state.assets.length, name, decimals };
  state.assets.push(asset);
  events.push({ type: "asset_added", asset });
  return null;
}

export function addInstrument({ state, events }: Turn, { terms }: AddInstrument): Reject | null {
  const base = state.assets.find((asset) => asset.name === terms.base);
  const quote = state.assets.find((asset) => asset.name === terms.quote);
  if (base === undefined || quote === undefined) return "asset_not_found";
  if (state.markets.some((market) => market.instrument.symbol === terms.symbol)) return "instrument_exists";
  if (!SYMBOL_PATTERN.test(terms.symbol) || base === quote || !areLimitsValid(terms)) return "instrument_invalid";

  const notionalMax = BigInt(terms.notionalMaxE8);
  if (notionalMax !== 0n && notionalMax < 10n ** BigInt(8 - quote.decimals)) return "instrument_invalid";

  // A lot of base, and a lot at one tick, must be whole numbers of atoms: tick · lot · 10^decimals / 1e16.
  const quoteScaled = BigInt(terms.tickE8) * BigInt(terms.lotE8) * 10n ** BigInt(quote.decimals);
  const baseScaled = BigInt(terms.lotE8) * 10n ** BigInt(base.decimals);
  if (quoteScaled % (E8 * E8) !== 0n || baseScaled % E8 !== 0n) return "instrument_invalid";
  const quotePerTickLot = quoteScaled / (E8 * E8);
  const basePerLot = baseScaled / E8;
  if (BigInt(terms.priceTicksMax) * quotePerTickLot > BigInt(Number.MAX_SAFE_INTEGER)) return "instrument_invalid";
  if (BigInt(terms.quantityLotsMax) * basePerLot > AMOUNT_MAX) return "instrument_invalid";

  const instrument: Instrument = {
    ...terms,
    id: state.markets.length,
    status: "trading",
    baseAsset: base.id,
    quoteAsset: quote.id,
    baseAtomsPerLot: Number(basePerLot),
    quoteAtomsPerTickLot: Number(quotePerTickLot),
  };
  state.markets.push({
    instrument,
    open: [],
    lastOrderId: 0,
    lastTradeId: 0,
    lastUpdateId: 0,
    lastTradePriceTicks: 0,
  });
  events.push({ type: "instrument_changed", instrument });
  return null;
}

function areLimitsValid(terms: InstrumentTerms): boolean {
  const { priceTicksMin, priceTicksMax, quantityLotsMin, quantityLotsMax, marketLotsMin, marketLotsMax } = terms;
  const safe = Number.MAX_SAFE_INTEGER;
  if (!isWholeWithin(terms.tickE8, 1, safe) || !isWholeWithin(terms.lotE8, 1, safe)) return false;
  if (!isWholeWithin(priceTicksMax, 1, PRICE_TICKS_MAX) || !isWholeWithin(priceTicksMin, 1, priceTicksMax))
    return false;
  if (!isWholeWithin(quantityLotsMax, 1, safe) || !isWholeWithin(quantityLotsMin, 1, quantityLotsMax)) return false;
  if (!isWholeWithin(marketLotsMax, 1, safe) || !isWholeWithin(marketLotsMin, 1, marketLotsMax)) return false;
  const { notionalMinE8, notionalMaxE8 } = terms;
  if (![notionalMinE8, notionalMaxE8].every((text) => /^\d{1,19}$/.test(text) && BigInt(text) <= AMOUNT_MAX))
    return false;
  const notionalMin = BigInt(terms.notionalMinE8);
  const notionalMax = BigInt(terms.notionalMaxE8);
  if (notionalMax !== 0n && notionalMin > notionalMax) return false;
  if (!isWholeWithin(terms.ordersMax, 1, safe)) return false;
  if (!areRatesValid(terms)) return false;
  return terms.selfTradeAllowed.includes(terms.selfTradeDefault);
}

function areRatesValid({ makerFeeE8, takerFeeE8 }: { makerFeeE8: number; takerFeeE8: number }): boolean {
  return isWholeWithin(makerFeeE8, 0, FEE_RATE_MAX_E8) && isWholeWithin(takerFeeE8, 0, FEE_RATE_MAX_E8);
}

function isWholeWithin(value: number, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max;
}

export function marketBySymbol(state: State, symbol: string): Market | undefined {
  return state.markets.find((market) => market.instrument.symbol === symbol);
}

export function setInstrumentStatus({ state, events }: Turn, command: SetInstrumentStatus): Reject | null {
  const market = marketBySymbol(state, command.symbol);
  if (market === undefined) return "instrument_not_found";
  if (market.instrument.status === command.status) return "status_unchanged";
  market.instrument = { ...market.instrument, status: command.status };
  events.push({ type: "instrument_changed", instrument: market.instrument });
  return null;
}

export function setInstrumentFees({ state, events }: Turn, command: SetInstrumentFees): Reject | null {
  const market = marketBySymbol(state, command.symbol);
  if (market === undefined) return "instrument_not_found";
  if (!areRatesValid(command)) return "instrument_invalid";
  const { makerFeeE8, takerFeeE8 } = command;
  market.instrument = { ...market.instrument, makerFeeE8, takerFeeE8 };
  events.push({ type: "instrument_changed", instrument: market.instrument });
  return null;
}

export function openAccount({ state, events }: Turn, { name }: OpenAccount): Reject | null {
  if (state.accounts.some((account) => account.name === name)) return "account_exists";
  if (name.length < 1 || name.length > 64) return "account_invalid";
  const account: Account = { id: state.accounts.length, name, canTrade: true, canWithdraw: true, balances: new Map() };
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
