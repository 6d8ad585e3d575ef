/** Words of shell/. */
export const shell = {
  pageTitle: (price: string, symbol: string) => `${price} ${symbol} · Tidebook`,
  name: "Tidebook",
  chart: "Chart",
  depth: "Depth",
  book: "Order book",
  tape: "Trades",
  orders: "Orders",
  resizeColumns: "Width of the panes beside",
  resizeRows: "Height of the panes above and below",
  buy: "Buy",
  sell: "Sell",
  close: "Close",
  placeOrder: "Place an order",
  sections: "Sections",
};
