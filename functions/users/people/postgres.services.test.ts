/** People on a real Postgres; skipped where none is installed. */
import { afterAll, beforeAll, describe } from "vitest";
import { postgresDatabase } from "../../_shared/database.ts";
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
});
