/** The table of withdrawals: one suite for PGlite and for Postgres. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "../../_shared/database.ts";
import { ensureTables } from "../../_shared/migrate.ts";
import { WITHDRAWALS_MIGRATION, type WithdrawalStore, withdrawalStore } from "../withdrawal-store.ts";

const REQUEST = {
  ...{ account: 1, asset: 0, atoms: 2n ** 63n - 1n, address: 'bc1"q\\', addressTag: "", network: "BTC" },
  ...{ clientId: "", requestedMs: 1_700_000_000_123 },
};

/** @param open a migrated database, which the suite closes. */
export function withdrawalStoreSuite(title: string, open: () => Promise<Database>): void {
  describe(title, () => {
    let database: Database;
    let store: WithdrawalStore;
    beforeAll(async () => {
      database = await open();
      // Beside a database that has all migrations, and again.
      await ensureTables(database, WITHDRAWALS_MIGRATION);
      store = withdrawalStore(async () => database, "e1");
    });
    afterAll(() => database.close());

    const undecided = { decidedMs: null, announcedMs: null, reason: "", txId: "" };

    test("what is written down first is what stays, of each engine its own", async () => {
      const first = { ...REQUEST, reference: "a" };
      expect(await store.request(first)).toEqual({ ...first, state: "requested", ...undecided });
      expect(await store.request({ ...first, address: "elsewhere" })).toMatchObject({ address: first.address });
      const other = withdrawalStore(async () => database, "e2");
      expect(await other.request({ ...first, atoms: 1n })).toMatchObject({ atoms: 1n });
      expect([...(await store.find(["a", "b"])).keys()]).toEqual(["a"]);
      expect((await store.find([])).size).toBe(0);
    });

    test("a decision is taken only from a state that is named: of two at once one wins", async () => {
      await store.request({ ...REQUEST, reference: "race" });
      const decided = await Promise.all(
        Array.from({ length: 8 }, (_, index) => {
          const state = index % 2 === 0 ? "approved" : "refused";
          return store.decide("race", ["requested"], { state, nowMs: index, reason: state, txId: "" });
        }),
      );
      expect(decided.filter(Boolean)).toHaveLength(1);
      const { state, reason } = (await store.find(["race"])).get("race") ?? {};
      expect(reason).toBe(state);
      expect(await store.decide("nobody's", ["requested"], { state: "paid", nowMs: 1 })).toBe(false);
    });

    test("when an approval was told is kept", async () => {
      await store.request({ ...REQUEST, reference: "told" });
      await store.decide("told", ["requested"], { state: "approved", nowMs: 5 });
      await store.announced("told", 6);
      const told = { state: "approved", decidedMs: 5, announcedMs: 6, reason: "", txId: "" };
      expect((await store.find(["told"])).get("told")).toMatchObject(told);
    });
  });
}
