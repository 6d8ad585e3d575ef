/** Statements on PGlite; persistence/postgres.services.test.ts runs the suite on Postgres. */
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { statementSuite } from "./testing/statement-suite.ts";

statementSuite("statements on PGlite", openMemoryDatabase);
