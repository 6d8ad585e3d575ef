/** The folder of people: opened by the first question, closed when nobody asks, copied whole while people ask. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { FileLock } from "../../engine/journal/file-lock.ts";
import { backUpPeople, peopleLockOf, restorePeople } from "../../engine/ops/people-folder.ts";
import type { Database } from "../_shared/database.ts";
import { allowanceStore } from "../_shared/people/allowance-store.ts";
import { peopleDatabase } from "./people-database.ts";

const root = mkdtempSync(join(tmpdir(), "tidebook-people-folder-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Opened {
  readonly database: Database;
  readonly outcomes: readonly string[];
  readonly prepare: () => void;
  /** Resolves with the next line of the log that says so. */
  heard(outcome: string): Promise<void>;
  close(): Promise<void>;
}

async function open(name: string, idleMs?: number): Promise<Opened> {
  const outcomes: string[] = [];
  const waiting = new Map<string, () => void>();
  const log = (line: object): void => {
    const { outcome } = line as { readonly outcome: string };
    outcomes.push(outcome);
    waiting.get(outcome)?.();
  };
  const folder = join(root, name, "people");
  mkdirSync(join(root, name), { recursive: true });
  const { opened, close, prepare } = peopleDatabase({
    databaseUrl: null,
    folder,
    log,
    ...(idleMs !== undefined && { idleMs }),
  });
  const heard = (outcome: string): Promise<void> => new Promise((resolve) => waiting.set(outcome, resolve));
  return { database: await opened(), outcomes, prepare, heard, close };
}

const ENDS_MS = 9_000_000_000_000;
const storeOf = ({ database }: Opened) => allowanceStore(async () => database);
const spend = (opened: Opened, what: string) => storeOf(opened).spend(what, 1n, 1_000_000n, ENDS_MS, 0);

test("nothing is opened, nor made, before somebody asks; what nobody asks is closed, and opened again by whoever does", async () => {
  const people = await open("idle", 1);
  const before = existsSync(join(root, "idle", "people"));
  const closed = people.heard("closed");
  await spend(people, "a");
  await closed;
  const again = people.heard("closed");
  expect(await storeOf(people).spent(["a"])).toEqual(new Map([["a", 1n]]));
  await again;
  await people.close();
  expect([before, people.outcomes]).toEqual([false, ["open", "closed", "open", "closed"]]);
  await expect(spend(people, "a")).rejects.toMatchObject({ code: "history_unavailable" });
});

test("who looks at the screen has the folder made, once, and closed again", async () => {
  const people = await open("looks");
  const closed = people.heard("closed");
  people.prepare();
  people.prepare();
  await closed;
  await people.close();
  const again = await open("looks");
  again.prepare();
  await again.close();
  expect([people.outcomes, again.outcomes]).toEqual([["open", "closed"], []]);
});

test("a copy that is made while people ask holds all that was answered before, and opens", async () => {
  const people = await open("asked");
  await spend(people, "before");
  let isCopied = false;
  let asked = 0;
  const asking = Promise.all(
    [1, 2, 3].map(async (each) => {
      // Past the checkpoint that the database makes after some hundred transactions.
      while (!isCopied || asked < 600) {
        await spend(people, `${each}`);
        asked += 1;
      }
    }),
  );
  const copies: string[] = [];
  while (copies.length < 2) copies.push(await backUpPeople(join(root, "asked"), join(root, "backup")));
  const least = asked;
  copies.push(await backUpPeople(join(root, "asked"), join(root, "backup")));
  isCopied = true;
  await asking;
  expect(copies).toEqual(Array(3).fill("copied"));
  expect(await restorePeople(join(root, "backup"), join(root, "asked"))).toBe("kept");
  expect(await restorePeople(join(root, "backup"), join(root, "restored"))).toBe("copied");
  const restored = await open("restored");
  const spent = await storeOf(restored).spent(["before", "1", "2", "3"]);
  const sum = [...spent.values()].reduce((all, each) => all + each) - 1n;
  expect([spent.get("before"), sum >= BigInt(least), sum <= BigInt(asked)]).toEqual([1n, true, true]);
  await Promise.all([people.close(), restored.close()]);
});

test("while it is copied whoever asks waits; where there is no folder there is nothing to copy", async () => {
  const people = await open("waits");
  await spend(people, "a");
  const lock = new FileLock(peopleLockOf(join(root, "waits")));
  expect(await lock.take(10_000)).toBe(true);
  let isAnswered = false;
  const asked = spend(people, "a").then(() => {
    isAnswered = true;
  });
  expect(await new FileLock(peopleLockOf(join(root, "waits"))).take(50)).toBe(false);
  const before = isAnswered;
  lock.giveBack();
  await asked;
  expect([before, isAnswered, await backUpPeople(join(root, "nowhere"), root)]).toEqual([false, true, "none"]);
  await people.close();
});
