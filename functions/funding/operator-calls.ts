/**
 * What an operator asks of funding: withdrawals and what becomes of them, the audit.
 */

import { z } from "zod";
import { readLimit } from "../../engine/api/lists.ts";
import type { Parameters } from "../../engine/api/parameters.ts";
import { outcomeUnknown, overloaded, parameterInvalid, Refusal } from "../../engine/api/refusal.ts";
import { formatAtoms } from "../../engine/protocol/decimal.ts";
import { REFERENCE_LENGTH_MAX, TEXT_LENGTH_MAX } from "../../engine/protocol/funding-events.ts";
import { PLAIN_TEXT } from "../../engine/protocol/plain-text.ts";
import { operatorBody } from "../_shared/operator-body.ts";
import { audit, freeze, runAudit } from "./audit.ts";
import type { FundingDeps } from "./deps.ts";
import { WITHDRAWAL_STATES, type WithdrawalState } from "./withdrawal-store.ts";
import { approve, type PayoutOutcome, type PayoutRefusal, release, settle, withdrawalsSeen } from "./withdrawals.ts";

const WITHDRAWAL_LIMITS = { default: 500, max: 1_000 };
const UNFREEZE_REASON = "lifted by an operator";

export interface OperatorCall {
  readonly deps: FundingDeps;
  readonly parameters: Parameters;
  /** The last segment of the path, where a route names a thing. */
  readonly name: string;
  readonly rawBody: Uint8Array;
}

const text = z.string().max(TEXT_LENGTH_MAX).regex(PLAIN_TEXT, "holds no control characters");
export const decisionBody = z.strictObject({
  action: z.enum(["approve", "refuse", "paid"]),
  reason: text.default("refused by an operator"),
  txId: text.default(""),
});
export const auditBody = z.strictObject({ unfreeze: z.boolean().default(false) });

/** Newest first. */
export async function listWithdrawals({ deps, parameters }: OperatorCall): Promise<object> {
  const limit = readLimit(parameters, WITHDRAWAL_LIMITS);
  const state = parameters.text("state").toLowerCase();
  if (state !== "" && !WITHDRAWAL_STATES.includes(state as WithdrawalState)) throw parameterInvalid("state");
  const rows = (await withdrawalsSeen(deps, null)).filter((row) => state === "" || row.state === state);
  const { assets } = deps.reads.catalog();
  return rows
    .toReversed()
    .slice(0, limit)
    .map((row) => ({
      reference: row.reference,
      state: row.state,
      account: row.account,
      asset: assets[row.asset]?.name ?? "",
      amount: formatAtoms(assets[row.asset]?.decimals ?? 0, row.atoms),
      address: row.address,
      addressTag: row.addressTag,
      network: row.network,
      requested: row.requestedMs,
      decided: row.decidedMs,
      reason: row.reason,
      txId: row.txId,
    }));
}

export async function decideWithdrawal({ deps, name: reference, rawBody }: OperatorCall): Promise<object> {
  const { action, reason, txId } = operatorBody(rawBody, decisionBody);
  // No table can be asked for such a name, and none has it.
  if (reference.length > REFERENCE_LENGTH_MAX || !PLAIN_TEXT.test(reference)) throw payoutRefusal("reference_unknown");
  const steps = {
    approve: () => approve(deps, reference),
    refuse: () => release(deps, reference, reason, ["requested"]),
    paid: () => settle(deps, reference, txId),
  };
  const outcome: PayoutOutcome = await steps[action]();
  if (outcome.outcome === "refused") throw payoutRefusal(outcome.why);
  const states = { approve: "approved", refuse: "refused", paid: "paid" } as const;
  return { reference, state: states[action] };
}

/** Compares without freezing. */
export async function showAudit({ deps }: OperatorCall): Promise<object> {
  return audit(deps);
}

export async function doAudit({ deps, rawBody }: OperatorCall): Promise<object> {
  const { unfreeze } = rawBody.length === 0 ? { unfreeze: false } : operatorBody(rawBody, auditBody);
  if (!unfreeze) return runAudit(deps);
  const lifted = await freeze(deps, false, UNFREEZE_REASON);
  if (!lifted) throw overloaded();
  deps.log({ at: "audit", outcome: "unfrozen" });
  return { frozen: false };
}

const CONFLICT = 409;
const NOT_FOUND = 404;
const WORDS: Partial<Readonly<Record<PayoutRefusal, readonly [status: number, words: string]>>> = {
  reference_unknown: [NOT_FOUND, "no withdrawal has this reference"],
  withdrawal_not_held: [CONFLICT, "it is paid or refused already"],
  withdrawals_frozen: [CONFLICT, "withdrawals are frozen: see the audit"],
  approved_already: [CONFLICT, "whoever pays was told already: only their word can end it now"],
  refused_already: [CONFLICT, "it is refused already"],
  destination_unknown: [CONFLICT, "nobody knows for which address it is: refuse it, or mark it as paid"],
};

function payoutRefusal(why: PayoutRefusal): Refusal {
  if (why === "deadline_passed") return outcomeUnknown();
  if (why === "deadline_too_far") return overloaded();
  const [status, words] = WORDS[why] ?? [400, "refused by the engine"];
  return new Refusal(status, -2010, `${why}: ${words}.`);
}
