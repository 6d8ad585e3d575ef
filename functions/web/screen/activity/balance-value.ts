/** What a balance is worth, at the last prices: for the eye, so a double is good enough. */
import type { Market, Ticker } from "../exchange/contract.ts";

/** Of all of it, in `unit`; null where no market leads there. */
export function worthIn(
  unit: string,
  asset: string,
  amount: number,
  markets: readonly Market[],
  tickers: ReadonlyMap<string, Ticker>,
): number | null {
  if (asset === unit) return amount;
  const lastOf = (base: string, quote: string): number | null => {
    const market = markets.find((each) => each.base === base && each.quote === quote);
    const last = market === undefined ? 0 : Number(tickers.get(market.symbol)?.last ?? 0);
    return last > 0 ? last : null;
  };
  const direct = lastOf(asset, unit);
  if (direct !== null) return amount * direct;
  const inverse = lastOf(unit, asset);
  if (inverse !== null) return amount / inverse;
  // Over an asset that both are traded with: USDC → SOL → USDT.
  for (const { base, quote } of markets) {
    const [own, way] =
      base === asset
        ? [lastOf(base, quote), quote]
        : quote === asset
          ? [inverted(lastOf(base, quote)), base]
          : [null, ""];
    if (own === null) continue;
    const onward = lastOf(way, unit) ?? inverted(lastOf(unit, way));
    if (onward !== null) return amount * own * onward;
  }
  return null;
}

function inverted(price: number | null): number | null {
  return price === null ? null : 1 / price;
}
