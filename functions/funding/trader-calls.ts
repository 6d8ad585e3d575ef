/**
 * What a trader asks of funding: a withdrawal, the histories of both ways, a statement. The paths and shapes are those that
 * clients of the dialect know (/sapi/v1/capital); the statement is ours.
 */

import type { SignedCall } from "../../engine/api/calls/call.ts";
import { keysOfSender } from "../../engine/api/calls/key-now.ts";
import { LIST_LIMITS, rangeMs, readLimit, readWindow } from "../../engine/api/lists.ts";
import type { Parameters } from "../../engine/api/parameters.ts";
import { parameterInvalid, Refusal } from "../../engine/api/refusal.ts";
import { moment } from "../../engine/api/time-unit.ts";
import type { StatementEntry } from "../../engine/bus/history-client.ts";
import { formatAtoms } from "../../engine/protocol/decimal.ts";
import type { FundingDeps } from "./deps.ts";
import { assetNamed, requestWithdrawal, withdrawalAtoms } from "./withdrawal-request.ts";
import type { WithdrawalState } from "./withdrawal-store.ts";
import { type SeenWithdrawal, withdrawalsSeen } from "./withdrawals.ts";

const HISTORY_LIMITS = { default: 1_000, max: 1_000 };
/** `offset` counts rows that are read and thrown away. */
const OFFSET_MAX = 4_000;

interface FundingCall {
  readonly call: SignedCall;
  readonly deps: FundingDeps;
}

export async function applyWithdrawal(asked: FundingCall): Promise<object> {
  const { call, deps } = asked;
  const { parameters, sender } = call;
  const asset = await assetNamed(deps, parameters.text("coin"));
  const atoms = withdrawalAtoms(parameters.text("amount"), asset);
  await keysOfSender(call, "withdraw");
  return requestWithdrawal(deps, {
    account: sender.account,
    asset,
    atoms,
    address: parameters.text("address"),
    addressTag: parameters.text("addressTag"),
    network: parameters.text("network"),
    clientId: parameters.text("withdrawOrderId"),
    nowUs: call.nowUs,
    deadlineUs: sender.deadlineUs,
  });
}

/** Numbers of the dialect: 2 awaiting approval, 3 rejected, 4 processing, 6 completed. */
const WITHDRAWAL_STATUS: Readonly<Record<WithdrawalState, number>> = { requested: 2, approved: 4, refused: 3, paid: 6 };

/** Newest first, as clients expect it here. */
export async function withdrawalHistory(asked: FundingCall): Promise<object> {
  const { call, deps } = asked;
  const { parameters, sender } = call;
  const coin = parameters.has("coin") ? (await assetNamed(deps, parameters.text("coin"))).id : null;
  const { limit, offset } = readPage(parameters);
  const window = readWindow(parameters);
  const clientId = parameters.text("withdrawOrderId");
  const status = parameters.integer("status");
  const ids = parameters.text("idList");
  const wanted = ids === "" ? null : new Set(ids.split(","));
  const rows = (await withdrawalsSeen(deps, sender.account))
    .filter(({ asset }) => coin === null || asset === coin)
    .filter((row) => clientId === "" || row.clientId === clientId)
    .filter((row) => wanted === null || wanted.has(row.reference))
    .filter((row) => status === null || WITHDRAWAL_STATUS[row.state] === status)
    .filter(({ requestedMs }) => window.startUs === null || requestedMs * 1_000 + 999 >= window.startUs)
    .filter(({ requestedMs }) => window.endUs === null || requestedMs * 1_000 <= window.endUs);
  return rows
    .toReversed()
    .slice(offset, offset + limit)
    .map((row) => withdrawalShape(row, deps));
}

function withdrawalShape(row: SeenWithdrawal, deps: FundingDeps): object {
  const asset = deps.reads.catalog().assets[row.asset];
  return {
    id: row.reference,
    amount: formatAtoms(asset?.decimals ?? 0, row.atoms),
    transactionFee: "0.00000000",
    coin: asset?.name ?? "",
    status: WITHDRAWAL_STATUS[row.state],
    address: row.address,
    addressTag: row.addressTag,
    txId: row.txId,
    applyTime: dateTime(row.requestedMs),
    network: row.network,
    transferType: 0,
    ...(row.clientId !== "" && { withdrawOrderId: row.clientId }),
    info: row.reason,
    confirmNo: 0,
    walletType: 0,
    txKey: "",
    ...(row.state === "paid" && row.decidedMs !== null && { completeTime: dateTime(row.decidedMs) }),
  };
}

