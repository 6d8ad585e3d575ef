/** Signing up: a name, a passkey, ten recovery codes, an account. */
import { isWithinOfAddress } from "../../_shared/people/address-bound.ts";
import { takeChallenge } from "../../_shared/people/fresh-assertion.ts";
import { attestedPasskey } from "../../_shared/people/passkey-checks.ts";
import type { SignedUp } from "../../_shared/people/people-api.ts";
import type { PeopleDeps } from "../../_shared/people/people-deps.ts";
import { nameKeyOf, personName } from "../../_shared/people/person-name.ts";
import { assertionRefused, invalid, nameTaken, usedUp } from "../../_shared/people/person-refusals.ts";
import { bodyOf, type PersonCall } from "../../_shared/people/person-request.ts";
import { codeHashOf, newRecoveryCode, RECOVERY_CODES } from "../../_shared/people/person-secrets.ts";
import { dayEndMs } from "./day.ts";
import { accountNameOf } from "./person-account.ts";
import { attestedBody } from "./person-bodies.ts";
import { signInAs } from "./sessions.ts";

/** An account is kept for ever, and whoever writes programs makes passkeys by the thousand. A class or an office fits in. */
const SIGN_UPS_PER_ADDRESS_DAY = 100;
const FIRST_LABEL = "First passkey";

/** @throws Refusal 400, 409: told before a passkey is made in vain; whoever is first has it all the same. */
export async function freeName({ store }: PeopleDeps, typed: string): Promise<string> {
  const name = personName(typed);
  if (name === null) throw invalid("'name' is 1 to 64 letters, digits, spaces and . _ ' @ + - of one script.");
  if ((await store.people.byNameKey(nameKeyOf(name))) !== null) throw nameTaken();
  return name;
}

export async function signUp(call: PersonCall): Promise<SignedUp> {
  const { people, nowMs } = call;
  const { challengeId, attestation } = bodyOf(call, attestedBody);
  const challenge = await takeChallenge(people, challengeId, null, nowMs);
  const made = await attestedPasskey(people, challenge, attestation);
  if (made === null || challenge.name === null) throw assertionRefused();
  const { challenge: person, name } = challenge;
  if (!(await isWithinOfAddress(call, "sign-ups-of", SIGN_UPS_PER_ADDRESS_DAY, dayEndMs(nowMs))))
    throw usedUp("Too many people signed up from your network today: come again tomorrow.");
  const codes = newRecoveryCodes();
  const somebody = { person, name, account: null, accountName: accountNameOf(person, name), isGuest: false } as const;
  const isAdded = await people.store.people.add({
    ...somebody,
    createdMs: nowMs,
    nameKey: nameKeyOf(name),
    passkey: { ...made, person, label: FIRST_LABEL, createdMs: nowMs, usedMs: nowMs },
    codeHashes: codes.map((code) => codeHashOf(person, code)),
  });
  if (!isAdded) throw nameTaken();
  return { ...(await signInAs(call, somebody, "passkey")), recoveryCodes: codes };
}

export function newRecoveryCodes(): readonly string[] {
  return Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
}
