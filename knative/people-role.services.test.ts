/**
 * The role and the schema that the manifests ask CloudNativePG for, made in a real Postgres: people's tables are made by it,
 * and neither side reads the other's. Skipped where there is no Postgres.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Database, postgresDatabase } from "../functions/_shared/database.ts";
import { migrate } from "../functions/_shared/migrate.ts";
import { migratePeople } from "../functions/_shared/people/people-tables.ts";
import { findPostgres, type PostgresServer, startPostgres } from "../functions/persistence/testing/postgres-server.ts";
import { readValues } from "./testing/helm-values.ts";
import { KNATIVE } from "./testing/render.ts";

const programs = findPostgres();
const { cluster } = readValues("cluster") as {
  cluster: { initdb: { database: string; owner: string }; roles: { name: string; login: boolean }[] };
};
const { spec } = parse(readFileSync(join(KNATIVE, "data", "database.yaml"), "utf8")) as {
  spec: { name: string; owner: string; schemas: { name: string; owner: string }[] };
};

describe.skipIf(programs === null)("in Postgres (skipped without one)", () => {
  let server: PostgresServer;
  const open: Database[] = [];

  /** @param user of the database that the cluster begins with. */
  function as(user: string, database = spec.name): Database {
    const url = new URL(server.url);
    url.username = user;
    url.pathname = `/${database}`;
    const opened = postgresDatabase(url.href, () => {});
    open.push(opened);
    return opened;
  }

  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
    // As the chart's initdb and the two manifests have it. The server's own user is its superuser, so the owner is another.
    const superuser = as("tidebook", "postgres");
    await superuser.script(`create role ${OWNER} login`);
    for (const { name, login } of cluster.roles) await superuser.script(`create role ${name} ${login ? "login" : ""}`);
    await superuser.script(`create database ${DATABASE} owner ${OWNER}`);
    for (const { name, owner } of spec.schemas)
      await as("tidebook", DATABASE).script(`create schema ${name} authorization ${owner}`);
  });
  afterAll(async () => {
    for (const database of open) await database.close();
    await server?.stop();
  });

  const OWNER = "exchange";
  const DATABASE = "exchange";
  const people = (): Database => as(spec.schemas[0]?.owner ?? "", DATABASE);
  const history = (): Database => as(OWNER, DATABASE);

  test("the owner of the schema makes people's tables in it, twice without harm, and needs no other right", async () => {
    expect([cluster.initdb.database, cluster.initdb.owner]).toEqual([spec.name, spec.owner]);
    expect(cluster.roles.map(({ name }) => name)).toEqual(spec.schemas.map(({ owner }) => owner));
    await migratePeople(people());
    await migratePeople(people());
    const [row] = await people().query("select count(*)::int as persons from people.people");
    expect(row).toEqual({ persons: 0 });
  });

  test("who reads history reads no person, and who knows people reads no order", async () => {
    await migrate(history());
    await expect(history().query("select * from people.sessions")).rejects.toThrow(/permission denied/);
    await expect(people().query("select * from orders")).rejects.toThrow(/permission denied/);
  });
});
