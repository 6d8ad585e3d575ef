/**
 * Postgres away for as long as it is asked: TIDEBOOK_SOAK_OUTAGE_SECONDS (default 600), half of them killed, half of them
 * frozen, while some 3,000 events a second happen; seed from TIDEBOOK_SOAK_SEED (default 1,000). Skipped where no Postgres
 * is installed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startOutage } from "./testing/outage.ts";
import { findPostgres, startPostgres } from "./testing/postgres-server.ts";
import { newDatabase } from "./testing/postgres-suite.ts";

const OUTAGE_MS = Number(process.env.TIDEBOOK_SOAK_OUTAGE_SECONDS ?? 600) * 1_000;
const SEED = Number(process.env.TIDEBOOK_SOAK_SEED ?? 1_000);
/** At 50 orders each, some 400 orders and 3,000 events a second. */
const PAUSE_MS = 100;
const programs = findPostgres();

test.skipIf(programs === null)(
  `an outage of ${OUTAGE_MS / 1_000} s: trading untouched, tables byte-equal to the journal's fold, SEED=${SEED}`,
  async () => {
    const server = await startPostgres(programs ?? "");
    const directory = mkdtempSync(join(tmpdir(), "tidebook-outage-"));
    const databaseUrl = await newDatabase(server);
    const outage = await startOutage({ directory, databaseUrl, seed: SEED, speed: 1, pauseMs: PAUSE_MS });
    try {
      await outage.tradeFor(1_000, 5_000);
      await server.kill();
      await outage.tradeFor(0, OUTAGE_MS / 2);
      await server.start();
      await outage.tradeFor(0, 5_000);
      server.freeze();
      await outage.tradeFor(0, OUTAGE_MS / 2);
      server.thaw();
      const during = outage.traffic();
      await outage.tradeFor(1_000, 5_000);
      await outage.settle();
      const { sent, answered, failures, slowestMs } = outage.traffic();
      const { difference, rows } = await outage.compare();
      console.log(
        JSON.stringify({ headSeq: outage.headSeq(), rows, sent, slowestMs, during, counts: outage.counts() }),
      );
      expect({ unanswered: sent - answered, failures }).toEqual({ unanswered: 0, failures: [] });
      expect(difference).toBe("");
    } finally {
      server.thaw();
      await outage.close();
      await server.stop();
      rmSync(directory, { recursive: true });
    }
  },
);
