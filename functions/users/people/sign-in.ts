/** The ways in: a passkey, a one-time link of the operator's, a recovery code. All refusals say the same. */
import { subjectOf } from "../../../engine/api/limits/subject.ts";
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
/** Of one name from one address: far more than anybody mistypes. */
const CODES_TRIED_PER_ADDRESS_HOUR = 20n;
/** Of one name, from wherever: nothing against 80 bits, and too many addresses for whoever wants to keep its owner out. */
const CODES_TRIED_PER_HOUR = 1_000n;

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
  // Names that nobody has count too, and cost the same questions: the answer tells nobody who is here.
  const endsMs = (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS;
  const spend = (what: string, max: bigint): Promise<boolean> =>
    people.store.allowances.spend(`${what}:${endsMs}:${nameKey}`, 1n, max, endsMs, nowMs);
  const address = subjectOf(call.request.remoteAddress);
  if (
    !(await spend(`code-from:${address}`, CODES_TRIED_PER_ADDRESS_HOUR)) ||
    !(await spend("code", CODES_TRIED_PER_HOUR))
  )
    throw usedUp("Too many codes were tried for this name: try again in an hour.");
  const person = await people.store.people.byNameKey(nameKey);
  const whose = person?.person ?? "";
  const isTaken = await people.store.people.takeCode(whose, codeHashOf(whose, code));
  if (person === null || !isTaken) throw signInRefused();
  return signInAs(call, person, "code");
}

async function signInWhom(call: PersonCall, person: string | null, way: SignInWay): Promise<SignedIn> {
  const found = person === null ? null : await call.people.store.people.find(person);
  if (found === null) throw signInRefused();
  return signInAs(call, found, way);
}
