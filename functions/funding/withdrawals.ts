/**
 * The way of a withdrawal: requested (held in the engine at once), approved (told to whoever pays) or refused (released), paid
 * (settled). The engine is the truth of the money, the table says where it goes and what was decided.
 *
 * Every step may be taken twice. A decision is written down before anything follows from it: of an approval and a refusal at
 * the same time one is told no, and what could not follow yet (a sink or an engine that is away) is done by the next sweep.
 */
import { OperationalError, operationalCode, type WithdrawalView } from "../../engine/bus/engine-client.ts";
import { assert } from "../../engine/domain/assert.ts";
import type { OperatorCommand } from "../../engine/domain/operator.ts";
import type { Reject } from "../../engine/domain/rejects.ts";
import { formatAtoms } from "../../engine/protocol/decimal.ts";
import { approvalToHttp } from "../../engine/protocol/funding-events.ts";
import type { FundingDeps } from "./deps.ts";
import type { StoredWithdrawal, WithdrawalState } from "./withdrawal-store.ts";

/** Below the 10 s that a broker waits. */
export const COMMAND_DEADLINE_US = 8_000_000;
/** Rows of the table that are asked for at once. */
const ROWS_AT_ONCE = 1_000;

/** Why a step was not taken: the engine's reason, or one of ours. */
export type PayoutRefusal =
  | Reject
  /** It was told to whoever pays: only their word can end it now. */
  | "approved_already"
  | "refused_already"
  /** Held, but nobody knows for which address: the table was lost. It can be refused, or marked as paid. */
  | "destination_unknown";
export type PayoutOutcome = { readonly outcome: "done" } | { readonly outcome: "refused"; readonly why: PayoutRefusal };

const DONE: PayoutOutcome = { outcome: "done" };
const refused = (why: PayoutRefusal): PayoutOutcome => ({ outcome: "refused", why });

/** A withdrawal as its owner and the operator see it. */
export interface SeenWithdrawal extends Omit<StoredWithdrawal, "announcedMs"> {
  /** The engine's word; `state` agrees with it. */
  readonly money: WithdrawalView["state"];
}

/** Oldest first. @param account null: of all. Rejects with OperationalError `not_sent` where the engine cannot say. */
export async function withdrawalsSeen(deps: FundingDeps, account: number | null): Promise<readonly SeenWithdrawal[]> {
  const held = await engineWithdrawals(deps, account);
  const stored = await deps.withdrawals.find(held.map(({ reference }) => reference));
  return held.map((view) => seenOf(view, stored.get(view.reference)));
}

/** What it is by the engine, in the words of the table. */
const STATE_OF_MONEY: Readonly<Record<WithdrawalView["state"], WithdrawalState | null>> = {
  held: null,
  settled: "paid",
  released: "refused",
};

function seenOf(view: WithdrawalView, stored: StoredWithdrawal | undefined): SeenWithdrawal {
  const { reference, account, asset, atoms, state: money, heldUs = 0 } = view;
  const unknown = { address: "", addressTag: "", network: "", clientId: "", reason: "", txId: "", decidedMs: null };
  const { announcedMs: _, ...told } = stored ?? {
    ...unknown,
    announcedMs: null,
    requestedMs: Math.floor(heldUs / 1_000),
    state: "requested" as const,
  };
  // Told as paid, but not settled yet: it is on its way.
  const ofTable = told.state === "paid" ? "approved" : told.state;
  return { ...told, reference, account, asset, atoms, money, state: STATE_OF_MONEY[money] ?? ofTable };
}

/** Rejects with OperationalError `not_sent` where the engine cannot say. */
export async function engineWithdrawals(
  deps: FundingDeps,
  account: number | null,
  state?: WithdrawalView["state"],
): Promise<readonly WithdrawalView[]> {
  if (deps.reads.withdrawals === undefined) throw new OperationalError("not_sent", "this engine lists no withdrawals");
  return (await deps.reads.withdrawals(account, state)).value;
}

/** null: no such reference. */
async function moneyOf(deps: FundingDeps, reference: string): Promise<WithdrawalView | null> {
  // The table knows whose it is; without its row all that ever were are looked through.
  const account = (await deps.withdrawals.find([reference])).get(reference)?.account ?? null;
  return (await engineWithdrawals(deps, account)).find((view) => view.reference === reference) ?? null;
}

/** Lets it go out. Again: the payer is told again. */
export async function approve(deps: FundingDeps, reference: string): Promise<PayoutOutcome> {
  const view = await moneyOf(deps, reference);
  if (view === null) return refused("reference_unknown");
  if (view.state !== "held") return refused("withdrawal_not_held");
  if ((await deps.reads.audit?.())?.some(({ frozen }) => frozen)) return refused("withdrawals_frozen");
  const decision = { state: "approved", nowMs: nowMs(deps) } as const;
  if (!(await deps.withdrawals.decide(reference, ["requested", "approved"], decision))) {
    const stored = (await deps.withdrawals.find([reference])).get(reference);
    return refused(stored === undefined ? "destination_unknown" : "refused_already");
  }
  const stored = (await deps.withdrawals.find([reference])).get(reference);
  assert(stored !== undefined, "a withdrawal that was approved is in the table");
  // Somebody may have said `paid` since the first look: to be told now would be to pay twice.
  if ((await moneyOf(deps, reference))?.state !== "held") return refused("withdrawal_not_held");
  await announce(deps, stored);
  return DONE;
}

