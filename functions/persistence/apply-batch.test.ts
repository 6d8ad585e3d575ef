/** The suite of persistence on PGlite; postgres.services.test.ts runs it on a real Postgres. */
import { openMemoryDatabase } from "./testing/memory-database.ts";
import { persistenceSuite } from "./testing/persistence-suite.ts";

persistenceSuite("batches on PGlite", openMemoryDatabase);
