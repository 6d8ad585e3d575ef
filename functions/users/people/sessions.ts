/** Sessions: how one begins, which there are, how they end. */
import { headerOf } from "../../_shared/http.ts";
import { FRESH_MS } from "../../_shared/people/fresh-assertion.ts";
import type { SessionAnswer, SessionView, SignedIn } from "../../_shared/people/people-api.ts";
import { notThere } from "../../_shared/people/person-refusals.ts";
import { type PersonCall, signedIn } from "../../_shared/people/person-request.ts";
import { hashOf, newId, newToken } from "../../_shared/people/person-secrets.ts";
import type { StoredPerson } from "../../_shared/people/person-store.ts";
import { SESSION_DAYS } from "../../_shared/people/session-cookie.ts";
import type { SignInWay, StoredSession } from "../../_shared/people/session-store.ts";
import { accountOf } from "./person-account.ts";
import { personShape, signedInShape } from "./person-shapes.ts";

const DAY_MS = 86_400_000;
const SESSION_MS = SESSION_DAYS * DAY_MS;
/** Of one person; the oldest ends when another begins. */
const SESSIONS_MAX = 20;
/** Whoever came by link or code may add a passkey without one for so long. */
const MAY_ADD_MS = 600_000;
/** In the place of a session's id, of which none is so short: everywhere else at once. */
const OTHERS = "others";
const USER_AGENT_LENGTH_MAX = 256;

/**
 * Always a new token: one that somebody has put into this browser before is worth nothing afterwards. The session that the
 * browser had ends.
 */
async function begin(call: PersonCall, person: StoredPerson, way: SignInWay): Promise<StoredSession> {
  const { people, nowMs } = call;
  const token = newToken();
  const endsMs = nowMs + SESSION_MS;
  const session: StoredSession = {
    session: newId(),
    person,
    way,
    userAgent: plainAgent(headerOf(call.request.headers, "user-agent")),
    createdMs: nowMs,
    usedMs: nowMs,
    endsMs,
    // A guest has nothing to assert with: this browser is all there is of them.
    freshUntilMs: way === "passkey" ? nowMs + FRESH_MS : way === "guest" ? endsMs : 0,
    mayAddUntilMs: way === "link" || way === "code" ? nowMs + MAY_ADD_MS : 0,
  };
  await people.store.sessions.add(hashOf("session", token), session, SESSIONS_MAX);
  if (call.session !== null) await people.store.sessions.end(call.session.person.person, call.session.session);
  call.keep(token);
  return session;
}

/** The account first: whoever is told that they are in can trade. */
export async function signInAs(call: PersonCall, person: StoredPerson, way: SignInWay): Promise<SignedIn> {
  const account = await accountOf(call.deps, call.people, person);
  return signedInShape(await begin(call, { ...person, account }, way), account);
}

export async function showSession({ deps, people, session }: PersonCall): Promise<SessionAnswer> {
  if (session === null) return { person: null };
  return { person: personShape(session, await accountOf(deps, people, session.person)) };
}

/** Whoever has no session has signed out already. */
export async function signOut({ people, session, keep }: PersonCall): Promise<object> {
  if (session !== null) await people.store.sessions.end(session.person.person, session.session);
  keep(null);
  return {};
}

export async function listSessions(call: PersonCall): Promise<readonly SessionView[]> {
  const { people, session: own, nowMs } = signedIn(call);
  const sessions = await people.store.sessions.ofPerson(own.person.person, nowMs);
  return sessions.map(({ session, createdMs, usedMs, userAgent }) => ({
    id: session,
    createdAt: createdMs,
    usedAt: usedMs,
    userAgent,
    isThis: session === own.session,
  }));
}

/** @throws Refusal 404: another's is none. */
export async function endSession(call: PersonCall): Promise<object> {
  const { people, session: own, name, keep } = signedIn(call);
  if (name === OTHERS) {
    await people.store.sessions.endOthers(own.person.person, own.session);
    return {};
  }
  if (!(await people.store.sessions.end(own.person.person, name))) throw notThere("session");
  if (name === own.session) keep(null);
  return {};
}

/** What every table can keep: headers are bytes, and a browser says what it wants. */
function plainAgent(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "").slice(0, USER_AGENT_LENGTH_MAX);
}
