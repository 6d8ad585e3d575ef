/** The ways in: a passkey, a one-time link of the operator's, a recovery code. All refusals say the same. */
import { takeAssertion, takeChallenge } from "../../_shared/people/fresh-assertion.ts";
import type { SignedIn } from "../../_shared/people/people-api.ts";
import { nameKeyOf, personName } from "../../_shared/people/person-name.ts";
import { signInRefused, usedUp } from "../../_shared/people/person-refusals.ts";
import { bodyOf, type PersonCall } from "../../_shared/people/person-request.ts";
import { codeHashOf, hashOf, recoveryCodeTyped } from "../../_shared/people/person-secrets.ts";
import type { SignInWay } from "../../_shared/people/session-store.ts";
import { codeBody, linkBody, signInBody } from "./person-bodies.ts";
import { signInAs } from "./sessions.ts";

const HOUR_MS = 3_600_000;
/** Of one name, from wherever: far more than anybody mistypes, and nothing against 80 bits. */
const CODES_TRIED_PER_HOUR = 20n;

export async function signIn(call: PersonCall): Promise<SignedIn> {
  const { people, nowMs } = call;
  const { challengeId, assertion } = bodyOf(call, signInBody);
  const challenge = await takeChallenge(people, challengeId, null, nowMs, { kind: "sign_in" });
  const passkey = await takeAssertion(people, challenge, assertion, null, nowMs);
  return signInWhom(call, passkey.person, "passkey");
}

export async function signInByLink(call: PersonCall): Promise<SignedIn> {
  const { people, nowMs } = call;
  const { token } = bodyOf(call, linkBody);
  return signInWhom(call, await people.store.people.takeLink(hashOf("link", token), nowMs), "link");
}

export async function signInByCode(call: PersonCall): Promise<SignedIn> {
  const { people, nowMs } = call;
  const { name: typed, code: typedCode } = bodyOf(call, codeBody);
  const name = personName(typed);
  const code = recoveryCodeTyped(typedCode);
  if (name === null || code === null) throw signInRefused();
  const nameKey = nameKeyOf(name);
  // Names that nobody has count too: the answer tells nobody who is here.
  const endsMs = (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS;
  const isWithin = await people.store.allowances.spend(
    `code:${endsMs}:${nameKey}`,
    1n,
    CODES_TRIED_PER_HOUR,
    endsMs,
    nowMs,
  );
  if (!isWithin) throw usedUp("Too many codes were tried for this name: try again in an hour.");
  const person = await people.store.people.byNameKey(nameKey);
  if (person === null || !(await people.store.people.takeCode(person.person, codeHashOf(person.person, code))))
    throw signInRefused();
  return signInAs(call, person, "code");
}

async function signInWhom(call: PersonCall, person: string | null, way: SignInWay): Promise<SignedIn> {
  const found = person === null ? null : await call.people.store.people.find(person);
  if (found === null) throw signInRefused();
  return signInAs(call, found, way);
}