async function announce(deps: FundingDeps, stored: StoredWithdrawal): Promise<void> {
  const { reference, account, address, addressTag, network } = stored;
  const asset = deps.reads.catalog().assets[stored.asset];
  if (asset === undefined) throw new OperationalError("not_sent", "the catalog does not know the asset yet");
  if (deps.publishOutcome === undefined) throw new OperationalError("not_sent", "nobody takes events here");
  const amount = formatAtoms(asset.decimals, stored.atoms);
  const told = { reference, account, asset: asset.name, amount, address, addressTag, network };
  const { headers, body } = approvalToHttp(deps.engineName, told);
  await deps.publishOutcome(headers, body);
  await deps.withdrawals.announced(reference, nowMs(deps));
  deps.log({ at: "funding", outcome: "withdrawal_approved", reference });
}

/**
 * Gives the money back.
 *
 * @param from what it may be now: who has approved it does not take it back, who should pay and could not does.
 */
export async function release(
  deps: FundingDeps,
  reference: string,
  reason: string,
  from: readonly WithdrawalState[],
): Promise<PayoutOutcome> {
  const decision = { state: "refused", nowMs: nowMs(deps), reason } as const;
  const isDecided = await deps.withdrawals.decide(reference, [...from, "refused"], decision);
  if (!isDecided && (await deps.withdrawals.find([reference])).has(reference)) {
    const view = await moneyOf(deps, reference);
    return refused(view?.state === "held" ? "approved_already" : "withdrawal_not_held");
  }
  const outcome = await engineStep(deps, { type: "release_withdrawal", reference }, "released");
  if (outcome.outcome === "done") deps.log({ at: "funding", outcome: "withdrawal_refused", reference });
  return outcome;
}

/** It was paid: the money has left. */
export async function settle(deps: FundingDeps, reference: string, txId: string): Promise<PayoutOutcome> {
  const outcome = await engineStep(deps, { type: "settle_withdrawal", reference }, "settled");
  if (outcome.outcome === "refused") return outcome;
  const decision = { state: "paid", nowMs: nowMs(deps), txId } as const;
  await deps.withdrawals.decide(reference, ["requested", "approved", "refused"], decision);
  deps.log({ at: "funding", outcome: "withdrawal_paid", reference });
  return outcome;
}

/** A step that was taken before is done; a step the other way is withdrawal_not_held. */
async function engineStep(
  deps: FundingDeps,
  command: OperatorCommand & { readonly reference: string },
  wanted: WithdrawalView["state"],
): Promise<PayoutOutcome> {
  const reply = await deps.engine.submitOperator(command, deps.nowUs() + COMMAND_DEADLINE_US);
  if (reply.outcome !== "rejected") return DONE;
  if (reply.reason !== "withdrawal_not_held") return refused(reply.reason);
  const view = await moneyOf(deps, command.reference);
  return view?.state === wanted ? DONE : refused(reply.reason);
}

/**
 * Does what is left undone: approvals where nobody has to decide, events that did not leave, money that was not given back.
 * Of what the engine holds alone: rows whose money was never held, or is back, are many and mean nothing.
 */
export async function sweep(deps: FundingDeps): Promise<void> {
  const held = (await engineWithdrawals(deps, null, "held")).map(({ reference }) => reference);
  for (let at = 0; at < held.length; at += ROWS_AT_ONCE) {
    const rows = await deps.withdrawals.find(held.slice(at, at + ROWS_AT_ONCE));
    for (const stored of rows.values()) if (!(await isStepTaken(deps, stored))) return;
  }
}

/** @returns false: the world cannot take it now, nor any other. */
async function isStepTaken(deps: FundingDeps, stored: StoredWithdrawal): Promise<boolean> {
  const { reference, state, announcedMs, reason } = stored;
  try {
    const isUntold = state === "approved" && announcedMs === null;
    if (isUntold || (state === "requested" && deps.approval === "automatic")) await approve(deps, reference);
    if (state === "refused") await release(deps, reference, reason, []);
    return true;
  } catch (error) {
    if (operationalCode(error) === null) deps.reportFault({ at: "funding", error });
    deps.log({ at: "funding", outcome: "not_done_yet", reference, reason: String(error) });
    return operationalCode(error) === null;
  }
}

function nowMs(deps: FundingDeps): number {
  return Math.floor(deps.nowUs() / 1_000);
}
