/**
 * The market that a replay trades on: a fresh instrument, two fresh assets and one funded account for each run.
 *
 * One account on both sides (self-trade mode NONE), no fees, so that its funds only go round. Prices are quoted in the
 * source's own decimals where an amount of money then has at most eight places; else the quote asset is one tick.
 */
import type { ExchangeClient } from "./http-client.ts";

export interface Units {
  readonly priceDecimals: number;
  readonly lotDecimals: number;
}

export interface Market {
  readonly symbol: string;
  readonly decimals: Units;
}

const QUOTE_DECIMALS_MAX = 8;
/** Atoms of each asset that the account gets; two of them stay below 2^63. */
const FUNDS_ATOMS = 4_000_000_000_000_000_000n;
const ORDERS_MAX = 1_000_000;
const QUANTITY_LOTS_MAX = 10n ** 15n;

/** The decimals with which a source's ticks and lots are written for the exchange. */
export function unitsOn(source: Units): Units {
  const fits = source.priceDecimals + source.lotDecimals <= QUOTE_DECIMALS_MAX;
  return fits ? source : { priceDecimals: 0, lotDecimals: source.lotDecimals };
}

export async function openMarket(client: ExchangeClient, source: Units, suffix: string): Promise<Market> {
  const decimals = unitsOn(source);
  const { priceDecimals, lotDecimals } = decimals;
  const symbol = `REPLAY${suffix}`;
  const [base, quote] = [`B${suffix}`, `Q${suffix}`];
  const quoteDecimals = priceDecimals + lotDecimals;
  await client.operate("instruments", {
    symbol,
    base,
    quote,
    tickSize: decimalOf(1n, priceDecimals),
    stepSize: decimalOf(1n, lotDecimals),
    minNotional: "0",
    maxQty: decimalOf(QUANTITY_LOTS_MAX, lotDecimals),
    maxNumOrders: ORDERS_MAX,
    makerFee: "0",
    takerFee: "0",
    baseDecimals: lotDecimals,
    quoteDecimals,
  });
  const { id: account } = await client.operate("accounts", { name: `replay ${suffix}` });
  const key = await client.operate("keys", { account, permissions: ["read", "trade"] });
  for (const [asset, places] of [
    [base, lotDecimals],
    [quote, quoteDecimals],
  ] as const) {
    const amount = decimalOf(FUNDS_ATOMS, places);
    await client.operate("deposits", { account, asset, amount, reference: `replay ${suffix} ${asset}` });
  }
  client.signWith({ apiKey: String(key.apiKey), apiSecret: String(key.apiSecret) });
  return { symbol, decimals };
}

/** An integer in 10^-decimals as a plain decimal string, exactly. */
export function decimalOf(value: bigint | number, decimals: number): string {
  const digits = String(value).padStart(decimals + 1, "0");
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** A decimal string as an integer in 10^-decimals; NaN where it has more places than that, other than zeros. */
export function integerOf(text: unknown, decimals: number): number {
  const parts = /^(\d+)(?:\.(\d+))?$/.exec(String(text));
  if (parts === null) return Number.NaN;
  const places = (parts[2] ?? "").padEnd(decimals, "0");
  return /^0*$/.test(places.slice(decimals)) ? Number(parts[1] + places.slice(0, decimals)) : Number.NaN;
}
