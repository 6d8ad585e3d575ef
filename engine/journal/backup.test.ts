/** A backup taken beside a working engine is a whole journal of its own: it starts, and has all that was acknowledged before. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { cancel, newExchange, openExchange, place, type RunningExchange } from "../sim/small-exchange.ts";
import { backUpJournal, restoreJournal } from "./backup.ts";
import { beginLineage } from "./lineage.ts";
import { verifyJournal, voidRecord } from "./operator.ts";

/** Small, so that a run has several segments, archived ones and snapshots. */
const SMALL = { segmentBytes: 64 * 1024, snapshotEveryRecords: 500 };

/** Behind nothing that these journals hold. */
const NOW = { wallClockUs: () => 1_800_000_000_000_000 };

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "tidebook-backup-"));
  folders.push(made);
  return join(made, "journal");
}
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(join(made), { recursive: true, force: true });
});

function order(name: string) {
  return place(1, { side: "sell", quantityLots: 1, priceTicks: 10, clientOrderId: name });
}

/** More than the backups below see. It ends, so that on a slow machine a backup overtakes it. */
const BATCHES_MAX = 400;

/** Places and cancels until told to stop. @returns what was acknowledged, in order, and the way to stop. */
function trade({ send }: RunningExchange): { acknowledged: string[]; stop: () => Promise<void> } {
  const acknowledged: string[] = [];
  let stopping = false;
  const running = (async () => {
    for (let index = 0; !stopping && index < BATCHES_MAX; index++) {
      const batch = Array.from({ length: 20 }, (_, each) => `o${index}-${each}`);
      await Promise.all(batch.flatMap((name) => [send(order(name)), send(cancel(1, name))]));
      acknowledged.push(...batch);
    }
  })();
  return {
    acknowledged,
    stop: () => {
      stopping = true;
      return running;
    },
  };
}

async function namesIn(directory: string): Promise<Set<string>> {
  const { engine } = await openExchange({ directory, ...SMALL });
  const recent = await engine.recentOrders(1, 0);
  await engine.close();
  return new Set(recent.value.map(({ clientOrderId }) => clientOrderId));
}

test("a backup beside trading starts, and holds every order that was acknowledged before it began", async () => {
  const directory = folder();
  const target = folder();
  const exchange = await newExchange({ directory, ...SMALL });
  const { acknowledged, stop } = trade(exchange);
  for (let round = 0; round < 4; round++) {
    while (acknowledged.length < (round + 1) * 1_000) await new Promise((resolve) => setImmediate(resolve));
    const before = acknowledged.slice();
    const report = await backUpJournal(directory, target);
    const restored = folder();
    expect(await restoreJournal(target, restored, NOW)).toMatchObject({ lastRecord: report.lastRecord });
    const names = await namesIn(restored);
    expect(before.filter((name) => !names.has(name))).toEqual([]);
    // Nothing but the segments that may still grow is copied twice.
    if (round > 0) expect(report.filesCopied).toBeLessThan(readdirSync(join(target, "archive")).length + 4);
  }
  await stop();
  await exchange.engine.close();
  expect(readdirSync(join(target, "archive")).length).toBeGreaterThan(3);
  expect(readdirSync(target).filter((name) => name.startsWith("snapshot-")).length).toBeLessThanOrEqual(2);
  expect(exchange.fatal).toEqual([]);
});

test("a backup of a stopped engine starts with the very same state", async () => {
  const directory = folder();
  const exchange = await newExchange({ directory, ...SMALL });
  await Promise.all(Array.from({ length: 700 }, (_, index) => exchange.send(order(`o${index}`))));
  await exchange.engine.close();
  const target = folder();
  await backUpJournal(directory, target);
  const restored = folder();
  await restoreJournal(target, restored, NOW);
  const open = async (where: string) => {
    const { engine } = await openExchange({ directory: where, ...SMALL });
    const { value: account, asOfSeq } = await engine.account(1);
    const { value: orders } = await engine.openOrders(1, null);
    await engine.close();
    return { account, orders, asOfSeq };
  };
  expect(await open(restored)).toEqual(await open(directory));
});

