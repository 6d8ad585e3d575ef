/**
 * The operator's API: instruments, accounts, keys, deposits, halts. Bearer token; never exposed without one.
 *
 * Every change is an engine command like any other: journaled, and answered once durable. A key's secret is shown once,
 * in the answer that makes it, and sealed before it becomes part of the command.
 */

import type { z } from "zod";
import type { NoteAsOf } from "../../engine/api/calls/call.ts";
import { readLimit } from "../../engine/api/lists.ts";
import type { Parameters } from "../../engine/api/parameters.ts";
import { symbolInvalid } from "../../engine/api/refusal.ts";
import type { HandlerName } from "../../engine/api/routes.ts";
import { AMOUNT_MAX, type Instrument, NO_LIMITS, SYMBOL_PATTERN } from "../../engine/domain/instrument.ts";
import type { AccountRecord, OperatorCommand } from "../../engine/domain/operator.ts";
import { formatAtoms } from "../../engine/protocol/decimal.ts";
import type { AccountView, Catalog, Done } from "../../engine/protocol/views.ts";
import { answerSigned, guarded } from "../_shared/answer.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import type { Handler, HttpRequest } from "../_shared/http.ts";
import { operatorBody } from "../_shared/operator-body.ts";
import { operatorRequest } from "../_shared/operator-request.ts";
import { keyShape } from "./key-shapes.ts";
import { makeKey } from "./new-key.ts";
import { operatorRefusal } from "./operator-refusals.ts";
import { ownKeyCalls } from "./own-keys.ts";
import {
  ACCOUNT_ID_MAX,
  addInstrumentBody,
  addKeyBody,
  cancelAllBody,
  depositBody,
  feesBody,
  haltBody,
  limitsBody,
  openAccountBody,
  rulesBody,
  setAccountBody,
  setKeyBody,
} from "./requests.ts";
import { venueStatus } from "./status.ts";
import { DEADLINE_US, submitOperator } from "./submit.ts";
import { atomsOf, ill, instrumentShape, rate, termsOf } from "./terms.ts";
import { changedLimits, changedRules, rulesShape } from "./venue.ts";

const DECIMALS_DEFAULT = 8;
const ACCOUNT_LIMITS = { default: 500, max: 1_000 };

/** Three callers: an account, by signed requests like any other's; a person, by a session; and the operator. */
export const handleUsers: Handler<EdgeDeps> = async (request, deps) => {
  if (request.path.startsWith("/api/")) return answerSigned("users", ownKeyCalls(deps), request, deps);
  if (!request.path.startsWith("/people/")) return handleOperator(request, deps);
  // With the first person: a function that nobody signs in to does not load what reads them.
  const [{ answerPerson }, { PERSON_CALLS }] = await Promise.all([
    import("../_shared/people/person-request.ts"),
    import("./people/person-calls.ts"),
  ]);
  return answerPerson("users", PERSON_CALLS, request, deps);
};

const handleOperator: Handler<EdgeDeps> = (request, deps) =>
  guarded("users", deps, async (noteAsOf) => {
    const { handler, parameters, name } = operatorRequest("users", request, deps.operator.token);
    await deps.prepare?.();
    return HANDLERS[handler]({ request, deps, parameters, noteAsOf, name });
  });

interface OperatorCall {
  readonly request: HttpRequest;
  readonly deps: EdgeDeps;
  readonly parameters: Parameters;
  readonly noteAsOf: NoteAsOf;
  /** The last segment of the path, where a route names a thing. */
  readonly name: string;
}

const HANDLERS: Readonly<Record<HandlerName<"users", "OPERATOR">, (call: OperatorCall) => object | Promise<object>>> = {
  status: ({ deps }) => venueStatus(deps),
  listInstruments: ({ deps }) => deps.reads.catalog().instruments.map(instrumentShape),
  addInstrument,
  listAccounts,
  openAccount,
  showAccount,
  setAccount,
  listKeys,
  addKey,
  setKey,
  revokeKey,
  setFees,
  showRules,
  setRules,
  showLimits,
  setLimits,
  deposit,
  halt,
  resume,
  cancelAll,
  async makeLink({ deps, request }) {
    const { makeLink } = await import("./people/links.ts");
    return makeLink(deps, request.rawBody);
  },
};

function bodyOf<Schema extends z.ZodType>(call: OperatorCall, schema: Schema): z.output<Schema> {
  return operatorBody(call.request.rawBody, schema);
}

function submit(call: OperatorCall, command: OperatorCommand): Promise<Done> {
  return submitOperator(call.deps, command);
}

