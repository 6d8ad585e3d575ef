/**
 * A withdrawal asked for: written down, held, and announced where nobody has to approve it. One way for signed requests and for
 * people; who may ask is decided before.
 */
import { createHash } from "node:crypto";
import { outcomeUnknown, overloaded, parameterInvalid, Refusal, tooPrecise } from "../../engine/api/refusal.ts";
import { operationalCode } from "../../engine/bus/engine-client.ts";
import { AMOUNT_MAX, type Asset } from "../../engine/domain/instrument.ts";
import type { Reject } from "../../engine/domain/rejects.ts";
import { parseAtoms } from "../../engine/protocol/decimal.ts";
import type { FundingDeps } from "./deps.ts";
import { knownAsset } from "./known-asset.ts";
import type { StoredWithdrawal, WithdrawalRequest } from "./withdrawal-store.ts";
import { approve, engineWithdrawals } from "./withdrawals.ts";

const REFERENCE_LENGTH = 32;
/** Of one account at a time. */
const OPEN_MAX = 100;

const withdrawalLimited = (): Refusal => new Refusal(400, -4015, "Withdraw is limited.");
const balanceTooLow = (): Refusal => new Refusal(400, -4026, "You have insufficient balance.");
const assetUnknown = (): Refusal => new Refusal(400, -4018, "We don't have this asset.");

export interface WantedWithdrawal {
  readonly account: number;
  readonly asset: Asset;
  readonly atoms: bigint;
  readonly address: string;
  /** "" for none; so are the two after it. */
  readonly addressTag: string;
  readonly network: string;
  readonly clientId: string;
  readonly nowUs: number;
  readonly deadlineUs: number;
}

/** @throws Refusal -4018 */
export async function assetNamed(deps: Pick<FundingDeps, "reads" | "refresh">, name: string): Promise<Asset> {
  const asset = await knownAsset(deps, name);
  if (asset === undefined) throw assetUnknown();
  return asset;
}

/** @throws Refusal -1111, -1130 */
export function withdrawalAtoms(text: string, asset: Asset): bigint {
  const parsed = parseAtoms(asset.decimals, text);
  if (parsed.outcome === "too_precise") throw tooPrecise("amount");
  if (parsed.outcome === "malformed" || parsed.atoms < 1n || parsed.atoms > AMOUNT_MAX)
    throw parameterInvalid("amount");
  return parsed.atoms;
}

/** Held at once; the same client id again is the same withdrawal. */
export async function requestWithdrawal(
  deps: FundingDeps,
  { asset, clientId, nowUs, deadlineUs, ...asked }: WantedWithdrawal,
): Promise<{ readonly id: string }> {
  const { account, atoms } = asked;
  const reference = clientId === "" ? deps.randomText(REFERENCE_LENGTH) : referenceOf(account, clientId);
  const wanted = { ...asked, reference, asset: asset.id, clientId, requestedMs: Math.floor(nowUs / 1_000) };
  // First, so that nothing is held for which nobody knows where it goes.
  const stored = (await deps.withdrawals.find([reference])).get(reference) ?? (await writtenDown(deps, wanted));
  const isTheSame = (["account", "asset", "atoms", "address", "addressTag", "network"] as const).every(
    (field) => stored[field] === wanted[field],
  );
  if (!isTheSame) throw parameterInvalid("withdrawOrderId");
  const hold = { type: "hold_withdrawal", account, asset: asset.name, atoms, reference } as const;
  const reply = await deps.engine.submitOperator(hold, deadlineUs);
  // It was held before: this is a copy, answered as the first.
  if (reply.outcome === "rejected" && reply.reason !== "reference_used") throw holdRefused(reply.reason);
  deps.log({ at: "funding", outcome: "withdrawal_requested", reference, account });
  if (deps.approval === "automatic") await approvedNow(deps, reference);
  return { id: reference };
}

/** @throws Refusal -4026, -4015 for what surely cannot be held: whoever has nothing fills no table, and nobody buries others'. */
async function writtenDown(deps: FundingDeps, wanted: WithdrawalRequest): Promise<StoredWithdrawal> {
  const [{ value }, open] = await Promise.all([
    deps.reads.account(wanted.account),
    engineWithdrawals(deps, wanted.account, "held"),
  ]);
  if (open.length >= OPEN_MAX) throw withdrawalLimited();
  const free = value?.balances.find(({ asset }) => asset === wanted.asset)?.freeAtoms ?? 0n;
  if (free < wanted.atoms) throw balanceTooLow();
  return deps.withdrawals.request(wanted);
}

/** Of one account's own id: nobody else's request can come to the same. */
function referenceOf(account: number, clientId: string): string {
  const hash = createHash("sha256").update(JSON.stringify(["tidebook withdrawOrderId", account, clientId]));
  return hash.digest("hex").slice(0, REFERENCE_LENGTH);
}

/** The money is held, which is what was asked for; what cannot go out now goes out with the next sweep. */
async function approvedNow(deps: FundingDeps, reference: string): Promise<void> {
  try {
    await approve(deps, reference);
  } catch (error) {
    if (operationalCode(error) === null) deps.reportFault({ at: "funding", error });
    deps.log({ at: "funding", outcome: "not_done_yet", reference, reason: String(error) });
  }
}

function holdRefused(reason: Reject): Refusal {
  switch (reason) {
    case "balance_too_low":
      return balanceTooLow();
    case "asset_not_found":
      return assetUnknown();
    case "account_disabled":
    case "account_not_found":
      return withdrawalLimited();
    case "withdrawals_frozen":
      return new Refusal(400, -4019, "Current asset is not open for withdrawal.");
    case "amount_too_large":
      return parameterInvalid("amount");
    case "deadline_passed":
      return outcomeUnknown();
    case "deadline_too_far":
      return overloaded();
    default:
      return new Refusal(400, -4001, `Invalid operation: ${reason}.`);
  }
}
