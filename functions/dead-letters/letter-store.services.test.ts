/** Letters on a real Postgres, and the function's own way to it. Skipped where no Postgres is installed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresDatabase } from "../_shared/database.ts";
import { findPostgres, type PostgresServer, startPostgres } from "../persistence/testing/postgres-server.ts";
import { newDatabase } from "../persistence/testing/postgres-suite.ts";
import { letterDatabase } from "./deps.ts";
import { readLetter } from "./letter.ts";
import { letterStore } from "./letter-store.ts";
import { letterSuite } from "./testing/letter-suite.ts";

const programs = findPostgres();

describe.skipIf(programs === null)("on a real Postgres", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
  });
  afterAll(() => server.stop());

  letterSuite("letters on Postgres", async () => {
    const url = await newDatabase(server);
    return [postgresDatabase(url, () => {}), postgresDatabase(url, () => {})];
  });

  test("a database that history's migrations refuse still takes letters, and one that is back is found", async () => {
    const url = await newDatabase(server);
    const other = postgresDatabase(url, () => {});
    await other.script("create table schema_migrations (name text primary key, sha256 text not null)");
    await other.script("insert into schema_migrations values ('0001_history.sql', 'edited')");
    await other.close();
    const { opened, close } = letterDatabase(url, () => {});
    const store = letterStore(opened);
    const letter = readLetter({ headers: { "ce-id": "1" }, rawBody: Buffer.from("x") });
    await server.shutDown();
    await expect(store.keep(letter, 1)).rejects.toMatchObject({ code: "history_unavailable" });
    await server.start();
    expect(await store.keep(letter, 2)).toEqual([]);
    expect(await store.list({ before: null, limit: 2, state: null })).toHaveLength(1);
    await close();
  });
});
