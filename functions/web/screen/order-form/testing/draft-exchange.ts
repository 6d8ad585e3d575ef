/**
 * A real engine behind the real handlers, for tests of the form alone: a maker's book that is laid anew before each draft, a
 * trader whose drafts are sent as they are, and what the screen would know of both.
 */
import { createHmac } from "node:crypto";
import { filterShapes } from "../../../../../engine/api/exchange-info.ts";
import type { Instrument, InstrumentRules, InstrumentTerms } from "../../../../../engine/domain/instrument.ts";
import { formatAtoms, formatLots, formatTicks } from "../../../../../engine/protocol/decimal.ts";
import { openExchange, place, type RunningExchange } from "../../../../../engine/sim/small-exchange.ts";
import { request } from "../../../../_shared/testing/fake-edge.ts";
import { handleOrders } from "../../../../orders/handler.ts";
import { edgeOn, registerTestKey } from "../../../../orders/testing/keyed-edge.ts";
import type { Level, Market } from "../../exchange/contract.ts";
import type { OrderRequest } from "../order-parameters.ts";
import type { Surroundings } from "../terms.ts";

const SELLER = 1;
const BUYER = 2;
const TRADER = 3;
const KEY = { account: TRADER, apiKey: "trader-key-0123456789", secret: "trader-secret" };
const PATHS = { place: "order", oco: "orderList/oco", oto: "orderList/oto", otoco: "orderList/otoco" } as const;
const PLENTY = 10n ** 16n;
const TRADER_BASE = 8n * 10n ** 8n;
const TRADER_QUOTE = 500n * 10n ** 8n;
/** Above the last price and below it, in ticks, each with its lots. */
const ASKS = [
  [5, 400],
  [12, 900],
  [900, 5_000],
] as const;
const BIDS = [
  [4, 300],
  [20, 1_200],
  [1_500, 4_000],
] as const;

export interface DraftExchange {
  /** As they are before the next draft. */
  surroundings(): Promise<Surroundings>;
  /** "ok", or the exchange's own words. */
  send(order: OrderRequest): Promise<string>;
  close(): Promise<void>;
}

export const TEST_TERMS: InstrumentTerms = {
  symbol: "BTCUSDT",
  base: "BTC",
  quote: "USDT",
  tickE8: 1_000_000,
  lotE8: 100_000,
  priceTicksMin: 100,
  priceTicksMax: 100_000_000,
  quantityLotsMin: 2,
  quantityLotsMax: 50_000,
  marketLotsMin: 3,
  marketLotsMax: 20_000,
  notionalMinE8: "500000000",
  notionalMaxE8: "900000000000",
  notionalMinAppliesToMarket: true,
  notionalMaxAppliesToMarket: true,
  ordersMax: 200,
  makerFeeE8: 100_000,
  takerFeeE8: 200_000,
  selfTradeDefault: "expire_maker",
  selfTradeAllowed: ["none", "expire_taker", "expire_maker", "expire_both"],
};

export const TEST_RULES: InstrumentRules = {
  averageMinutes: 0,
  percentPrice: { bidUpE4: 12_000, bidDownE4: 5_000, askUpE4: 30_000, askDownE4: 8_500 },
  positionMaxAtoms: "4000000000",
  algoOrdersMax: 100,
  icebergOrdersMax: 10,
  icebergPartsMax: 7,
  orderListsMax: 100,
  amendsMax: 0,
  trailing: { aboveMin: 15, aboveMax: 1_500, belowMin: 25, belowMax: 900 },
};

/** @param lastTicks of the trade that begins the market. */
export async function openDraftExchange(terms: InstrumentTerms, lastTicks: number): Promise<DraftExchange> {
  const exchange = await openExchange();
  for (const name of [terms.base, terms.quote]) await exchange.operate({ type: "add_asset", name, decimals: 8 });
  await exchange.operate({ type: "add_instrument", terms });
  // Whoever buys may not hold much of the base: two makers.
  await fund(exchange, SELLER, terms, PLENTY, 0n);
  await fund(exchange, BUYER, terms, 0n, PLENTY);
  await fund(exchange, TRADER, terms, TRADER_BASE, TRADER_QUOTE);
  await registerTestKey(exchange, KEY);
  for (const [account, side] of [
    [SELLER, "sell"],
    [BUYER, "buy"],
  ] as const) {
    await exchange.send(place(account, { side, quantityLots: 500, priceTicks: lastTicks, clientOrderId: "first" }));
  }
  let last = lastTicks;
  let moves = 0;
  const deps = edgeOn(exchange);

  return {
    async surroundings() {
      for (const account of [SELLER, BUYER, TRADER]) {
        await exchange.operate({ type: "operator_cancel_all", account, instrument: 0 });
      }
      const { value: fills } = await exchange.engine.recentFills(TRADER, 0);
      last = fills.at(-1)?.priceTicks ?? last;
      moves += 1;
      await settle(exchange, terms, moves);
      await layBook(exchange, last);
      return surroundingsOf(exchange, last);
    },
    async send({ call, parameters }) {
      const timestamp = Math.floor(exchange.clock.nowUs / 1_000);
      const query = new URLSearchParams({ ...stringed(parameters), timestamp: String(timestamp) }).toString();
      const signature = createHmac("sha256", KEY.secret).update(query).digest("hex");
      const reply = await handleOrders(
        request({
          method: "POST",
          path: `/api/v3/${PATHS[call]}`,
          rawQuery: `${query}&signature=${signature}`,
          headers: { "x-mbx-apikey": KEY.apiKey },
        }),
        deps,
      );
      return reply.status === 200 ? "ok" : (JSON.parse(reply.body) as { msg: string }).msg;
    },
    close: () => exchange.engine.close(),
  };
}

