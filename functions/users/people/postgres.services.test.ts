/** People on a real Postgres; skipped where none is installed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresDatabase } from "../../_shared/database.ts";
import { openedPeople } from "../../_shared/people/opened-people.ts";
import { peopleSuite } from "../../_shared/people/testing/people-suite.ts";
import { findPostgres, type PostgresServer, startPostgres } from "../../persistence/testing/postgres-server.ts";
import { newDatabase } from "../../persistence/testing/postgres-suite.ts";

const programs = findPostgres();

describe.skipIf(programs === null)("on a real Postgres", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
  });
  afterAll(() => server.stop());

  peopleSuite("people on Postgres", async () => postgresDatabase(await newDatabase(server), () => {}));

  test("a role that owns the schema, and may make none in the database, is all that a function needs", async () => {
    const admin = postgresDatabase(await newDatabase(server), () => {});
    await admin.script(`create role people_only login; create schema people authorization people_only`);
    const [row] = await admin.query("select current_database() as name");
    await admin.close();
    const url = new URL(server.url);
    url.pathname = `/${row?.name}`;
    url.username = "people_only";
    const settings = { DATABASE_URL: String(url), PUBLIC_ORIGIN: "https://exchange.example.org" };
    const functions = [1, 2].map(() => openedPeople(settings, "users", () => {}));
    const stores = functions.map(({ people }) => people?.store);
    expect(await Promise.all(stores.map((store) => store?.people.find("nobody")))).toEqual([null, null]);
    await Promise.all(functions.map(({ close }) => close()));
    expect(openedPeople({ DATABASE_URL: String(url) }, "users", () => {}).people).toBe(undefined);
  });
});