async function addInstrument(call: OperatorCall): Promise<object> {
  const body = bodyOf(call, addInstrumentBody);
  const catalog = call.deps.reads.catalog();
  const baseDecimals = decimalsFor(catalog, body.base, body.baseDecimals, "baseDecimals");
  const quoteDecimals = decimalsFor(catalog, body.quote, body.quoteDecimals, "quoteDecimals");
  // All that can be wrong is found before the first asset is made.
  const terms = termsOf(body, baseDecimals, quoteDecimals);
  if (body.base === body.quote) throw ill("quote", "is another asset than the base");
  if (catalog.instrumentBySymbol.has(body.symbol)) throw operatorRefusal("instrument_exists");
  await addMissingAsset(call, body.base, baseDecimals);
  await addMissingAsset(call, body.quote, quoteDecimals);
  const { instrument } = await submit(call, { type: "add_instrument", terms });
  return instrument === undefined ? {} : instrumentShape(instrument);
}

function decimalsFor(catalog: Catalog, asset: string, sent: number | undefined, field: string): number {
  const known = catalog.assetByName.get(asset);
  if (known !== undefined && sent !== undefined && known.decimals !== sent) {
    throw ill(field, `contradicts the asset ${asset}, which has ${known.decimals}`);
  }
  return known?.decimals ?? sent ?? DECIMALS_DEFAULT;
}

async function addMissingAsset(call: OperatorCall, name: string, decimals: number): Promise<void> {
  if (call.deps.reads.catalog().assetByName.has(name)) return;
  const deadlineUs = call.deps.nowUs() + DEADLINE_US;
  const reply = await call.deps.engine.submitOperator({ type: "add_asset", name, decimals }, deadlineUs);
  // Somebody else may have added it meanwhile: it is there, which is what was wanted.
  if (reply.outcome === "rejected" && reply.reason !== "asset_exists") throw operatorRefusal(reply.reason);
}

async function listAccounts({ deps, parameters }: OperatorCall): Promise<object> {
  const limit = readLimit(parameters, ACCOUNT_LIMITS);
  const fromId = parameters.integer("fromId") ?? 0;
  const accounts: object[] = [];
  // Account ids have no gaps.
  for (let id = fromId; accounts.length < limit; id++) {
    const { value } = await deps.reads.account(id);
    if (value === null) break;
    accounts.push(accountRecordShape(value));
  }
  return accounts;
}

async function openAccount(call: OperatorCall): Promise<object> {
  const { account } = await submit(call, { type: "open_account", ...bodyOf(call, openAccountBody) });
  return account === undefined ? {} : accountRecordShape(account);
}

async function showAccount(call: OperatorCall): Promise<object> {
  const { value, asOfSeq } = await call.deps.reads.account(accountIdOf(call.name));
  call.noteAsOf(asOfSeq);
  if (value === null) throw operatorRefusal("account_not_found");
  return { ...accountRecordShape(value), balances: balanceShapes(call.deps.reads.catalog(), value) };
}

async function setAccount(call: OperatorCall): Promise<object> {
  const command = { type: "set_account", account: accountIdOf(call.name), ...bodyOf(call, setAccountBody) } as const;
  const { account } = await submit(call, command);
  return account === undefined ? {} : accountRecordShape(account);
}

/** @throws Refusal 404 for what is no account's number. */
function accountIdOf(name: string): number {
  const id = Number(name);
  if (!/^[0-9]{1,10}$/.test(name) || id > ACCOUNT_ID_MAX) throw operatorRefusal("account_not_found");
  return id;
}

function accountRecordShape(account: AccountRecord): object {
  return { id: account.id, name: account.name, canTrade: account.canTrade, canWithdraw: account.canWithdraw };
}

function balanceShapes(catalog: Catalog, account: AccountView): object[] {
  return account.balances.map((balance) => {
    const asset = catalog.assets[balance.asset];
    const decimals = asset?.decimals ?? DECIMALS_DEFAULT;
    const { freeAtoms, lockedAtoms } = balance;
    return {
      asset: asset?.name ?? "",
      free: formatAtoms(decimals, freeAtoms),
      locked: formatAtoms(decimals, lockedAtoms),
    };
  });
}

async function listKeys({ deps }: OperatorCall): Promise<object> {
  const keys = await deps.reads.keys(null);
  return keys.map(keyShape);
}

function addKey(call: OperatorCall): Promise<object> {
  const { expires = 0, ...body } = bodyOf(call, addKeyBody);
  return makeKey(call.deps, { ...body, expires });
}

async function setKey(call: OperatorCall): Promise<object> {
  const { expires, ...changes } = bodyOf(call, setKeyBody);
  const now = await call.deps.reads.keyByApiKey(apiKeyNamed(call.name));
  if (now === null || now.revoked) throw operatorRefusal("key_not_found");
  const { apiKey, permissions, ipAllowList, expiresUs, label, disabled = false } = now;
  const asked = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const { key } = await submit(call, {
    type: "set_key",
    apiKey,
    permissions,
    ipAllowList,
    label,
    disabled,
    ...asked,
    expiresUs: expires === undefined ? expiresUs : (expires ?? 0) * 1_000,
  });
  return key === undefined ? {} : keyShape(key);
}