/** UTC, to the second: "2026-01-31 23:59:59". */
function dateTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

function readPage(parameters: Parameters): { readonly limit: number; readonly offset: number } {
  const offset = parameters.integer("offset") ?? 0;
  if (offset > OFFSET_MAX) throw parameterInvalid("offset");
  return { limit: readLimit(parameters, HISTORY_LIMITS), offset };
}

/** Of a deposit that is credited; there are no others here. */
const DEPOSIT_SUCCESS = 1;

/** Newest first, as clients expect it here. */
export async function depositHistory(asked: FundingCall): Promise<object> {
  const { call, deps } = asked;
  const { parameters, sender } = call;
  const coin = parameters.has("coin") ? await assetNamed(deps, parameters.text("coin")) : null;
  const { limit, offset } = readPage(parameters);
  const window = readWindow(parameters);
  const status = parameters.integer("status");
  if (status !== null && status !== DEPOSIT_SUCCESS) return [];
  const reference = parameters.text("txId");
  const live = await deps.reads.account(sender.account);
  call.noteAsOf(live.asOfSeq);
  const history = deps.history.ofLineage?.(live.lineage ?? 0) ?? deps.history;
  const rows = await history.fundsMoved(sender.account, {
    ...rangeMs(window, offset + limit),
    kinds: ["deposited"],
    ...(coin !== null && { asset: coin.id }),
    ...(reference !== "" && { reference }),
  });
  return rows
    .toReversed()
    .slice(offset, offset + limit)
    .map((moved) => {
      const asset = deps.reads.catalog().assets[moved.asset];
      const timeMs = Math.floor(moved.timeUs / 1_000);
      return {
        id: String(moved.seq),
        amount: formatAtoms(asset?.decimals ?? 0, moved.atoms),
        coin: asset?.name ?? "",
        network: "",
        status: DEPOSIT_SUCCESS,
        address: "",
        addressTag: "",
        txId: moved.reference,
        insertTime: timeMs,
        completeTime: timeMs,
        transferType: 0,
        confirmTimes: "1/1",
        unlockConfirm: 1,
        walletType: 0,
      };
    });
}

/** Addresses are given out by whoever receives deposits, and that is not the exchange. */
export function depositAddress(): never {
  throw new Refusal(400, -1020, "This operation is not supported.");
}

/** Every atom of a balance: what it was, what changed it, what it is then. */
export async function statement(asked: FundingCall): Promise<object> {
  const { call, deps } = asked;
  const { parameters, sender, unit } = call;
  const asset = await assetNamed(deps, parameters.text("asset"));
  const fromEntryId = parameters.integer("fromId");
  const range = rangeMs(readWindow(parameters), readLimit(parameters, LIST_LIMITS));
  const live = await deps.reads.account(sender.account);
  const history = deps.history.ofLineage?.(live.lineage ?? 0) ?? deps.history;
  const page = await history.statement(sender.account, asset.id, {
    ...range,
    ...(fromEntryId !== null && { fromEntryId }),
  });
  call.noteAsOf(page.asOfSeq);
  const amount = (atoms: bigint): string => formatAtoms(asset.decimals, atoms);
  const entryShape = (entry: StatementEntry): object => ({
    id: entry.entryId,
    seq: entry.seq,
    time: moment(unit, entry.timeUs),
    type: entry.kind.toUpperCase(),
    amount: amount(entry.atoms),
    change: amount(entry.changeAtoms),
    ...(entry.instrument !== undefined && {
      symbol: deps.reads.catalog().instruments[entry.instrument]?.symbol ?? "",
      tradeId: entry.tradeId,
    }),
    ...(entry.orderId !== undefined && { orderId: entry.orderId }),
    ...(entry.reference !== undefined && { reference: entry.reference }),
  });
  return {
    asset: asset.name,
    opening: amount(page.openingAtoms),
    entries: page.entries.map(entryShape),
    closing: amount(page.closingAtoms),
    asOfSeq: page.asOfSeq,
  };
}
