/**
 * History against the list rules of trading-api.md §1.2, written out over plain arrays of the same events. One suite for
 * PGlite and for Postgres.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { History, TimeRange } from "../../../engine/bus/history-client.ts";
import type { Candle, TradeView } from "../../../engine/bus/stream-client.ts";
import type { PublishedEvent } from "../../../engine/protocol/event-json.ts";
import type { OrderAccepted, TradeExecuted } from "../../../engine/protocol/events.ts";
import type { FillView } from "../../../engine/protocol/views.ts";
import { seededRandom } from "../../../engine/sim/prng.ts";
import { applyBatch } from "../../persistence/apply-batch.ts";
import { eventStream } from "../../persistence/testing/event-stream.ts";
import type { Database } from "../database.ts";
import { historyOnSql } from "../history-sql.ts";

const SEED = 11;
const QUERIES = 60;
const ENGINE = "e1";
/** About two commands a second, several events to the millisecond: both matter. */
const events = eventStream({ seed: SEED, eventsMin: 2_500, stepUs: 400_000 });
const trades = events.filter((event): event is TradeExecuted => event.type === "trade_executed");
const accepted = events.filter((event): event is OrderAccepted => event.type === "order_accepted");
/** Of orders that stand in one. */
const listOf = new Map(
  accepted.flatMap(({ instrument, orderId, special }) =>
    special === undefined || special.orderListId === 0 ? [] : [[`${instrument} ${orderId}`, special.orderListId]],
  ),
);
const fromMs = Math.floor((events[0]?.timeUs ?? 0) / 1_000);
const untilMs = Math.floor((events.at(-1)?.timeUs ?? 0) / 1_000);

const chance = seededRandom(SEED);
const timeMs = (): number => fromMs + Math.floor(chance() * (untilMs - fromMs + 2_000)) - 1_000;
/** One of the four forms, and now and then exactly the time of something. */
function someRange(times: readonly number[]): TimeRange {
  const someMs = (): number => (chance() < 0.5 ? timeMs() : (times[Math.floor(chance() * times.length)] ?? 0));
  const range = { limit: 1 + Math.floor(chance() * 40) };
  const form = Math.floor(chance() * 4);
  const withStart = form & 1 ? { ...range, startMs: someMs() } : range;
  return form & 2 ? { ...withStart, endMs: someMs() } : withStart;
}

/** The list rules in plain words: inclusive bounds; with a start the oldest from there, else the newest; oldest first. */
function listed<T>(all: readonly T[], range: TimeRange, timeOf: (item: T) => number, fromId = false): readonly T[] {
  const { startMs = -Infinity, endMs = Infinity, limit } = range;
  const inside = all.filter((item) => timeOf(item) >= startMs && timeOf(item) <= endMs);
  return range.startMs !== undefined || fromId ? inside.slice(0, limit) : inside.slice(-limit);
}

const msOf = ({ timeUs }: { readonly timeUs: number }): number => Math.floor(timeUs / 1_000);
const scaleOf = (instrument: number): bigint => (instrument === 0 ? 10n : 100n);

function fillsOf(account: number, instrument: number): FillView[] {
  return trades
    .filter((trade) => trade.instrument === instrument)
    .flatMap((trade): FillView[] =>
      [false, true].map((isMaker) => {
        const side = isMaker === (trade.takerSide === "buy") ? "sell" : "buy";
        const orderId = isMaker ? trade.makerOrderId : trade.takerOrderId;
        const orderListId = listOf.get(`${instrument} ${orderId}`);
        return {
          instrument,
          tradeId: trade.tradeId,
          orderId,
          account: isMaker ? trade.makerAccount : trade.takerAccount,
          side,
          priceTicks: trade.priceTicks,
          quantityLots: trade.quantityLots,
          quoteAtoms: BigInt(trade.priceTicks) * BigInt(trade.quantityLots) * scaleOf(instrument),
          commissionAtoms: isMaker ? trade.makerFeeAtoms : trade.takerFeeAtoms,
          commissionAsset: side === "sell" ? 1 : instrument === 0 ? 0 : 2,
          isMaker,
          timeUs: trade.timeUs,
          seq: trade.seq,
          ...(orderListId !== undefined && { orderListId }),
        };
      }),
    )
    .filter((fill) => fill.account === account);
}

