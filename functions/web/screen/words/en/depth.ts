/** Words of depth/. */
export const depth = {
  pane: "Depth of the order book",
  loading: "Loading the order book",
  empty: "There are no orders on one side of the book, so there is no middle to draw around.",
  stale: "Not live: the last known order book",
  mid: "Mid",
  spread: "Spread",
  zoomIn: "Nearer to the middle",
  zoomOut: "Further from the middle",
  zoomAll: "Fit",
  range: (percent: string) => `± ${percent}`,
  price: "Price",
  quantity: "Quantity",
  total: "Total",
  fromMid: "From mid",
  bids: "Bids",
  asks: "Asks",
  keys: "Left and right arrows move along the book, plus and minus zoom, Enter fills the order form.",
  pointed: (side: string, price: string, percent: string, quantity: string, total: string) =>
    `${side} down to ${price}, ${percent} from mid: ${quantity}, total ${total}`,
  summary: (symbol: string, mid: string, bid: string, bidQuantity: string, ask: string, askQuantity: string) =>
    `${symbol}: mid ${mid}. Best bid ${bid}, bids shown ${bidQuantity}. Best ask ${ask}, asks shown ${askQuantity}.`,
  fills: (side: string, price: string) => `Fills the form: ${side} at ${price}`,
};
