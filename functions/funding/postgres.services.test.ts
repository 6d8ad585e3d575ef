/** The table of withdrawals on a real Postgres; skipped where none is installed. */
import { afterAll, beforeAll, describe } from "vitest";
import { findPostgres, type PostgresServer, startPostgres } from "../persistence/testing/postgres-server.ts";
import { openMigrated } from "../persistence/testing/postgres-suite.ts";
import { withdrawalStoreSuite } from "./testing/withdrawal-store-suite.ts";

const programs = findPostgres();

describe.skipIf(programs === null)("on a real Postgres", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
  });
  afterAll(() => server.stop());

  withdrawalStoreSuite("withdrawals on Postgres", () => openMigrated(server));
});
