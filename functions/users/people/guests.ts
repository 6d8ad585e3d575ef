/** Visitors of a demo exchange: an account with funds, one browser, no passkey yet. Elsewhere there is no such thing. */
import { isWithinOfAddress } from "../../_shared/people/address-bound.ts";
import type { SignedIn } from "../../_shared/people/people-api.ts";
import { nameKeyOf } from "../../_shared/people/person-name.ts";
import { notOffered, usedUp } from "../../_shared/people/person-refusals.ts";
import { bodyOf, type PersonCall } from "../../_shared/people/person-request.ts";
import { newId } from "../../_shared/people/person-secrets.ts";
import { dayEndMs } from "./day.ts";
import { accountNameOf } from "./person-account.ts";
import { nothing } from "./person-bodies.ts";
import { signInAs } from "./sessions.ts";

export async function signInAsGuest(call: PersonCall): Promise<SignedIn> {
  const { deps, people, nowMs } = call;
  if (deps.demo === undefined) throw notOffered();
  bodyOf(call, nothing);
  const endsMs = dayEndMs(nowMs);
  const { guestsPerAddressDay } = deps.demo;
  if (!(await isWithinOfAddress(call, "guests-of", guestsPerAddressDay, endsMs)))
    throw usedUp("Too many guests came from your network today: sign up with a passkey, or come again tomorrow.");
  const isWithin = await people.store.allowances.spend(
    `guests:${endsMs}`,
    1n,
    BigInt(deps.demo.guestsPerDay),
    endsMs,
    nowMs,
  );
  if (!isWithin) throw usedUp("There were too many guests today: sign up with a passkey, or come again tomorrow.");
  const person = newId();
  const name = `Guest ${person.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 8)}`;
  const guest = { person, name, account: null, accountName: accountNameOf(person, name), isGuest: true } as const;
  // By the id, which no two share and no name looks like: guests never take a name from anybody.
  const nameKey = `guest/${person}/${nameKeyOf(name)}`;
  if (!(await people.store.people.add({ ...guest, nameKey, createdMs: nowMs, codeHashes: [] })))
    throw new Error("two guests were given one id");
  return signInAs(call, guest, "guest");
}