/** @param open a migrated database, which the suite closes. */
export function historySuite(title: string, open: () => Promise<Database>): void {
  describe(title, () => {
    let database: Database;
    let history: History;
    beforeAll(async () => {
      database = await open();
      const published = events.filter((event): event is PublishedEvent => event.type !== "level_changed");
      const lastSeq = events.length;
      const run = { epoch: 1, firstSeq: 1, lastSeq, headSeq: lastSeq, events: published };
      await applyBatch(database, { engine: ENGINE, ...run });
      // The same ids under another engine: no answer may mix them.
      await applyBatch(database, { engine: "other", ...run });
      history = historyOnSql(database, ENGINE);
    });
    afterAll(() => database.close());

    test(`public trades follow the list rules, SEED=${SEED}`, async () => {
      const view = ({
        instrument,
        tradeId,
        priceTicks,
        quantityLots,
        takerSide,
        takerOrderId,
        timeUs,
      }: TradeExecuted): TradeView => ({
        instrument,
        tradeId,
        priceTicks,
        quantityLots,
        takerSide,
        takerOrderId,
        timeUs,
      });
      for (let query = 0; query < QUERIES; query += 1) {
        const all = trades.filter(({ instrument }) => instrument === query % 2);
        const range = someRange(all.map(msOf));
        expect(await history.trades(query % 2, range), JSON.stringify(range)).toEqual(
          listed(all, range, msOf).map(view),
        );
        const fromTradeId = 1 + Math.floor(chance() * all.length);
        const later = all.filter(({ tradeId }) => tradeId >= fromTradeId).slice(0, range.limit);
        expect(await history.trades(query % 2, { limit: range.limit, fromTradeId })).toEqual(later.map(view));
      }
    });

    test(`own trades follow the list rules, by order and from an id too, self-trades on both sides, SEED=${SEED}`, async () => {
      for (let query = 0; query < QUERIES; query += 1) {
        const [account, instrument] = [1 + (query % 5), query % 2];
        const all = fillsOf(account, instrument);
        const range = someRange(all.map(msOf));
        const message = JSON.stringify({ account, instrument, range });
        expect(await history.fills(account, instrument, range), message).toEqual(listed(all, range, msOf));
        const orderId = all[Math.floor(chance() * all.length)]?.orderId ?? 1;
        const ofOrder = all.filter((fill) => fill.orderId === orderId);
        expect(await history.fills(account, instrument, { limit: 3, orderId })).toEqual(ofOrder.slice(-3));
        const fromTradeId = 1 + Math.floor(chance() * all.length);
        const later = all.filter(({ tradeId }) => tradeId >= fromTradeId).slice(0, range.limit);
        expect(await history.fills(account, instrument, { limit: range.limit, fromTradeId })).toEqual(later);
      }
      expect(await history.fills(1, 0, { limit: 5, orderId: 999_999 })).toEqual([]);
    });

    test(`own orders follow the list rules and from an id, SEED=${SEED}`, async () => {
      for (let query = 0; query < QUERIES; query += 1) {
        const [account, instrument] = [1 + (query % 5), query % 2];
        const all = accepted.filter((order) => order.account === account && order.instrument === instrument);
        const ids = (orders: readonly { readonly orderId: number }[]): number[] => orders.map(({ orderId }) => orderId);
        const range = someRange(all.map(msOf));
        const found = await history.orders(account, instrument, range);
        expect(ids(found), JSON.stringify(range)).toEqual(ids(listed(all, range, msOf)));
        const fromOrderId = 1 + Math.floor(chance() * accepted.length);
        const later = all.filter(({ orderId }) => orderId >= fromOrderId).slice(0, range.limit);
        expect(ids(await history.orders(account, instrument, { limit: range.limit, fromOrderId }))).toEqual(ids(later));
      }
    });

    test("an order is found by id, by the newest use of its client id, and by nobody else's account", async () => {
      const amended = new Map(
        events.flatMap((e) => (e.type === "order_amended" ? [[`${e.instrument}/${e.orderId}`, e]] : [])),
      );
      const order = accepted.find(
        (o) => o.priceTicks > 0 && amended.has(`${o.instrument}/${o.orderId}`),
      ) as OrderAccepted;
      const { account, instrument, orderId } = order;
      const mine = events.filter(
        (e) =>
          ("orderId" in e && e.type !== "order_accepted" && e.orderId === orderId && e.instrument === instrument) ||
          (e.type === "trade_executed" &&
            e.instrument === instrument &&
            [e.takerOrderId, e.makerOrderId].includes(orderId)),
      );
      const fills = mine.filter((e) => e.type === "trade_executed");
      const found = await history.order(account, instrument, orderId, "");
      expect(found).toMatchObject({
        ...{ orderId, account, instrument, side: order.side, orderType: order.orderType, priceTicks: order.priceTicks },
        quantityLots: mine.findLast((e) => e.type === "order_amended")?.quantityLots,
        clientOrderId: mine.findLast((e) => e.type === "order_amended")?.clientOrderId,
        executedLots: fills.reduce((sum, fill) => sum + fill.quantityLots, 0),
        cumulativeQuoteAtoms: fills.reduce(
          (sum, fill) => sum + BigInt(fill.priceTicks) * BigInt(fill.quantityLots) * scaleOf(instrument),
          0n,
        ),
        createdUs: order.timeUs,
        updatedUs: mine.at(-1)?.timeUs,
        firstSeq: order.seq,
        lastSeq: mine.at(-1)?.seq,
      });
      expect(await history.order(account + 1, instrument, orderId, "")).toBeNull();
      expect(await history.order(account, instrument, 0, "never-used")).toBeNull();

      const reused = accepted.findLast((o) => !amended.has(`${o.instrument}/${o.orderId}`)) as OrderAccepted;
      const newest = await history.order(reused.account, reused.instrument, 0, reused.clientOrderId);
      expect(newest?.orderId).toBe(reused.orderId);
    });

    test("an order whose acceptance has not arrived is not shown, its trades are, and both are once it has", async () => {
      const published = events.filter((event): event is PublishedEvent => event.type !== "level_changed");
      const late = published.find((event) => event.type === "order_accepted" && event.seq > 500) as OrderAccepted;
      const first = { engine: "late", epoch: 1, firstSeq: 1, lastSeq: late.seq - 1, headSeq: events.length };
      const rest = { ...first, firstSeq: late.seq + 1, lastSeq: events.length };
      const between = (from: number, to: number) => published.filter(({ seq }) => seq >= from && seq <= to);
      for (const run of [first, rest])
        await applyBatch(database, { ...run, events: between(run.firstSeq, run.lastSeq) });
      const { account, instrument, orderId, seq } = late;
      const lateHistory = historyOnSql(database, "late");
      const limit = 1_000;
      const all = await history.orders(account, instrument, { limit });
      const fills = await history.fills(account, instrument, { limit });
      expect(await lateHistory.order(account, instrument, orderId, "")).toBeNull();
      expect(await lateHistory.orders(account, instrument, { limit })).toEqual(
        all.filter((o) => o.orderId !== orderId),
      );
      expect(await lateHistory.fills(account, instrument, { limit })).toEqual(fills);
      await applyBatch(database, { ...first, firstSeq: seq, lastSeq: seq, events: [late] });
      expect(await lateHistory.orders(account, instrument, { limit })).toEqual(all);
    });

    test(`candles follow the list rules, and each is what its trades make of it, SEED=${SEED}`, async () => {
      const minuteMs = 60_000;
      const all = [
        ...Map.groupBy(
          trades.filter((t) => t.instrument === 1),
          (t) => Math.floor(msOf(t) / minuteMs),
        ).entries(),
      ]
        .sort(([a], [b]) => a - b)
        .map(([minute, members]): Candle => {
          const prices = members.map(({ priceTicks }) => priceTicks);
          const lots = (list: readonly TradeExecuted[]) => list.reduce((sum, t) => sum + BigInt(t.quantityLots), 0n);
          const quote = (list: readonly TradeExecuted[]) =>
            list.reduce((sum, t) => sum + BigInt(t.quantityLots) * BigInt(t.priceTicks) * 100n, 0n);
          const bought = members.filter(({ takerSide }) => takerSide === "buy");
          return {
            openTimeMs: minute * minuteMs,
            closeTimeMs: (minute + 1) * minuteMs - 1,
            openTicks: prices[0] ?? 0,
            highTicks: Math.max(...prices),
            lowTicks: Math.min(...prices),
            closeTicks: prices.at(-1) ?? 0,
            volumeLots: lots(members),
            quoteAtoms: quote(members),
            takerBuyLots: lots(bought),
            takerBuyQuoteAtoms: quote(bought),
            firstTradeId: members[0]?.tradeId ?? 0,
            lastTradeId: members.at(-1)?.tradeId ?? 0,
            trades: members.length,
          };
        });
      expect(all.length).toBeGreaterThan(2);
      expect(await history.candles(1, "1m", { limit: 1_000 })).toEqual(all);
      const opens = all.map(({ openTimeMs }) => openTimeMs);
      for (let query = 0; query < QUERIES; query += 1) {
        const range = someRange(opens);
        const expected = listed(all, range, ({ openTimeMs }) => openTimeMs);
        expect(await history.candles(1, "1m", range), JSON.stringify(range)).toEqual(expected);
      }
      expect(await history.candleBefore(1, "1m", opens[1] ?? 0)).toEqual(all[0]);
      expect(await history.candleBefore(1, "1m", opens[0] ?? 0)).toBeNull();
    });
  });
}
