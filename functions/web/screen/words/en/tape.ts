/** Words of tape/. */
export const tape = {
  title: "Trades",
  caption: (symbol: string) => `Last trades of ${symbol}, newest first`,
  time: "Time",
  price: (asset: string) => `Price (${asset})`,
  quantity: (asset: string) => `Quantity (${asset})`,
  bought: "bought",
  sold: "sold",
  large: "large",
  none: "No trades yet",
  loading: "Trades are being loaded",
  stale: "Not live",
};
