/** People on PGlite; postgres.services.test.ts runs the suite on Postgres. */
import { migratePeople } from "../../_shared/people/people-tables.ts";
import { peopleSuite } from "../../_shared/people/testing/people-suite.ts";
import { pgliteDatabase } from "../../_shared/pglite-database.ts";

peopleSuite("people on PGlite", async () => {
  const database = pgliteDatabase({
    folder: null,
    migrate: migratePeople,
    setAsidePath: null,
    onLost: (error) => {
      throw error;
    },
  });
  await database.ready;
  return database;
});
