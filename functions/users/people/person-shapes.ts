/** A person as the screen sees them (people-api.ts). */
import type { Person, SignedIn } from "../../_shared/people/people-api.ts";
import type { StoredSession } from "../../_shared/people/session-store.ts";

/** @param account of the ledger: it is open by the time somebody is told of themselves. */
export function personShape(session: StoredSession, account: number): Person {
  const { person, freshUntilMs } = session;
  return { id: person.person, name: person.name, account, isGuest: person.isGuest, freshUntil: freshUntilMs };
}

export function signedInShape(session: StoredSession, account: number): SignedIn {
  return { person: personShape(session, account) };
}
