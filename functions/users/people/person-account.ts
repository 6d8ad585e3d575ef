/**
 * The account of the ledger that belongs to a person: opened by an engine command like any other, once.
 *
 * The person is written down first, without an account; whoever signs in finds it missing and opens it. So a crash between the
 * two stores leaves a person who gets the account with the next sign-in, and never a name that nobody can reach. An account's
 * name ends with the person's id: where the engine says that it is there, it is this person's and nobody else's, whatever was
 * answered before. Starting funds have fixed references, and are credited before the account is told to anybody.
 */
import type { Reject } from "../../../engine/domain/rejects.ts";
import type { OperatorReply } from "../../../engine/protocol/views.ts";
import type { EdgeDeps } from "../../_shared/deps.ts";
import type { PeopleDeps } from "../../_shared/people/people-deps.ts";
import { personAccount } from "../../_shared/people/person-account.ts";
import type { StoredPerson } from "../../_shared/people/person-store.ts";
import { operatorRefusal } from "../operator-refusals.ts";
import { DEADLINE_US } from "../submit.ts";
import { atomsOf } from "../terms.ts";

const ACCOUNT_NAME_MAX = 64;

export async function accountOf(deps: EdgeDeps, people: PeopleDeps, person: StoredPerson): Promise<number> {
  if (person.account !== null) return personAccount(deps, person);
  const account = await openedAccount(deps, person.accountName);
  if (deps.demo !== undefined) await creditAll(deps, account, deps.demo.startingFunds);
  await people.store.people.setAccount(person.person, account);
  return account;
}

/** Of a person who comes without one; within what the engine takes: the id stays whole. */
export function accountNameOf(person: string, name: string): string {
  const room = ACCOUNT_NAME_MAX - person.length - " ()".length;
  let shown = "";
  for (const letter of name) if (shown.length + letter.length <= room) shown += letter;
  return `${shown} (${person})`;
}

async function openedAccount(deps: EdgeDeps, name: string): Promise<number> {
  const reply = await deps.engine.submitOperator({ type: "open_account", name }, deps.nowUs() + DEADLINE_US);
  if (reply.outcome === "done" && reply.account !== undefined) return reply.account.id;
  const reason = reasonOf(reply);
  if (reason !== "account_exists") throw operatorRefusal(reason ?? "account_invalid");
  const account = await accountNamed(deps, name);
  if (account === null) throw new Error("an account whose name the engine knows is among its accounts");
  return account;
}

function reasonOf(reply: OperatorReply): Reject | null {
  return reply.outcome === "rejected" ? reply.reason : null;
}

/** Newest first: it was opened lately. Cost: log n to find the newest, then one read an account. */
async function accountNamed(deps: Pick<EdgeDeps, "reads">, name: string): Promise<number | null> {
  for (let id = (await accountCount(deps)) - 1; id >= 0; id--) {
    const { value } = await deps.reads.account(id);
    if (value?.name === name) return id;
  }
  return null;
}

/** Account ids have no gaps. */
async function accountCount({ reads }: Pick<EdgeDeps, "reads">): Promise<number> {
  const isThere = async (id: number): Promise<boolean> => (await reads.account(id)).value !== null;
  let missing = 1;
  while (await isThere(missing)) missing *= 2;
  let there = Math.floor(missing / 2);
  while (missing - there > 1) {
    const middle = Math.floor((there + missing) / 2);
    if (await isThere(middle)) there = middle;
    else missing = middle;
  }
  return missing;
}

async function creditAll(deps: EdgeDeps, account: number, funds: Readonly<Record<string, string>>): Promise<void> {
  const catalog = deps.reads.catalog();
  await Promise.all(
    Object.entries(funds).map(async ([coin, amount]) => {
      const asset = catalog.assetByName.get(coin);
      if (asset === undefined) return;
      const atoms = atomsOf(amount, coin, asset.decimals);
      const deposit = {
        type: "deposit",
        account,
        asset: coin,
        atoms,
        reference: `demo:start:${account}:${coin}`,
      } as const;
      const reason = reasonOf(await deps.engine.submitOperator(deposit, deps.nowUs() + DEADLINE_US));
      // Credited by an attempt before this one.
      if (reason !== null && reason !== "reference_used") throw operatorRefusal(reason);
    }),
  );
}
