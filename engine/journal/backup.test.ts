/** A backup taken beside a working engine is a whole journal of its own: it starts, and has all that was acknowledged before. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { cancel, newExchange, openExchange, place, type RunningExchange } from "../sim/small-exchange.ts";
import { backUpJournal, restoreJournal } from "./backup.ts";

/** Small, so that a run has several segments, archived ones and snapshots. */
const SMALL = { segmentBytes: 64 * 1024, snapshotEveryRecords: 500 };

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
    expect(await restoreJournal(target, restored)).toMatchObject({ lastRecord: report.lastRecord });
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
  await restoreJournal(target, restored);
  const open = async (where: string) => {
    const { engine } = await openExchange({ directory: where, ...SMALL });
    const [account, orders] = [await engine.account(1), await engine.openOrders(1, null)];
    await engine.close();
    return { account, orders };
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
  await expect(restoreJournal(target, directory)).rejects.toMatchObject({ code: "refused" });

  const damaged = folder();
  cpSync(target, damaged, { recursive: true });
  const [name = ""] = readdirSync(damaged).filter((each) => each.endsWith(".journal"));
  const bytes = readFileSync(join(damaged, name));
  bytes[5_000] = (bytes[5_000] ?? 0) ^ 0xff;
  writeFileSync(join(damaged, name), bytes);
  const restored = folder();
  await expect(restoreJournal(damaged, restored)).rejects.toMatchObject({ code: "corrupt" });
  expect(readdirSync(join(restored, ".."))).toEqual([]);
});

test("a folder without a journal is refused by name", async () => {
  await expect(backUpJournal(folder(), folder())).rejects.toMatchObject({ code: "no_such_record" });
});
