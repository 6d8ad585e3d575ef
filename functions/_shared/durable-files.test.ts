/** PGlite with PostgreSQL's own durability: what reaches the disk, and before what. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DurableFiles, durableStart, syncFolder } from "./durable-files.ts";

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "tidebook-durable-"));
});
afterAll(() => rm(parent, { recursive: true }));

interface Stream {
  readonly node: unknown;
  readonly nfd: number;
}

test("a commit waits for its log, a checkpoint for the pages and folders before the record that relies on them", async () => {
  const folder = join(parent, "people");
  const database = await PGlite.create({ fs: new DurableFiles(folder), startParams: durableStart() });
  const files = database.Module.NODEFS as unknown as {
    readonly realPath: (node: unknown) => string;
    readonly stream_ops: { fsync: (stream: Stream) => number };
  };
  const { fsync } = files.stream_ops;
  const synced: string[] = [];
  files.stream_ops.fsync = (stream) => {
    const path = files.realPath(stream.node).slice(folder.length + 1);
    synced.push(path);
    return fsync(stream);
  };
  const taken = (): string[] => synced.splice(0);
  try {
    await database.exec("create table people (name text)");
    taken();
    await database.query("insert into people values ('Ada')");
    expect(taken()).toEqual(["pg_wal/000000010000000000000001"]);
    await database.query("select * from people");
    expect(taken()).toEqual([]);
    await database.query("checkpoint");
    const atCheckpoint = taken();
    const pages = atCheckpoint.filter((path) => path.startsWith("base/")).length;
    expect([pages > 0, atCheckpoint.includes("pg_xact"), atCheckpoint.at(-1)]).toEqual([
      true,
      true,
      "global/pg_control",
    ]);
    await syncFolder(folder);
  } finally {
    await database.close();
  }
});
