/**
 * exchangeInfo: instruments, their filters and what may be done with them.
 *
 * `rateLimits` publishes what is enforced. What is switched off is not shown, neither a limit nor a filter.
 */
import { AMOUNT_MAX, type Instrument, rulesOf } from "../domain/instrument.ts";
import { formatE8, formatLots, formatTicks } from "../protocol/decimal.ts";
import type { Catalog } from "../protocol/views.ts";
import { decimalsOf, quoteDecimalsOf } from "./amounts.ts";
import { exchangeFilterShapes } from "./exchange-filters.ts";
import type { RateLimitShape } from "./limits/limit-shapes.ts";
import { limitsOf } from "./rejects.ts";
import { INSTRUMENT_STATUS_WORD, ORDER_TYPE_WORD, SELF_TRADE_WORD } from "./words.ts";

type Shape = Record<string, unknown>;

const ORDER_TYPES_TAKEN = [
  ORDER_TYPE_WORD.limit,
  ORDER_TYPE_WORD.limit_maker,
  ORDER_TYPE_WORD.market,
  ORDER_TYPE_WORD.stop_loss,
  ORDER_TYPE_WORD.stop_loss_limit,
  ORDER_TYPE_WORD.take_profit,
  ORDER_TYPE_WORD.take_profit_limit,
];
export const PERMISSION = "SPOT";

/** @param serverTime in the unit of the answer. */
export function exchangeInfoShape(
  catalog: Catalog,
  instruments: readonly Instrument[],
  serverTime: number,
  rateLimits: readonly RateLimitShape[],
  showPermissionSets: boolean,
): Shape {
  return {
    timezone: "UTC",
    serverTime,
    rateLimits,
    exchangeFilters: exchangeFilterShapes(limitsOf(catalog)),
    symbols: instruments.map((instrument) => symbolShape(catalog, instrument, showPermissionSets)),
  };
}

function symbolShape(catalog: Catalog, instrument: Instrument, showPermissionSets: boolean): Shape {
  const baseDecimals = decimalsOf(catalog, instrument.baseAsset);
  const quoteDecimals = quoteDecimalsOf(catalog, instrument);
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
    icebergAllowed: true,
    ocoAllowed: true,
    otoAllowed: true,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: true,
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
    ...ruleShapes(instrument),
  ];
}

function ruleShapes(instrument: Instrument): Shape[] {
  const rules = rulesOf(instrument);
  const { percentPrice, trailing } = rules;
  const counted = (filterType: string, field: string, limit: number): Shape[] =>
    limit === 0 ? [] : [{ filterType, [field]: limit }];
  return [
    ...counted("ICEBERG_PARTS", "limit", rules.icebergPartsMax),
    ...counted("MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders", rules.algoOrdersMax),
    ...counted("MAX_NUM_ICEBERG_ORDERS", "maxNumIcebergOrders", rules.icebergOrdersMax),
    ...counted("MAX_NUM_ORDER_LISTS", "maxNumOrderLists", rules.orderListsMax),
    ...counted("MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends", rules.amendsMax),
    ...(trailing === null
      ? []
      : [
          {
            filterType: "TRAILING_DELTA",
            minTrailingAboveDelta: trailing.aboveMin,
            maxTrailingAboveDelta: trailing.aboveMax,
            minTrailingBelowDelta: trailing.belowMin,
            maxTrailingBelowDelta: trailing.belowMax,
          },
        ]),
    ...(percentPrice === null
      ? []
      : [
          {
            filterType: "PERCENT_PRICE_BY_SIDE",
            bidMultiplierUp: multiplier(percentPrice.bidUpE4),
            bidMultiplierDown: multiplier(percentPrice.bidDownE4),
            askMultiplierUp: multiplier(percentPrice.askUpE4),
            askMultiplierDown: multiplier(percentPrice.askDownE4),
            avgPriceMins: rules.averageMinutes,
          },
        ]),
    ...(rules.positionMaxAtoms === "0"
      ? []
      : [{ filterType: "MAX_POSITION", maxPosition: positionOf(instrument, BigInt(rules.positionMaxAtoms)) }]),
  ];
}

/** "1.1000" of 11,000. */
function multiplier(e4: number): string {
  return `${Math.floor(e4 / 10_000)}.${String(e4 % 10_000).padStart(4, "0")}`;
}

/** A lot's size in both units tells how many atoms are one. */
function positionOf({ lotE8, baseAtomsPerLot }: Instrument, atoms: bigint): string {
  return formatE8((atoms * BigInt(lotE8)) / BigInt(baseAtomsPerLot));
}
