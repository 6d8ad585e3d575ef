/**
 * Challenges and what answers them. A challenge is bound to its whole purpose and to the session that asked, and is taken before
 * anything of the answer is looked at: whatever comes of it, it is never good again (I40).
 */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { StoredChallenge } from "./challenge-store.ts";
import { type AssertionBody, assertedCounter, assertionBody } from "./passkey-checks.ts";
import type { StoredPasskey } from "./passkey-store.ts";
import type { Purpose } from "./people-api.ts";
import type { PeopleDeps } from "./people-deps.ts";
import { assertionNeeded, assertionRefused, passkeyNeeded } from "./person-refusals.ts";
import type { SignedInCall } from "./person-request.ts";
import { newId } from "./person-secrets.ts";
import { purposeHash } from "./purpose.ts";
import type { StoredSession } from "./session-store.ts";

export const FRESH_MS = 300_000;
const CHALLENGE_MS = 300_000;
const NONCE_BYTES = 32;
/** At a time, of all people. */
const CHALLENGES_MAX = 10_000;

export const challengeId = z.string().regex(/^[A-Za-z0-9_-]{16}$/, "is a challenge's id");
export const assertedBy = z.strictObject({ challengeId, assertion: assertionBody });
export type Asserted = z.output<typeof assertedBy>;

/** @param session whose; null: of somebody who signs in or up. */
export async function newChallenge(
  { store }: PeopleDeps,
  purpose: Purpose,
  session: StoredSession | null,
  nowMs: number,
): Promise<StoredChallenge> {
  const challenge: StoredChallenge = {
    challenge: newId(),
    nonce: randomBytes(NONCE_BYTES).toString("base64url"),
    purposeHash: purposeHash(purpose),
    session: session?.session ?? null,
    name: purpose.kind === "sign_up" ? purpose.name : null,
    endsMs: nowMs + CHALLENGE_MS,
  };
  await store.challenges.add(challenge, nowMs, CHALLENGES_MAX);
  return challenge;
}

/** @param purpose not given: that of signing up, whose name the challenge itself keeps. @throws Refusal 403 */
export async function takeChallenge(
  { store }: PeopleDeps,
  id: string,
  session: StoredSession | null,
  nowMs: number,
  purpose?: Purpose,
): Promise<StoredChallenge> {
  const challenge = await store.challenges.take(id, nowMs);
  if (challenge === null || challenge.session !== (session?.session ?? null)) throw assertionRefused();
  const wanted = purpose ?? { kind: "sign_up", name: challenge.name ?? "" };
  if (challenge.purposeHash !== purposeHash(wanted)) throw assertionRefused();
  return challenge;
}

/** Whose passkey answered. @param person the only one it may be; null: anybody's. @throws Refusal 403 */
export async function takeAssertion(
  people: PeopleDeps,
  challenge: StoredChallenge,
  assertion: AssertionBody,
  person: string | null,
  nowMs: number,
): Promise<StoredPasskey> {
  const passkey = await people.store.passkeys.find(assertion.id);
  if (passkey === null || (person !== null && passkey.person !== person)) throw assertionRefused();
  const counter = await assertedCounter(people, challenge, passkey, assertion);
  if (counter === null || !(await people.store.passkeys.used(passkey.credential, counter, nowMs)))
    throw assertionRefused();
  return passkey;
}

/** Whoever sits there is the person, and means exactly this. @throws Refusal 403 */
export async function needFresh(call: SignedInCall, purpose: Purpose, fresh: Asserted | undefined): Promise<void> {
  const { people, session, nowMs } = call;
  if (session.person.isGuest) throw passkeyNeeded();
  if (fresh === undefined) throw assertionNeeded();
  const challenge = await takeChallenge(people, fresh.challengeId, session, nowMs, purpose);
  await takeAssertion(people, challenge, fresh.assertion, session.person.person, nowMs);
  await people.store.sessions.refresh(session.session, nowMs + FRESH_MS);
}
