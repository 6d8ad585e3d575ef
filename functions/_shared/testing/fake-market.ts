/** A FAKE stream and history, in memory, for tests of the edges: what a test puts in is what comes out. */
import type {
  FundsMovedAsked,
  FundsMovedView,
  History,
  LedgerSums,
  PreventedMatchesAsked,
  StatementPage,
  TimeRange,
} from "../../../engine/bus/history-client.ts";
import type {
  Candle,
  DepthView,
  StreamReads,
  StreamStanding,
  TickerView,
  TradeView,
} from "../../../engine/bus/stream-client.ts";
import type {
  AmendmentView,
  FillView,
  OrderListView,
  OrderView,
  PreventedMatchView,
} from "../../../engine/protocol/views.ts";

/** What a ticker of BTCUSDT may look like. */
export const FAKE_TICKER: Omit<TickerView, "openTimeMs" | "closeTimeMs"> = {
  instrument: 0,
  openTicks: 2_000_000,
  highTicks: 2_100_000,
  lowTicks: 1_900_000,
  lastTicks: 1_990_000,
  lastLots: 10,
  prevCloseTicks: 2_000_001,
  volumeLots: 300_000n,
  quoteAtoms: 6_000_000_000_001n,
  firstTradeId: 3,
  lastTradeId: 9,
  trades: 7,
  bestBid: [1_989_999, 1],
  bestAsk: null,
};

export class FakeMarket implements StreamReads, History {
  book = { updateId: 0, bids: [] as [number, number][], asks: [] as [number, number][] };
  liveTrades: TradeView[] = [];
  liveCandles: Candle[] = [];
  tickers = new Map<number, TickerView>();
  storedOrders: OrderView[] = [];
  storedFills: FillView[] = [];
  storedTrades: TradeView[] = [];
  storedCandles: Candle[] = [];
  storedLists: OrderListView[] = [];
  storedPrevented: PreventedMatchView[] = [];
  storedAmendments: AmendmentView[] = [];
  storedFunds: FundsMovedView[] = [];
  statements = new Map<string, StatementPage>();
  sums: LedgerSums = { completeSeq: 0, newestSeq: 0, assets: [] };

