/** The account of a person who has one, as the ledger has it now: nobody gets another's. */
import type { EdgeDeps } from "../deps.ts";
import { accountElsewhere, signInRefused } from "./person-refusals.ts";
import type { StoredPerson } from "./person-store.ts";

/**
 * A journal that began anew, or was set back, gives the same numbers to others, so the account's name is compared too.
 *
 * @throws Refusal 409, told to the operator too.
 */
export async function personAccount(
  deps: Pick<EdgeDeps, "reads" | "reportFault">,
  { person, account, accountName }: StoredPerson,
): Promise<number> {
  // Whoever signs in gets one; a session without it was never told of.
  if (account === null) throw signInRefused();
  const { value } = await deps.reads.account(account);
  if (value?.name === accountName) return account;
  deps.reportFault({
    at: "people",
    error: new Error(`the ledger's account ${account} is not that of person ${person}`),
  });
  throw accountElsewhere();
}
