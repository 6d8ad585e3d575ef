/** One-time links, by which an operator lets somebody in: whoever has lost every passkey, or comes for the first time. */
import { z } from "zod";
import type { EdgeDeps } from "../../_shared/deps.ts";
import { operatorBody } from "../../_shared/operator-body.ts";
import type { PeopleDeps } from "../../_shared/people/people-deps.ts";
import { nameKeyOf, personName } from "../../_shared/people/person-name.ts";
import { nameTaken, nobodyHere } from "../../_shared/people/person-refusals.ts";
import { hashOf, newId, newToken } from "../../_shared/people/person-secrets.ts";
import type { StoredPerson } from "../../_shared/people/person-store.ts";
import { operatorRefusal } from "../operator-refusals.ts";
import { ACCOUNT_ID_MAX } from "../requests.ts";
import { ill } from "../terms.ts";

const LINK_MS = 900_000;
/** Fees go there; nobody trades for it. */
const FEE_ACCOUNT = 0;

export const linkBody = z.strictObject({
  account: z.int().min(0).max(ACCOUNT_ID_MAX).optional(),
  name: z.string().min(1).max(64).optional(),
});

/** The token stands behind the `#`, which browsers send to nobody: it is in no log. A newer link takes an older one back. */
export async function makeLink(deps: EdgeDeps, rawBody: Uint8Array): Promise<object> {
  const { people } = deps;
  if (people === undefined) throw nobodyHere();
  const { account, name } = operatorBody(rawBody, linkBody);
  if ((account === undefined) === (name === undefined)) throw ill("body", "names an account, or a person by name");
  const nowMs = Math.floor(deps.nowUs() / 1_000);
  const person = await (account === undefined ? named(people, name ?? "") : personOf(deps, people, account, nowMs));
  const token = newToken();
  const expires = nowMs + LINK_MS;
  await people.store.people.addLink(hashOf("link", token), person.person, expires);
  return { url: `${people.publicOrigin}/sign-in#${token}`, expires, account: person.account, name: person.name };
}

async function named({ store }: PeopleDeps, typed: string): Promise<StoredPerson> {
  const name = personName(typed);
  const person = name === null ? null : await store.people.byNameKey(nameKeyOf(name));
  if (person === null) throw operatorRefusal("account_not_found");
  return person;
}

/** An account that an operator opened has nobody yet: somebody of its name is made for it. */
async function personOf(deps: EdgeDeps, { store }: PeopleDeps, account: number, nowMs: number): Promise<StoredPerson> {
  const { value } = await deps.reads.account(account);
  if (value === null || account === FEE_ACCOUNT) throw operatorRefusal("account_not_found");
  const known = await store.people.byAccount(account, value.name);
  if (known !== null) return known;
  const name = personName(value.name) ?? `account ${account}`;
  const person = { person: newId(), name, account, accountName: value.name, isGuest: false };
  const isAdded = await store.people.add({ ...person, nameKey: nameKeyOf(name), createdMs: nowMs, codeHashes: [] });
  if (!isAdded) throw nameTaken();
  return person;
}
