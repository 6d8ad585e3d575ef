/**
 * One instrument as the hot path sees it: its book, its counters, and its terms as plain numbers.
 */
import { INSTRUMENT_STATUSES, type Instrument, type InstrumentRules, rulesOf } from "../domain/instrument.ts";
import { SELF_TRADE_MODES } from "../domain/order.ts";
import { AveragePrice } from "./average-price.ts";
import { Book } from "./book.ts";
import { fromBigInt } from "./wide.ts";

export const STATUS_TRADING = INSTRUMENT_STATUSES.indexOf("trading");
export const STATUS_CANCEL_ONLY = INSTRUMENT_STATUSES.indexOf("cancel_only");
export const STATUS_HALT = INSTRUMENT_STATUSES.indexOf("halt");

export class InstrumentState {
  readonly id: number;
  readonly book: Book;
  definition: Instrument;
  /** Plain counters, never going back. */
  lastOrderId = 0;
  lastTradeId = 0;
  lastUpdateId = 0;
  /** Price of the last trade; 0 before the first. */
  lastTradeTicks = 0;

  status = STATUS_TRADING;
  baseAsset = 0;
  quoteAsset = 0;
  baseAtomsPerLot = 0;
  quoteAtomsPerTickLot = 0;
  priceTicksMin = 0;
  priceTicksMax = 0;
  quantityLotsMin = 0;
  quantityLotsMax = 0;
  marketLotsMin = 0;
  marketLotsMax = 0;
  /** Two limbs of quote atoms. */
  readonly notionalMin = new Float64Array(2);
  /** Zero: no upper bound. */
  readonly notionalMax = new Float64Array(2);
  notionalMinAppliesToMarket = false;
  notionalMaxAppliesToMarket = false;
  ordersMax = 0;
  makerFeeE8 = 0;
  takerFeeE8 = 0;
  selfTradeDefault = 0;
  /** Bit per code of the allowed modes. */
  selfTradeAllowed = 0;
  rules: InstrumentRules;
  readonly average = new AveragePrice();
  /** Whether a filter needs the average price. */
  isAveraged = false;
  /** Whether percent_price or the position filter is set. */
  hasStateFilters = false;
  positionMaxAtoms = 0n;

  constructor(definition: Instrument, quoteDecimals: number, ordersExpected: number) {
    this.id = definition.id;
    this.book = new Book(ordersExpected);
    this.definition = definition;
    this.rules = rulesOf(definition);
    this.define(definition, quoteDecimals);
  }

  define(definition: Instrument, quoteDecimals: number): void {
    this.definition = definition;
    this.status = INSTRUMENT_STATUSES.indexOf(definition.status);
    this.baseAsset = definition.baseAsset;
    this.quoteAsset = definition.quoteAsset;
    this.baseAtomsPerLot = definition.baseAtomsPerLot;
    this.quoteAtomsPerTickLot = definition.quoteAtomsPerTickLot;
    this.priceTicksMin = definition.priceTicksMin;
    this.priceTicksMax = definition.priceTicksMax;
    this.quantityLotsMin = definition.quantityLotsMin;
    this.quantityLotsMax = definition.quantityLotsMax;
    this.marketLotsMin = definition.marketLotsMin;
    this.marketLotsMax = definition.marketLotsMax;
    // From units of 1e-8 to atoms: the lower bound up, the upper bound down.
    const unitsPerAtom = 10n ** BigInt(8 - quoteDecimals);
    fromBigInt((BigInt(definition.notionalMinE8) + unitsPerAtom - 1n) / unitsPerAtom, this.notionalMin);
    fromBigInt(BigInt(definition.notionalMaxE8) / unitsPerAtom, this.notionalMax);
    this.notionalMinAppliesToMarket = definition.notionalMinAppliesToMarket;
    this.notionalMaxAppliesToMarket = definition.notionalMaxAppliesToMarket;
    this.ordersMax = definition.ordersMax;
    this.makerFeeE8 = definition.makerFeeE8;
    this.takerFeeE8 = definition.takerFeeE8;
    this.selfTradeDefault = SELF_TRADE_MODES.indexOf(definition.selfTradeDefault);
    this.selfTradeAllowed = 0;
    for (const mode of definition.selfTradeAllowed) this.selfTradeAllowed |= 1 << SELF_TRADE_MODES.indexOf(mode);
    this.rules = rulesOf(definition);
    this.isAveraged = this.rules.percentPrice !== null && this.rules.averageMinutes > 0;
    this.positionMaxAtoms = BigInt(this.rules.positionMaxAtoms);
    this.hasStateFilters = this.rules.percentPrice !== null || this.positionMaxAtoms > 0n;
  }
}
