/** The two instruments of event-stream.ts, of three assets: BTC (0), USDT (1), ETH (2). */
import type { Instrument } from "../../../engine/domain/instrument.ts";
import type { SelfTradeMode } from "../../../engine/domain/order.ts";

export const STREAM_ASSETS = ["BTC", "USDT", "ETH"] as const;
export const STREAM_SELF_TRADE_MODES = [
  "none",
  "expire_taker",
  "expire_maker",
  "expire_both",
  "decrement",
] as const satisfies readonly SelfTradeMode[];

export function instrumentOf(id: number, status: Instrument["status"]): Instrument {
  const base = id === 0 ? "BTC" : "ETH";
  return {
    id,
    symbol: `${base}USDT`,
    base,
    quote: "USDT",
    tickE8: 1_000_000,
    lotE8: id === 0 ? 1_000 : 10_000,
    priceTicksMin: 1,
    priceTicksMax: 2_000_000_000,
    quantityLotsMin: 1,
    quantityLotsMax: 1_000_000_000,
    marketLotsMin: 1,
    marketLotsMax: 1_000_000_000,
    notionalMinE8: "500000000",
    notionalMaxE8: "0",
    notionalMinAppliesToMarket: true,
    notionalMaxAppliesToMarket: false,
    ordersMax: 200,
    makerFeeE8: 100_000,
    takerFeeE8: 100_000,
    selfTradeDefault: "expire_maker",
    selfTradeAllowed: STREAM_SELF_TRADE_MODES,
    status,
    baseAsset: id === 0 ? 0 : 2,
    quoteAsset: 1,
    baseAtomsPerLot: id === 0 ? 1_000 : 10_000,
    quoteAtomsPerTickLot: id === 0 ? 10 : 100,
  };
}
