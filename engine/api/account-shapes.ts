/**
 * The account as the dialect shows it, and the commission rates of an order.
 */
import { type Instrument, RATE_ONE_E8 } from "../domain/instrument.ts";
import { formatAtoms, formatE8 } from "../protocol/decimal.ts";
import type { AccountView, Catalog } from "../protocol/views.ts";
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
      const decimals = asset?.decimals ?? 8;
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

/** order/test with computeCommissionRates. */
export function commissionRatesShape(instrument: Instrument): Shape {
  const none = { maker: ZERO, taker: ZERO };
  return {
    standardCommissionForOrder: { maker: formatE8(instrument.makerFeeE8), taker: formatE8(instrument.takerFeeE8) },
    specialCommissionForOrder: none,
    taxCommissionForOrder: none,
    discount: { enabledForAccount: false, enabledForSymbol: false, discountAsset: "", discount: ZERO },
  };
}