async function fund(
  exchange: RunningExchange,
  account: number,
  { base, quote }: InstrumentTerms,
  baseAtoms: bigint,
  quoteAtoms: bigint,
): Promise<void> {
  await exchange.operate({ type: "open_account", name: `trader ${account}` });
  for (const [asset, atoms] of [
    [base, baseAtoms],
    [quote, quoteAtoms],
  ] as const) {
    if (atoms > 0n)
      await exchange.operate({ type: "deposit", account, asset, atoms, reference: `${account} ${asset}` });
  }
}

/** The buyer gives away what it bought, and a trader that has little left gets some more. */
async function settle(exchange: RunningExchange, { base, quote }: InstrumentTerms, move: number): Promise<void> {
  const bought = await freeOf(exchange, BUYER, 0);
  if (bought > 0n) {
    const reference = `gone ${move}`;
    await exchange.operate({ type: "hold_withdrawal", account: BUYER, asset: base, atoms: bought, reference });
    await exchange.operate({ type: "settle_withdrawal", reference });
  }
  for (const [id, asset, atoms] of [
    [0, base, TRADER_BASE],
    [1, quote, TRADER_QUOTE],
  ] as const) {
    if ((await freeOf(exchange, TRADER, id)) > atoms / 10n) continue;
    await exchange.operate({ type: "deposit", account: TRADER, asset, atoms, reference: `more ${asset} ${move}` });
  }
}

async function freeOf({ engine }: RunningExchange, account: number, asset: number): Promise<bigint> {
  const { value } = await engine.account(account);
  return value?.balances.find((each) => each.asset === asset)?.freeAtoms ?? 0n;
}

async function layBook(exchange: RunningExchange, last: number): Promise<void> {
  for (const [account, side, levels, sign] of [
    [SELLER, "sell", ASKS, 1],
    [BUYER, "buy", BIDS, -1],
  ] as const) {
    for (const [ticks, lots] of levels) {
      const priceTicks = last + sign * ticks;
      await exchange.send(place(account, { side, quantityLots: lots, priceTicks, clientOrderId: `${side}${ticks}` }));
    }
  }
}

async function surroundingsOf({ engine }: RunningExchange, last: number): Promise<Surroundings> {
  const instrument = engine.catalog().instruments[0] as Instrument;
  const { value: account } = await engine.account(TRADER);
  const book = await engine.bookSnapshot(0);
  const balance = (asset: number): { free: string; locked: string } => {
    const found = account?.balances.find((each) => each.asset === asset);
    return { free: formatAtoms(8, found?.freeAtoms ?? 0n), locked: formatAtoms(8, found?.lockedAtoms ?? 0n) };
  };
  const [base, quote] = [balance(instrument.baseAsset), balance(instrument.quoteAsset)];
  const levels = (side: readonly (readonly [number, number])[]): readonly Level[] =>
    side.map(([ticks, lots]) => ({
      ticks,
      lots,
      price: formatTicks(instrument, ticks),
      quantity: formatLots(instrument, lots),
    }));
  return {
    market: marketOf(instrument),
    last: formatTicks(instrument, last),
    book: {
      symbol: instrument.symbol,
      lastUpdateId: 1,
      bids: levels(book.bids),
      asks: levels(book.asks),
      freshness: "live",
      resyncs: 0,
    },
    funds: { baseFree: base.free, baseLocked: base.locked, quoteFree: quote.free, openBuys: "0" },
    rates: { maker: "0.001", taker: "0.002" },
  };
}

function marketOf(instrument: Instrument): Market {
  const shapes = filterShapes(instrument, 8) as { filterType: string }[];
  return {
    symbol: instrument.symbol,
    base: instrument.base,
    quote: instrument.quote,
    status: "TRADING",
    tickSize: formatTicks(instrument, 1),
    stepSize: formatLots(instrument, 1),
    pricePlaces: 2,
    quantityPlaces: 3,
    filters: Object.fromEntries(shapes.map((shape) => [shape.filterType, shape])) as Market["filters"],
    orderTypes: [],
    selfTradeModes: [],
  };
}

function stringed(parameters: OrderRequest["parameters"]): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}