  async depth(instrument: number, levelsMax: number): Promise<DepthView> {
    const { updateId, bids, asks } = this.book;
    return { instrument, updateId, bids: bids.slice(0, levelsMax), asks: asks.slice(0, levelsMax) };
  }
  async standing(): Promise<StreamStanding> {
    return {
      ...{ sockets: 8, apiSockets: 3, subscriptions: 21, userStreams: 2, messages: 900, bufferedBytes: 64 },
      ...{ appliedSeq: 99, following: true },
    };
  }
  async recentTrades(instrument: number, limit: number): Promise<readonly TradeView[]> {
    return this.liveTrades.filter((trade) => trade.instrument === instrument).slice(-limit);
  }
  async ticker(instrument: number): Promise<TickerView | null> {
    return this.tickers.get(instrument) ?? null;
  }
  candles(): Promise<readonly Candle[]>;
  candles(
    instrument: number,
    interval: string,
    range: { startMs?: number; endMs?: number },
  ): Promise<readonly Candle[]>;
  async candles(
    _instrument?: number,
    _interval?: string,
    range?: { startMs?: number; endMs?: number },
  ): Promise<readonly Candle[]> {
    if (range === undefined) return this.liveCandles;
    const { startMs = 0, endMs = Number.MAX_SAFE_INTEGER } = range;
    return this.storedCandles.filter((candle) => candle.openTimeMs >= startMs && candle.openTimeMs <= endMs);
  }
  async candleBefore(_instrument: number, _interval: string, openTimeMs: number): Promise<Candle | null> {
    return this.storedCandles.findLast((candle) => candle.openTimeMs < openTimeMs) ?? null;
  }
  async order(account: number, instrument: number, orderId: number, clientOrderId: string): Promise<OrderView | null> {
    return (
      this.storedOrders.findLast(
        (order) =>
          order.account === account &&
          order.instrument === instrument &&
          (orderId !== 0 ? order.orderId === orderId : order.clientOrderId === clientOrderId),
      ) ?? null
    );
  }
  async orders(
    account: number,
    instrument: number,
    range: { limit: number; fromOrderId?: number },
  ): Promise<readonly OrderView[]> {
    const rows = this.storedOrders.filter(
      (order) =>
        order.account === account && order.instrument === instrument && order.orderId >= (range.fromOrderId ?? 0),
    );
    return range.fromOrderId === undefined ? rows.slice(-range.limit) : rows.slice(0, range.limit);
  }
  async fills(
    account: number,
    instrument: number,
    range: { limit: number; orderId?: number; fromTradeId?: number },
  ): Promise<readonly FillView[]> {
    return this.storedFills
      .filter((fill) => fill.account === account && fill.instrument === instrument)
      .filter((fill) => range.orderId === undefined || fill.orderId === range.orderId)
      .filter((fill) => fill.tradeId >= (range.fromTradeId ?? 0))
      .slice(-range.limit);
  }
  async trades(instrument: number, range: { limit: number; fromTradeId?: number }): Promise<readonly TradeView[]> {
    const rows = this.storedTrades.filter(
      (trade) => trade.instrument === instrument && trade.tradeId >= (range.fromTradeId ?? 0),
    );
    return range.fromTradeId === undefined ? rows.slice(-range.limit) : rows.slice(0, range.limit);
  }
  async orderLists(
    account: number,
    range: TimeRange & { fromOrderListId?: number },
  ): Promise<readonly OrderListView[]> {
    const rows = this.storedLists.filter(
      (list) => list.account === account && list.orderListId >= (range.fromOrderListId ?? 0),
    );
    return range.fromOrderListId === undefined ? rows.slice(-range.limit) : rows.slice(0, range.limit);
  }
  async orderList(account: number, orderListId: number, listClientOrderId: string): Promise<OrderListView | null> {
    return (
      this.storedLists.findLast(
        (list) =>
          list.account === account &&
          (orderListId !== 0 ? list.orderListId === orderListId : list.listClientOrderId === listClientOrderId),
      ) ?? null
    );
  }
  async preventedMatches(
    account: number,
    instrument: number,
    asked: PreventedMatchesAsked,
  ): Promise<readonly PreventedMatchView[]> {
    const { preventedMatchId, orderId, fromPreventedMatchId = 0, limit } = asked;
    const rows = this.storedPrevented
      .filter((match) => match.account === account && match.instrument === instrument)
      .filter((match) => preventedMatchId === undefined || match.preventedMatchId === preventedMatchId)
      .filter((match) => orderId === undefined || [match.takerOrderId, match.makerOrderId].includes(orderId))
      .filter((match) => match.preventedMatchId >= fromPreventedMatchId);
    return fromPreventedMatchId === 0 ? rows.slice(-limit) : rows.slice(0, limit);
  }
  async amendments(
    account: number,
    instrument: number,
    orderId: number,
    range: { limit: number; fromExecutionId?: number },
  ): Promise<readonly AmendmentView[]> {
    return this.storedAmendments
      .filter((one) => one.account === account && one.instrument === instrument && one.orderId === orderId)
      .filter((one) => one.executionId >= (range.fromExecutionId ?? 0))
      .slice(0, range.limit);
  }
  async fundsMoved(account: number | null, asked: FundsMovedAsked): Promise<readonly FundsMovedView[]> {
    const { startMs = 0, endMs = Number.MAX_SAFE_INTEGER } = asked;
    const rows = this.storedFunds
      .filter((moved) => account === null || moved.account === account)
      .filter((moved) => asked.kinds.includes(moved.kind) && (asked.asset ?? moved.asset) === moved.asset)
      .filter((moved) => (asked.reference ?? moved.reference) === moved.reference)
      .filter(({ timeUs }) => timeUs >= startMs * 1_000 && timeUs < (endMs + 1) * 1_000);
    return asked.startMs === undefined ? rows.slice(-asked.limit) : rows.slice(0, asked.limit);
  }
  /** By `${account} ${asset}`. */
  async statement(account: number, asset: number): Promise<StatementPage> {
    return (
      this.statements.get(`${account} ${asset}`) ?? { openingAtoms: 0n, entries: [], closingAtoms: 0n, asOfSeq: 0 }
    );
  }
  async ledgerSums(): Promise<LedgerSums> {
    return this.sums;
  }
}
