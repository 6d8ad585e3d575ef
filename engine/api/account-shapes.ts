/**
 * The account as the dialect shows it: balances, coins, rates of commission, counts of orders.
 */
import { AMOUNT_MAX, type ExchangeLimits, type Instrument, RATE_ONE_E8 } from "../domain/instrument.ts";
import { formatAtoms, formatE8 } from "../protocol/decimal.ts";
import type { AccountView, Catalog, OrderCounts } from "../protocol/views.ts";
import { decimalsOf } from "./amounts.ts";
import { PERMISSION } from "./exchange-info.ts";
import { moment, type TimeUnit } from "./time-unit.ts";

type Shape = Record<string, unknown>;

const BASIS_POINT_E8 = RATE_ONE_E8 / 10_000;
const ZERO = "0.00000000";

/**
 * The dialect has one pair of rates per account, we have one per instrument: the highest of each is shown, so that a
 * client that reckons with it never pays more.
 */
function highestRates(instruments: readonly Instrument[]): { makerE8: number; takerE8: number } {
  return {
    makerE8: instruments.reduce((highest, instrument) => Math.max(highest, instrument.makerFeeE8), 0),
    takerE8: instruments.reduce((highest, instrument) => Math.max(highest, instrument.takerFeeE8), 0),
  };
}

export function accountShape(catalog: Catalog, account: AccountView, omitZeroBalances: boolean, unit: TimeUnit): Shape {
  const { makerE8, takerE8 } = highestRates(catalog.instruments);
  const balances = omitZeroBalances
    ? account.balances.filter((balance) => balance.freeAtoms !== 0n || balance.lockedAtoms !== 0n)
    : account.balances;
  return {
    makerCommission: Math.ceil(makerE8 / BASIS_POINT_E8),
    takerCommission: Math.ceil(takerE8 / BASIS_POINT_E8),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: formatE8(makerE8), taker: formatE8(takerE8), buyer: ZERO, seller: ZERO },
    canTrade: account.canTrade,
    canWithdraw: account.canWithdraw,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: moment(unit, account.updatedUs),
    accountType: "SPOT",
    balances: balances.map((balance) => {
      const asset = catalog.assets[balance.asset];
      const decimals = decimalsOf(catalog, balance.asset);
      return {
        asset: asset?.name ?? "",
        free: formatAtoms(decimals, balance.freeAtoms),
        locked: formatAtoms(decimals, balance.lockedAtoms),
      };
    }),
    permissions: [PERMISSION],
    uid: account.id,
  };
}

const NO_RATES = { maker: ZERO, taker: ZERO };
const NO_DISCOUNT = { enabledForAccount: false, enabledForSymbol: false, discountAsset: "", discount: ZERO };

/** order/test with computeCommissionRates. */
export function commissionRatesShape(instrument: Instrument): Shape {
  return {
    standardCommissionForOrder: { maker: formatE8(instrument.makerFeeE8), taker: formatE8(instrument.takerFeeE8) },
    specialCommissionForOrder: NO_RATES,
    taxCommissionForOrder: NO_RATES,
    discount: NO_DISCOUNT,
  };
}

/** account/commission. */
export function commissionShape(instrument: Instrument): Shape {
  const none = { ...NO_RATES, buyer: ZERO, seller: ZERO };
  return {
    symbol: instrument.symbol,
    standardCommission: {
      ...none,
      maker: formatE8(instrument.makerFeeE8),
      taker: formatE8(instrument.takerFeeE8),
    },
    specialCommission: none,
    taxCommission: none,
    discount: NO_DISCOUNT,
  };
}

/** One row of asset/tradeFee. */
export function tradeFeeShape(instrument: Instrument): Shape {
  return {
    symbol: instrument.symbol,
    makerCommission: formatE8(instrument.makerFeeE8),
    takerCommission: formatE8(instrument.takerFeeE8),
  };
}

/** rateLimit/order: every window that has a limit, and how much of it is used. */
export function orderCountShapes(limits: ExchangeLimits, counts: OrderCounts): Shape[] {
  const windows = [
    { interval: "SECOND", intervalNum: 10, limit: limits.ordersPer10s, count: counts.per10s },
    { interval: "DAY", intervalNum: 1, limit: limits.ordersPerDay, count: counts.perDay },
  ];
  return windows.filter(({ limit }) => limit > 0).map((window) => ({ rateLimitType: "ORDERS", ...window }));
}

/**
 * capital/config/getall. An asset has one network here, named as the asset: money comes and goes by the operator
 * (functions/funding), who charges nothing.
 */
export function coinShapes(catalog: Catalog, account: AccountView): Shape[] {
  return account.balances.flatMap((balance) => {
    const asset = catalog.assets[balance.asset];
    if (asset === undefined) return [];
    const { name, decimals } = asset;
    const network = {
      network: name,
      coin: name,
      name,
      isDefault: true,
      depositEnable: true,
      withdrawEnable: account.canWithdraw,
      withdrawFee: ZERO,
      withdrawIntegerMultiple: formatAtoms(decimals, 1n),
      withdrawMin: formatAtoms(decimals, 1n),
      withdrawMax: formatAtoms(decimals, AMOUNT_MAX),
    };
    return [
      {
        coin: name,
        name,
        depositAllEnable: true,
        withdrawAllEnable: account.canWithdraw,
        trading: true,
        isLegalMoney: false,
        free: formatAtoms(decimals, balance.freeAtoms),
        locked: formatAtoms(decimals, balance.lockedAtoms),
        freeze: ZERO,
        withdrawing: ZERO,
        storage: ZERO,
        ipoing: ZERO,
        ipoable: ZERO,
        networkList: [network],
      },
    ];
  });
}
