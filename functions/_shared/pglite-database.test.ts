/** The embedded database in its folder: nobody waits, what was committed is found again, a bad folder is set aside. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate, readMigrations } from "./migrate.ts";
import { type PgliteDatabase, pgliteDatabase } from "./pglite-database.ts";

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "tidebook-pglite-"));
});
afterAll(() => rm(parent, { recursive: true }));

const unavailable = { name: "OperationalError", code: "history_unavailable" };
const open = (folder: string, migrations = readMigrations()): PgliteDatabase =>
  pgliteDatabase({
    folder,
    migrate: (database) => migrate(database, migrations),
    setAsidePath: (path) => `${path}.set-aside`,
    onLost: () => {},
  });

test("calls reject while it is opening, rows survive a restart, transactions take turns, and calls after closing reject", async () => {
  const folder = join(parent, "kept");
  const first = open(folder);
  await expect(first.query("select 1")).rejects.toMatchObject(unavailable);
  expect(await first.ready).toEqual({ outcome: "opened" });
  const order: string[] = [];
  const insert = (engine: string) =>
    first.transaction(async (tx) => {
      order.push(`${engine} begins`);
      await tx.query("insert into engine_head values ($1, $2, $3)", [engine, 1n, 2 ** 53 - 1]);
      order.push(`${engine} ends`);
    });
  await Promise.all([insert("a"), insert("b")]);
  expect(order).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  await expect(insert("a")).rejects.toMatchObject({ code: "23505" });
  await first.close();
  await expect(first.query("select 1")).rejects.toMatchObject(unavailable);

  const second = open(folder);
  await second.ready;
  expect(
    await second.query(
      "select engine, epoch, head_seq, 1::int4 as small, 2::numeric as big from engine_head order by engine",
    ),
  ).toEqual([
    { engine: "a", epoch: "1", head_seq: "9007199254740991", small: 1, big: "2" },
    { engine: "b", epoch: "1", head_seq: "9007199254740991", small: 1, big: "2" },
  ]);
  await second.close();
});

test("a folder that does not open is renamed, a fresh one takes its place, and the caller hears of it", async () => {
  const folder = join(parent, "damaged");
  await mkdir(folder);
  await writeFile(join(folder, "PG_VERSION"), "18\n");
  await writeFile(join(folder, "postgresql.conf"), "");
  const database = open(folder);
  expect(await database.ready).toMatchObject({ outcome: "set_aside", movedTo: `${folder}.set-aside` });
  expect(await database.query("select count(*)::int4 as n from engine_head")).toEqual([{ n: 0 }]);
  expect((await readdir(parent)).filter((name) => name.startsWith("damaged")).sort()).toEqual([
    "damaged",
    "damaged.set-aside",
  ]);
  await database.close();
});
