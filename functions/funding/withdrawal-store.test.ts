/** The table of withdrawals on PGlite; postgres.services.test.ts runs the suite on Postgres. */
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { withdrawalStoreSuite } from "./testing/withdrawal-store-suite.ts";

withdrawalStoreSuite("withdrawals on PGlite", openMemoryDatabase);
