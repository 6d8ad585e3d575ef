/** What the reference says of the market data: all that needs no key. */
import { DEPTH_LIMITS, LIST_LIMITS } from "../lists.ts";
import type { HandlerName } from "../routes.ts";
import type { EndpointEntry } from "./endpoint-entry.ts";
import { EMPTY, either, list, ref, text } from "./json-schema.ts";

const group = "Market data";
const FORMS = ["FULL", "MINI"];
const FORM_NOTE = "How much is told; FULL where it is not sent";
const SELECTION =
  "`symbol` gives one object, `symbols` a list, neither a list of all. At most 100 symbols (ours), none twice (-1151).";
const WINDOW = "Both times: from the first, cut at the last. Bounds are inclusive.";

function one(name: string) {
  return either([ref(name), list(ref(name), "For `symbols`, or for all")], "One, or a list.");
}

function tickers(full: string) {
  const each = either([ref(full), ref("MiniTicker")], "By `type`");
  return either([ref(full), ref("MiniTicker"), list(each, "For `symbols`, or for all")], "One, or a list.");
}

export const MARKET_ENDPOINTS: Readonly<Record<HandlerName<"market-data">, EndpointEntry>> = {
  ping: { group, title: "Is it there", says: "Answers without asking anybody.", answer: EMPTY },
  time: { group, title: "Clock", says: "Cheap: set your clock by it.", answer: ref("ServerTime") },
  exchangeInfo: {
    group,
    title: "Instruments, filters, limits",
    says: "`rateLimits` and the filters are those that are on; what is switched off is left out (ours). `symbol` and `symbols` go with neither `permissions` nor `symbolStatus` (-1128). An instrument without a largest amount publishes what the ledger holds as `maxNotional` (ours).",
    answer: ref("ExchangeInfo"),
  },
  depth: {
    group,
    title: "Book",
    says: "At most a second old. `lastUpdateId` is the counter of the depth streams, so a snapshot and a stream fit together (see Depth, kept in step).",
    limit: DEPTH_LIMITS,
    notes: { symbolStatus: "Refused with -1220 when the symbol has another status" },
    answer: ref("Depth"),
  },
  trades: {
    group,
    title: "Newest trades",
    says: "Oldest first. While history is away, those that the stream holds (ours).",
    limit: LIST_LIMITS,
    answer: list(ref("Trade"), "Oldest first"),
  },
  historicalTrades: {
    group,
    title: "Older trades",
    says: "From `fromId` on; without it the newest.",
    limit: LIST_LIMITS,
    answer: list(ref("Trade"), "Oldest first"),
  },
  aggTrades: {
    group,
    title: "Aggregate trades",
    says: `What one taker order traded at one price at once is one row. Its id is its first trade's, so ids grow with gaps (ours). \`fromId\` goes with no time (-1128). ${WINDOW}`,
    limit: LIST_LIMITS,
    answer: list(ref("AggregateTrade"), "Oldest first"),
  },
  blockTrades: {
    group,
    title: "Trades outside of the book",
    says: "There are none.",
    limit: LIST_LIMITS,
    answer: list({}, "Always empty"),
  },
  klines: {
    group,
    title: "Candles",
    says: `Keyed by their begin; the running one is included; where nothing traded candles are flat at the previous close; nothing before the first trade. \`timeZone\` shifts candles of a day and longer, in quarters of an hour (ours). ${WINDOW}`,
    limit: LIST_LIMITS,
    answer: list(ref("Kline"), "Oldest first"),
  },
  uiKlines: {
    group,
    title: "Candles for charts",
    says: "The same rows as klines.",
    limit: LIST_LIMITS,
    answer: list(ref("Kline"), "Oldest first"),
  },
  avgPrice: {
    group,
    title: "Average price",
    says: "Over the running minute and the four before it; the last price where nothing traded in them (ours).",
    answer: ref("AveragePrice"),
  },
  ticker: {
    group,
    title: "Rolling window",
    says: `Its begin lies on a minute, so it is up to 59.999 s longer. One of \`symbol\` and \`symbols\` must be sent. ${SELECTION}`,
    notes: { type: FORM_NOTE },
    words: { type: FORMS },
    answer: tickers("WindowTicker"),
  },
  tradingDay: {
    group,
    title: "Calendar day",
    says: `From midnight of \`timeZone\` on. One of \`symbol\` and \`symbols\` must be sent. ${SELECTION}`,
    notes: { type: FORM_NOTE },
    words: { type: FORMS },
    answer: tickers("WindowTicker"),
  },
  ticker24hr: {
    group,
    title: "Rolling day",
    says: `The last 24 hours, zeros and ids of -1 where nothing traded. ${SELECTION}`,
    notes: { type: FORM_NOTE },
    words: { type: FORMS },
    answer: tickers("Ticker24hr"),
  },
  tickerPrice: { group, title: "Last price", says: SELECTION, answer: one("PriceTicker") },
  bookTicker: {
    group,
    title: "Best bid and ask",
    says: `Zeros for an empty side. ${SELECTION}`,
    answer: one("BookTicker"),
  },
  notOffered: {
    group,
    title: "Execution rules and reference prices",
    says: "Not offered: 400 -1020.",
    answer: null,
  },
  systemStatus: {
    group: "Other markets",
    title: "Status",
    says: "Whoever answers is well.",
    answer: ref("SystemStatus"),
  },
  noPairs: {
    group: "Other markets",
    title: "Margin pairs",
    says: "There are none.",
    answer: list(text("Pair"), "Always empty"),
  },
  noSymbols: {
    group: "Other markets",
    title: "Futures",
    says: "There are none; clients ask when they start.",
    answer: ref("NoMarkets"),
  },
  openApi: {
    group: "This reference",
    title: "Requests, for machines",
    says: "An OpenAPI 3.1 document of all of this but the streams. May be kept: it has an ETag.",
    answer: { type: "object", description: "OpenAPI 3.1" },
  },
  asyncApi: {
    group: "This reference",
    title: "Streams, for machines",
    says: "An AsyncAPI 3.0 document of the market streams, the WebSocket API and the user data events. May be kept: it has an ETag.",
    answer: { type: "object", description: "AsyncAPI 3.0" },
  },
};
