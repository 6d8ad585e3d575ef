/**
 * exchangeInfo: instruments, their filters and what may be done with them.
 *
 * `rateLimits` publishes what is enforced. Nothing is yet, so it is empty; it fills when limits are.
 */
import { AMOUNT_MAX, type Instrument } from "../domain/instrument.ts";
import { formatE8, formatLots, formatTicks } from "../protocol/decimal.ts";
import type { Catalog } from "../protocol/views.ts";
import { INSTRUMENT_STATUS_WORD, ORDER_TYPE_WORD, SELF_TRADE_WORD } from "./words.ts";

type Shape = Record<string, unknown>;

const ORDER_TYPES_TAKEN = [ORDER_TYPE_WORD.limit, ORDER_TYPE_WORD.limit_maker, ORDER_TYPE_WORD.market];
export const PERMISSION = "SPOT";

/** @param serverTime in the unit of the answer. */
export function exchangeInfoShape(
  catalog: Catalog,
  instruments: readonly Instrument[],
  serverTime: number,
  showPermissionSets: boolean,
): Shape {
  return {
    timezone: "UTC",
    serverTime,
    rateLimits: [],
    exchangeFilters: [],
    symbols: instruments.map((instrument) => symbolShape(catalog, instrument, showPermissionSets)),
  };
}

function symbolShape(catalog: Catalog, instrument: Instrument, showPermissionSets: boolean): Shape {
  const baseDecimals = catalog.assets[instrument.baseAsset]?.decimals ?? 8;
  const quoteDecimals = catalog.assets[instrument.quoteAsset]?.decimals ?? 8;
  return {
    symbol: instrument.symbol,
    status: INSTRUMENT_STATUS_WORD[instrument.status],
    baseAsset: instrument.base,
    baseAssetPrecision: baseDecimals,
    quoteAsset: instrument.quote,
    quotePrecision: quoteDecimals,
    quoteAssetPrecision: quoteDecimals,
    baseCommissionPrecision: baseDecimals,
    quoteCommissionPrecision: quoteDecimals,
    orderTypes: ORDER_TYPES_TAKEN,
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filterShapes(instrument, quoteDecimals),
    permissions: [],
    permissionSets: showPermissionSets ? [[PERMISSION]] : [],
    defaultSelfTradePreventionMode: SELF_TRADE_WORD[instrument.selfTradeDefault],
    allowedSelfTradePreventionModes: instrument.selfTradeAllowed.map((mode) => SELF_TRADE_WORD[mode]),
  };
}

export function filterShapes(instrument: Instrument, quoteDecimals: number): Shape[] {
  const stepSize = formatLots(instrument, 1);
  // Clients read a maximum of zero as "nothing may be traded": without a bound of its own an instrument publishes the
  // largest amount the ledger can hold.
  const notionalMaxE8 =
    instrument.notionalMaxE8 === "0" ? AMOUNT_MAX * 10n ** BigInt(8 - quoteDecimals) : BigInt(instrument.notionalMaxE8);
  return [
    {
      filterType: "PRICE_FILTER",
      minPrice: formatTicks(instrument, instrument.priceTicksMin),
      maxPrice: formatTicks(instrument, instrument.priceTicksMax),
      tickSize: formatTicks(instrument, 1),
    },
    {
      filterType: "LOT_SIZE",
      minQty: formatLots(instrument, instrument.quantityLotsMin),
      maxQty: formatLots(instrument, instrument.quantityLotsMax),
      stepSize,
    },
    {
      filterType: "MARKET_LOT_SIZE",
      minQty: formatLots(instrument, instrument.marketLotsMin),
      maxQty: formatLots(instrument, instrument.marketLotsMax),
      stepSize,
    },
    {
      filterType: "NOTIONAL",
      minNotional: formatE8(BigInt(instrument.notionalMinE8)),
      applyMinToMarket: instrument.notionalMinAppliesToMarket,
      maxNotional: formatE8(notionalMaxE8),
      applyMaxToMarket: instrument.notionalMaxAppliesToMarket,
      avgPriceMins: 0,
    },
    { filterType: "MAX_NUM_ORDERS", maxNumOrders: instrument.ordersMax },
  ];
}
