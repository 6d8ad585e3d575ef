/** People on either database. */
import { describe } from "vitest";
import type { Database } from "../../database.ts";
import { peopleGround } from "./people-ground.ts";
import { personCallsSuite } from "./person-calls-suite.ts";
import { signInSuite } from "./sign-in-suite.ts";

/** @param open an empty database, which the suite closes. */
export function peopleSuite(title: string, open: () => Promise<Database>): void {
  describe(title, () => {
    const ground = peopleGround(open);
    signInSuite(ground);
    personCallsSuite(ground);
  });
}
