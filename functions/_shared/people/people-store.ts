/**
 * Where people are kept: the schema `people`, by the same SQL on Postgres and on PGlite.
 *
 * Every call rejects with OperationalError `history_unavailable` while the database cannot be asked. What is good once
 * (challenges, links, codes) is taken by the statement that deletes it, so that of two who come at once one gets it.
 */

import type { Database } from "../database.ts";
import { type AllowanceStore, allowanceStore } from "./allowance-store.ts";
import { type ChallengeStore, challengeStore } from "./challenge-store.ts";
import { type PasskeyStore, passkeyStore } from "./passkey-store.ts";
import { type PersonStore, personStore } from "./person-store.ts";
import { type SessionStore, sessionStore } from "./session-store.ts";

export interface PeopleStore {
  readonly people: PersonStore;
  readonly passkeys: PasskeyStore;
  readonly sessions: SessionStore;
  readonly challenges: ChallengeStore;
  readonly allowances: AllowanceStore;
}

/** @param opened resolves with the database, its tables made. */
export function peopleStore(opened: () => Promise<Database>): PeopleStore {
  return {
    people: personStore(opened),
    passkeys: passkeyStore(opened),
    sessions: sessionStore(opened),
    challenges: challengeStore(opened),
    allowances: allowanceStore(opened),
  };
}
