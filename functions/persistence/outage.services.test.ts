/**
 * Postgres is killed while trading goes on, and 100,000 events later it comes back: no order noticed, and the tables are
 * byte-equal to a fold of the journal. outage.soak.test.ts does it for ten minutes. Skipped where no Postgres is installed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startOutage } from "./testing/outage.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./testing/postgres-server.ts";
import { newDatabase } from "./testing/postgres-suite.ts";

const SEED = 51;
const BACKLOG_EVENTS = 100_000;
const programs = findPostgres();

describe.skipIf(programs === null)("an outage of Postgres", () => {
  let server: PostgresServer;
  let directory: string;
  beforeAll(async () => {
    server = await startPostgres(programs ?? "");
    directory = mkdtempSync(join(tmpdir(), "tidebook-outage-"));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  test(`a backlog of ${BACKLOG_EVENTS} events: trading untouched, tables byte-equal to the journal's fold, SEED=${SEED}`, async () => {
    const outage = await startOutage({
      directory,
      databaseUrl: await newDatabase(server),
      seed: SEED,
      speed: 5,
      pauseMs: 0,
    });
    try {
      await outage.tradeFor(5_000, 1_000);
      await server.kill();
      const before = outage.traffic();
      await outage.tradeFor(BACKLOG_EVENTS, 1_000);
      const during = outage.traffic();
      await server.start();
      await outage.tradeFor(5_000, 1_000);
      await outage.settle();
      const { sent, answered, failures } = outage.traffic();
      expect({ unanswered: sent - answered, failures }).toEqual({ unanswered: 0, failures: [] });
      expect(during.answered - before.answered).toBeGreaterThan(BACKLOG_EVENTS / 20);
      expect((await outage.compare()).difference).toBe("");
    } finally {
      await outage.close();
    }
  });
});
