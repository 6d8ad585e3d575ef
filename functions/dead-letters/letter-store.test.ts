/** Letters on PGlite; letter-store.services.test.ts runs the suite on a real Postgres. */
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { letterSuite } from "./testing/letter-suite.ts";

letterSuite("letters on PGlite", async () => {
  const database = await openMemoryDatabase();
  return [database, database];
});
