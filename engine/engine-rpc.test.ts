/** What a restored engine says to other processes of itself, and what it believes of what they tell it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { engineRpcPort } from "./engine-rpc.ts";
import { backUpJournal, restoreJournal } from "./journal/backup.ts";
import { newExchange, openExchange, place } from "./sim/small-exchange.ts";

const RESTORED_SECONDS = 1_800_000_000;

test("I36: answers name the lineage of the journal, and what was committed of another one is not believed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-rpc-"));
  try {
    const lost = await newExchange({ directory: join(folder, "lost") });
    await lost.send(place(1, { side: "sell", quantityLots: 1, priceTicks: 10, clientOrderId: "a" }));
    await lost.engine.close();
    await backUpJournal(join(folder, "lost"), join(folder, "backup"));
    const directory = join(folder, "restored");
    await restoreJournal(join(folder, "backup"), directory, { wallClockUs: () => RESTORED_SECONDS * 1_000_000 });
    const { engine } = await openExchange({ directory });
    const log: object[] = [];
    const committed: number[] = [];
    const events = {
      committed: (seq: number) => void committed.push(seq),
      publish: async () => {},
      lag: () => null,
      close: async () => {},
    };
    const port = engineRpcPort("e1", engine, events, (line) => log.push(line));
    const { headSeq } = engine.stats();
    const lineages = [
      (await port.account(1)).lineage,
      (await port.openOrders(1, null)).lineage,
      (await port.eventsSince(1, 1)).lineage,
    ];
    await port.committed?.("e1", headSeq);
    await port.committed?.("e1", headSeq - 1, RESTORED_SECONDS);
    await engine.close();
    expect({ lineages, committed, log }).toEqual({
      lineages: [RESTORED_SECONDS, RESTORED_SECONDS, RESTORED_SECONDS],
      committed: [headSeq - 1],
      log: [{ at: "engine", outcome: "committed_ignored", engine: "e1", seq: headSeq, headSeq }],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
