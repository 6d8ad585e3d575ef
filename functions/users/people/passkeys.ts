/** A person's passkeys, and the codes for when all of them are lost. */
import { FRESH_MS, needFresh, takeAssertion, takeChallenge } from "../../_shared/people/fresh-assertion.ts";
import { attestedPasskey } from "../../_shared/people/passkey-checks.ts";
import type { StoredPasskey } from "../../_shared/people/passkey-store.ts";
import type { Passkey, RecoveryCodes } from "../../_shared/people/people-api.ts";
import {
  assertionNeeded,
  assertionRefused,
  invalid,
  notThere,
  tooManyOf,
} from "../../_shared/people/person-refusals.ts";
import { bodyOf, type PersonCall, signedIn } from "../../_shared/people/person-request.ts";
import { codeHashOf } from "../../_shared/people/person-secrets.ts";
import type { StoredSession } from "../../_shared/people/session-store.ts";
import { addPasskeyBody, freshBody } from "./person-bodies.ts";
import { newRecoveryCodes } from "./sign-up.ts";

const PASSKEYS_MAX = 20;

/** A guest has nothing to assert with; whoever came by link or code has lost it, and may for ten minutes. */
export function mayAddFreely({ person, mayAddUntilMs }: StoredSession, nowMs: number): boolean {
  return person.isGuest || nowMs < mayAddUntilMs;
}

export async function listPasskeys(call: PersonCall): Promise<readonly Passkey[]> {
  const { people, session } = signedIn(call);
  return (await people.store.passkeys.ofPerson(session.person.person)).map(passkeyShape);
}

function passkeyShape({ credential, label, createdMs, usedMs }: StoredPasskey): Passkey {
  return { id: credential, label, createdAt: createdMs, usedAt: usedMs };
}

/** One challenge, answered twice: by the new passkey, and by one that the person has. */
export async function addPasskey(asked: PersonCall): Promise<Passkey & Partial<RecoveryCodes>> {
  const call = signedIn(asked);
  const { people, session, nowMs } = call;
  const { challengeId, attestation, label, fresh } = bodyOf(call, addPasskeyBody);
  const { person, isGuest } = session.person;
  const challenge = await takeChallenge(people, challengeId, session, nowMs, { kind: "add_passkey" });
  if (!mayAddFreely(session, nowMs)) {
    if (fresh === undefined) throw assertionNeeded();
    if (fresh.challengeId !== challengeId) throw assertionRefused();
    await takeAssertion(people, challenge, fresh.assertion, person, nowMs);
  }
  const made = await attestedPasskey(people, challenge, attestation);
  if (made === null) throw assertionRefused();
  const passkey = { ...made, person, label, createdMs: nowMs, usedMs: 0 };
  if (!(await people.store.passkeys.add(passkey, PASSKEYS_MAX))) throw tooManyOf("passkeys");
  await people.store.sessions.refresh(session.session, nowMs + FRESH_MS);
  if (!isGuest) return passkeyShape(passkey);
  const recoveryCodes = newRecoveryCodes();
  await people.store.people.settle(person, hashed(person, recoveryCodes));
  return { ...passkeyShape(passkey), recoveryCodes };
}

function hashed(person: string, codes: readonly string[]): readonly string[] {
  return codes.map((code) => codeHashOf(person, code));
}

/** @throws Refusal 404, 400 */
export async function removePasskey(call: PersonCall): Promise<object> {
  const { people, session, name } = signedIn(call);
  const { person } = session.person;
  const held = await people.store.passkeys.ofPerson(person);
  if (!held.some(({ credential }) => credential === name)) throw notThere("passkey");
  if (!(await people.store.passkeys.remove(person, name)))
    throw invalid("This is the last passkey: add another one first.");
  return {};
}

export async function renewRecoveryCodes(asked: PersonCall): Promise<RecoveryCodes> {
  const call = signedIn(asked);
  const { fresh } = bodyOf(call, freshBody);
  await needFresh(call, { kind: "renew_recovery_codes" }, fresh);
  const { person } = call.session.person;
  const recoveryCodes = newRecoveryCodes();
  await call.people.store.people.replaceCodes(person, hashed(person, recoveryCodes));
  return { recoveryCodes };
}
