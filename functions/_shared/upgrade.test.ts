/** Tables of a version without special orders: their rows are read as before, and go on from there. */
import { expect, test } from "vitest";
import { applyBatch } from "../persistence/apply-batch.ts";
import { instrumentOf } from "../persistence/testing/stream-instruments.ts";
import { historyOnSql } from "./history-sql.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { pgliteDatabase } from "./pglite-database.ts";

const BEFORE_SPECIAL_ORDERS = 3;

test("an order that was persisted before there were special orders is shown as it was, and its first amendment tells what it was", async () => {
  const database = pgliteDatabase({
    folder: null,
    migrate: (opened) => migrate(opened, readMigrations().slice(0, BEFORE_SPECIAL_ORDERS)),
    setAsidePath: (folder) => `${folder}.aside`,
    onLost: (error) => {
      throw error;
    },
  });
  await database.ready;
  try {
    await database.script(`
      insert into engine_head (engine, epoch, head_seq) values ('e1', 1, 2);
      insert into applied_ranges values ('e1', 1, 2);
      insert into instruments values ('e1', 0, 'BTCUSDT', 0, 1, 10, 'trading', '${JSON.stringify(instrumentOf(0, "trading"))}', 1);
      insert into orders values ('e1', 0, 7, 1, 2, 5000, 'buy', 'limit', 'gtc', 'expire_maker', 100, 0, 2, 10, 'mine',
        2, 5000, 'new', 'none', 0, 0, 0, null, null);`);
    await migrate(database);
    const history = historyOnSql(database, "e1");
    const before = {
      ...{ instrument: 0, orderId: 7, account: 1, clientOrderId: "mine", side: "buy", orderType: "limit" },
      ...{ timeInForce: "gtc", selfTradeMode: "expire_maker", priceTicks: 100, quantityLots: 10, executedLots: 0 },
      ...{ preventedLots: 0, cumulativeQuoteAtoms: 0n, quoteAtoms: 0n, status: "new", expiryReason: "none" },
      ...{ createdUs: 5_000, updatedUs: 5_000, firstSeq: 2, lastSeq: 2 },
    };
    expect(await history.order(1, 0, 7, "")).toEqual(before);
    const amended = { quantityLots: 8, remainingLots: 8, clientOrderId: "less" };
    const event = {
      type: "order_amended",
      seq: 3,
      timeUs: 6_000,
      instrument: 0,
      orderId: 7,
      account: 1,
      ...amended,
    } as const;
    await applyBatch(database, { engine: "e1", epoch: 1, firstSeq: 3, lastSeq: 3, headSeq: 3, events: [event] });
    expect(await history.order(1, 0, 7, "")).toEqual({
      ...before,
      ...{ quantityLots: 8, clientOrderId: "less", updatedUs: 6_000, lastSeq: 3 },
    });
    expect(await history.amendments(1, 0, 7, { limit: 5 })).toEqual([
      {
        ...{ instrument: 0, orderId: 7, account: 1, executionId: 3, timeUs: 6_000 },
        ...{ origClientOrderId: "mine", newClientOrderId: "less", origQuantityLots: 10, newQuantityLots: 8 },
      },
    ]);
  } finally {
    await database.close();
  }
});
