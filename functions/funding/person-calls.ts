/**
 * What a person asks of funding: a withdrawal, by a session and an assertion for exactly it. The engine's answer is the same as
 * to a key that may withdraw.
 */
import { z } from "zod";
import { assertedBy, needFresh } from "../_shared/people/fresh-assertion.ts";
import { personAccount } from "../_shared/people/person-account.ts";
import { bodyOf, type PersonCall, type PersonHandlers, signedIn } from "../_shared/people/person-request.ts";
import { newWithdrawal } from "../_shared/people/withdrawal-body.ts";
import type { FundingDeps } from "./deps.ts";
import { assetNamed, requestWithdrawal, withdrawalAtoms } from "./withdrawal-request.ts";

const ANSWER_WITHIN_US = 9_000_000;

const withdrawalBody = z.strictObject({ withdrawal: newWithdrawal, fresh: assertedBy.optional() });

export const PERSON_CALLS: PersonHandlers<"funding", FundingDeps> = { withdrawAsPerson };

async function withdrawAsPerson(asked: PersonCall<FundingDeps>): Promise<object> {
  const call = signedIn(asked);
  const { deps, session } = call;
  const { withdrawal, fresh } = bodyOf(call, withdrawalBody);
  const asset = await assetNamed(deps, withdrawal.coin);
  const atoms = withdrawalAtoms(withdrawal.amount, asset);
  await needFresh(call, { kind: "withdraw", withdrawal }, fresh);
  const { address, addressTag = "", network = "", withdrawOrderId: clientId } = withdrawal;
  const account = await personAccount(deps, session.person);
  const nowUs = deps.nowUs();
  const deadlineUs = nowUs + ANSWER_WITHIN_US;
  return requestWithdrawal(deps, { account, asset, atoms, address, addressTag, network, clientId, nowUs, deadlineUs });
}
