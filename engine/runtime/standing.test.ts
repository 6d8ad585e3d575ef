/** How an engine says that it stands: its counters begin with the start, its sequences with the journal. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newExchange, openExchange, place } from "../sim/small-exchange.ts";

test("counters leave out what recovery applied; sequences, open orders and what is committed go on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-standing-"));
  try {
    const directory = join(folder, "journal");
    const first = await newExchange({ directory });
    await first.send(place(1, { side: "sell", quantityLots: 5, priceTicks: 10, clientOrderId: "a" }));
    const before = await first.engine.standing();
    first.engine.committed(before.headSeq - 2);
    await first.engine.close();

    const second = await openExchange({ directory });
    const opened = await second.engine.standing();
    await second.send(place(2, { side: "buy", quantityLots: 2, priceTicks: 10, clientOrderId: "b" }));
    await second.send(place(2, { side: "buy", quantityLots: 0, priceTicks: 10, clientOrderId: "c" }));
    await second.operate({ type: "freeze_withdrawals", frozen: true, reason: "planted" });
    const traded = await second.engine.standing();
    await second.engine.close();

    const shown = ({ epoch, commands, trades, rejects, openOrders, frozen }: typeof opened) => ({
      ...{ epoch, commands, trades, rejects, openOrders, frozen },
    });
    expect([before, opened, traded].map(shown)).toEqual([
      { epoch: 1, commands: 10, trades: 0, rejects: 0, openOrders: 1, frozen: false },
      { epoch: 2, commands: 0, trades: 0, rejects: 0, openOrders: 1, frozen: false },
      { epoch: 2, commands: 3, trades: 1, rejects: 1, openOrders: 1, frozen: true },
    ]);
    expect(opened).toMatchObject({
      ...{ engine: "e1", lineage: 0, headSeq: before.headSeq, committedSeq: before.headSeq - 2, outbox: null },
      startedUs: second.clock.nowUs,
      recovery: { records: 10 },
    });
    expect(traded.journal.frames - opened.journal.frames).toBe(3);
    expect(traded.journal.bytesWritten).toBeGreaterThan(opened.journal.bytesWritten);
    expect(traded.journal.lastFrameUs).toBeGreaterThanOrEqual(second.clock.nowUs);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
