/** Special orders, lists, self-trades and amendments on PGlite; persistence/postgres.services.test.ts runs the suite on Postgres. */
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { accountListsSuite } from "./testing/account-lists-suite.ts";

accountListsSuite("lists of an account on PGlite", openMemoryDatabase);
