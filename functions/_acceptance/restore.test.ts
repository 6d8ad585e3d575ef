/**
 * The same day on one machine: `npm start` is killed, its journal and its people are gone, a backup is put back. Its history folder, which knows
 * more, is emptied by the exchange itself; the operator's command does it once more.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { seededRandom } from "../../engine/sim/prng.ts";
import { SoftwareAuthenticator } from "../_shared/people/testing/software-authenticator.ts";
import { DataFolderForTests, startProcess } from "./exchange-process.ts";
import { prepareWorld, verifyOrders, verifyWhole } from "./order-ledger.ts";
import { Page } from "./people-suite.ts";
import { namesOf, ops, shownOf, tradeByName } from "./restore-rehearsal.ts";
import { eventually } from "./target.ts";
import { HttpClient, Operator } from "./trader.ts";

const TIMEOUT_MS = 120_000;
const PUBLIC_ORIGIN = "http://localhost:8080";

test(
  "an exchange on one machine is restored from a backup: history forgets what the journal does not know, and trading goes on",
  async () => {
    const folder = new DataFolderForTests();
    const backup = mkdtempSync(join(tmpdir(), "tidebook-restore-"));
    const random = seededRandom(20_261_121);
    let running = await startProcess(folder, { PUBLIC_ORIGIN });
    try {
      const authenticator = new SoftwareAuthenticator(PUBLIC_ORIGIN);
      const account = await signedUp(running.origin, authenticator);
      const world = await prepareWorld(folder.operatorToken(), running.origin);
      const first = await tradeByName(world, running.origin, namesOf("first", 60), random);
      await ops({}, "backup", backup, "--data-dir", folder.path);
      const later = await tradeByName(world, running.origin, namesOf("later", 60), random);
      // All of it is in the tables: they know more than the backup.
      const { headSeq } = await operatorOf(folder, running.origin).must("GET", "/status");
      await eventually(
        async () => committedSeq(folder),
        (seq) => seq >= headSeq,
      );
      await running.kill();

      for (const lost of ["journal", "people"]) rmSync(join(folder.path, lost), { recursive: true });
      await ops({}, "restore", backup, "--data-dir", folder.path);
      running = await startProcess(folder, { PUBLIC_ORIGIN });
      const { origin } = running;
      expect(await shownOf(world, origin, later)).toEqual([]);
      expect(await signedIn(origin, authenticator)).toBe(account);
      const again = await tradeByName(world, origin, namesOf("later", 60), random);
      const all = [...first, ...again];
      await historyIsOpen(origin);
      expect(running.output()).toContain('"outcome":"history_ahead"');
      expect(await verifyOrders(world, origin, all)).toBe(0);
      await verifyWhole(world, origin, all, 0);

      const emptied = await ops({}, "history", "empty", "--yes", "--origin", origin, "--data-dir", folder.path);
      expect(emptied.outcome).toBe("emptied");
      await historyIsOpen(origin);
      await verifyWhole(world, origin, all, 0);
    } finally {
      await running.kill();
      folder.remove();
      rmSync(backup, { recursive: true, force: true });
    }
  },
  TIMEOUT_MS,
);

async function signedUp(origin: string, authenticator: SoftwareAuthenticator): Promise<number> {
  const page = new Page(origin, PUBLIC_ORIGIN);
  const { challengeId, creation } = await page.challenge({ kind: "sign_up", name: "Ada" });
  const attestation = authenticator.create(creation);
  return (await page.must("POST", "sign-up", { challengeId, attestation })).person.account;
}

async function signedIn(origin: string, authenticator: SoftwareAuthenticator): Promise<number> {
  const page = new Page(origin, PUBLIC_ORIGIN);
  const { challengeId, request } = await page.challenge({ kind: "sign_in" });
  const assertion = authenticator.get(request);
  return (await page.must("POST", "sign-in", { challengeId, assertion })).person.account;
}

/** What persistence has in the tables, as the engine notes it beside its journal. */
function committedSeq(folder: DataFolderForTests): number {
  const path = join(folder.path, "journal", "committed-seq");
  return existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
}

function operatorOf(folder: DataFolderForTests, origin: string): Operator {
  return new Operator(new HttpClient(origin), folder.operatorToken());
}

async function historyIsOpen(origin: string): Promise<void> {
  const http = new HttpClient(origin);
  await eventually(
    () => http.get("/readyz"),
    ({ body }) => body.history === "open",
  );
  http.close();
}