test("a damaged backup is not restored, and a journal that is there is not overwritten", async () => {
  const directory = folder();
  const exchange = await newExchange({ directory, ...SMALL });
  await Promise.all(Array.from({ length: 300 }, (_, index) => exchange.send(order(`o${index}`))));
  await exchange.engine.close();
  const target = folder();
  await backUpJournal(directory, target);
  await expect(restoreJournal(target, directory, NOW)).rejects.toMatchObject({ code: "refused" });

  const damaged = folder();
  cpSync(target, damaged, { recursive: true });
  const [name = ""] = readdirSync(damaged).filter((each) => each.endsWith(".journal"));
  const bytes = readFileSync(join(damaged, name));
  bytes[5_000] = (bytes[5_000] ?? 0) ^ 0xff;
  writeFileSync(join(damaged, name), bytes);
  const restored = folder();
  await expect(restoreJournal(damaged, restored, NOW)).rejects.toMatchObject({ code: "corrupt" });
  expect(readdirSync(join(restored, ".."))).toEqual([]);
});

test("a restored journal begins a lineage that its starts, its segments and backups of it carry on; a second restore begins another", async () => {
  const directory = folder();
  const exchange = await newExchange({ directory, ...SMALL });
  await Promise.all(Array.from({ length: 700 }, (_, index) => exchange.send(order(`o${index}`))));
  const target = folder();
  await backUpJournal(directory, target);
  await exchange.engine.close();
  const restore = async (backup: string, seconds: number): Promise<string> => {
    const restored = folder();
    await restoreJournal(backup, restored, { wallClockUs: () => seconds * 1_000_000 });
    return restored;
  };
  const starts = async (where: string, count: number) => {
    const seen: (readonly number[])[] = [];
    for (let start = 0; start < count; start++) {
      const { engine, send } = await openExchange({ directory: where, ...SMALL });
      seen.push([engine.recovery.lineage, engine.recovery.epoch]);
      // Past a segment's end.
      await Promise.all(Array.from({ length: 1_500 }, (_, index) => send(order(`${seen.length}-${index}`))));
      await engine.close();
    }
    return seen;
  };
  const first = await restore(target, 1_800_000_000);
  const ofFirst = await starts(first, 3);
  const again = folder();
  await backUpJournal(first, again);
  expect({
    original: (await starts(directory, 1))[0],
    first: ofFirst,
    second: await starts(await restore(target, 1_800_000_001), 1),
    ofFirst: await starts(await restore(again, 1_800_000_009), 1),
  }).toEqual({
    original: [0, 2],
    first: [
      [1_800_000_000, 1_800_000_000],
      [1_800_000_000, 1_800_000_001],
      [1_800_000_000, 1_800_000_002],
    ],
    second: [[1_800_000_001, 1_800_000_001]],
    ofFirst: [[1_800_000_009, 1_800_000_009]],
  });
});

test("with a clock behind the backup nothing is restored, unless the highest epoch is named; a hint of what was committed goes", async () => {
  const directory = folder();
  const exchange = await newExchange({ directory, ...SMALL });
  await exchange.engine.close();
  const target = folder();
  await backUpJournal(directory, target);
  const restored = folder();
  mkdirSync(restored, { recursive: true });
  writeFileSync(join(restored, "committed-seq"), "1000000");
  const behind = { wallClockUs: () => 1_000_000 };
  await expect(restoreJournal(target, restored, behind)).rejects.toMatchObject({ code: "refused" });
  expect(await restoreJournal(target, restored, { ...behind, epochAbove: 41 })).toMatchObject({ epoch: 42 });
  expect(readdirSync(restored)).not.toContain("committed-seq");
});

test("a record at the end of a backup can still be voided, and the lineage begins behind it", async () => {
  const directory = folder();
  const exchange = await newExchange({ directory, ...SMALL });
  await exchange.send(order("voided"));
  const copy = folder();
  // At once: a moment later a seal stands behind the record.
  cpSync(directory, copy, { recursive: true });
  const { lastRecord } = verifyJournal(copy);
  beginLineage(copy, 42);
  voidRecord(copy, lastRecord, "by a test");
  const { engine } = await openExchange({ directory: copy, ...SMALL });
  const { voided, epoch, lineage } = engine.recovery;
  const orders = await engine.openOrders(1, null);
  await Promise.all([engine.close(), exchange.engine.close()]);
  expect({ voided, epoch, lineage, orders: orders.value }).toEqual({
    voided: [lastRecord],
    epoch: 42,
    lineage: 42,
    orders: [],
  });
});

test("a folder without a journal is refused by name", async () => {
  await expect(backUpJournal(folder(), folder())).rejects.toMatchObject({ code: "no_such_record" });
});