async function setFees(call: OperatorCall): Promise<object> {
  const { symbol, ...body } = bodyOf(call, feesBody);
  const makerFeeE8 = rate(body.makerFee, "makerFee");
  const takerFeeE8 = rate(body.takerFee, "takerFee");
  const { instrument } = await submit(call, { type: "set_instrument_fees", symbol, makerFeeE8, takerFeeE8 });
  return instrument === undefined ? {} : instrumentShape(instrument);
}

function baseDecimals({ deps }: OperatorCall, instrument: Instrument): number {
  return deps.reads.catalog().assets[instrument.baseAsset]?.decimals ?? DECIMALS_DEFAULT;
}

async function setRules(call: OperatorCall): Promise<object> {
  const body = bodyOf(call, rulesBody);
  const known = call.deps.reads.catalog().instrumentBySymbol.get(body.symbol);
  if (known === undefined) throw operatorRefusal("instrument_not_found");
  const decimals = baseDecimals(call, known);
  const rules = changedRules(known, decimals, body);
  const { instrument } = await submit(call, { type: "set_instrument_rules", symbol: body.symbol, rules });
  return rulesShape(instrument ?? known, decimals);
}

function showRules(call: OperatorCall): object {
  return call.deps.reads
    .catalog()
    .instruments.map((instrument) => rulesShape(instrument, baseDecimals(call, instrument)));
}

function showLimits({ deps }: OperatorCall): object {
  return deps.reads.catalog().limits ?? NO_LIMITS;
}

async function setLimits(call: OperatorCall): Promise<object> {
  const body = bodyOf(call, limitsBody);
  const asked = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
  const limits = changedLimits(call.deps.reads.catalog().limits, asked);
  const done = await submit(call, { type: "set_exchange_limits", limits });
  return done.limits ?? limits;
}

/** @throws Refusal 404 for what names no key: the engine is asked of nothing that cannot be one. */
function apiKeyNamed(name: string): string {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(name)) throw operatorRefusal("key_not_found");
  return name;
}

async function revokeKey(call: OperatorCall): Promise<object> {
  const { key } = await submit(call, { type: "revoke_key", apiKey: apiKeyNamed(call.name) });
  return key === undefined ? {} : keyShape(key);
}

async function deposit(call: OperatorCall): Promise<object> {
  const body = bodyOf(call, depositBody);
  const asset = call.deps.reads.catalog().assetByName.get(body.asset);
  if (asset === undefined) throw operatorRefusal("asset_not_found");
  const atoms = atomsOf(body.amount, "amount", asset.decimals);
  if (atoms > AMOUNT_MAX) throw operatorRefusal("amount_too_large");
  const { seq } = await submit(call, { type: "deposit", ...pick(body), atoms });
  return { ...pick(body), amount: formatAtoms(asset.decimals, atoms), seq };
}

function pick(body: { account: number; asset: string; reference: string }): {
  account: number;
  asset: string;
  reference: string;
} {
  return { account: body.account, asset: body.asset, reference: body.reference };
}

function halt(call: OperatorCall): Promise<object> {
  const body = bodyOf(call, haltBody);
  return setStatus(call, body.symbol, body.status);
}

/** @throws Refusal 404 for what is no symbol */
function resume(call: OperatorCall): Promise<object> {
  if (!SYMBOL_PATTERN.test(call.name)) throw operatorRefusal("instrument_not_found");
  return setStatus(call, call.name, "trading");
}

/** To ask for the status it has changes nothing and is no mistake. */
async function setStatus(call: OperatorCall, symbol: string, wanted: Instrument["status"]): Promise<object> {
  const command = { type: "set_instrument_status", symbol, status: wanted } as const;
  const reply = await call.deps.engine.submitOperator(command, call.deps.nowUs() + DEADLINE_US);
  if (reply.outcome === "rejected" && reply.reason !== "status_unchanged") throw operatorRefusal(reply.reason);
  return { symbol, status: wanted, changed: reply.outcome === "done" };
}

async function cancelAll(call: OperatorCall): Promise<object> {
  const body = bodyOf(call, cancelAllBody);
  const instrument = call.deps.reads.catalog().instrumentBySymbol.get(body.symbol);
  if (instrument === undefined) throw symbolInvalid();
  const command = { type: "operator_cancel_all", account: body.account, instrument: instrument.id } as const;
  const reply = await call.deps.engine.submitOperator(command, call.deps.nowUs() + DEADLINE_US);
  const nothingOpen = reply.outcome === "rejected" && reply.reason === "order_not_found";
  if (reply.outcome === "rejected" && !nothingOpen) throw operatorRefusal(reply.reason);
  const orders = reply.outcome === "canceled_all" ? reply.orders : [];
  return { ...body, canceled: orders.map(({ orderId, clientOrderId }) => ({ orderId, clientOrderId })) };
}
