/** How far the best prices are apart, in per cent of the price between them. */

/** Places after the point by size: a spread of a thousandth of a per cent is to be told from none. */
const PLACES = [
  { fromPercent: 1, places: 2 },
  { fromPercent: 0.1, places: 3 },
  { fromPercent: 0, places: 4 },
] as const;

/** "0.0163": drawn, not computed with. Below the last place it says so: "<0.0001". */
export function spreadPercent(bidTicks: number, askTicks: number): string {
  const percent = (200 * (askTicks - bidTicks)) / (askTicks + bidTicks);
  const { places } = PLACES.find(({ fromPercent }) => percent >= fromPercent) ?? PLACES[2];
  const least = 10 ** -places;
  return percent > 0 && percent < least ? `<${least.toFixed(places)}` : percent.toFixed(places);
}
