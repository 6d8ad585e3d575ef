/** The keys of a person's account: all of them are listed and taken back here; a new one needs an assertion for exactly it. */
import type { KeyRecord } from "../../../engine/domain/operator.ts";
import { needFresh } from "../../_shared/people/fresh-assertion.ts";
import type { AddedKey, KeyView } from "../../_shared/people/people-api.ts";
import { invalid, notThere, tooManyOf } from "../../_shared/people/person-refusals.ts";
import { bodyOf, type PersonCall, signedIn } from "../../_shared/people/person-request.ts";
import { isDevice } from "../key-shapes.ts";
import { makeKey } from "../new-key.ts";
import { submitOperator } from "../submit.ts";
import { KEYS_EVER_MAX } from "./devices.ts";
import { accountOf } from "./person-account.ts";
import { personKeyBody } from "./person-bodies.ts";

/** Of one account at a time, beside its devices. */
const KEYS_MAX = 30;
const PEM_HEAD = "-----BEGIN PUBLIC KEY-----";

export async function listPersonKeys(call: PersonCall): Promise<readonly KeyView[]> {
  const { deps, people, session, nowMs } = signedIn(call);
  const keys = await deps.reads.keys(await accountOf(deps, people, session.person));
  return keys.map((key) => keyView(key, nowMs));
}

function keyView(key: KeyRecord, nowMs: number): KeyView {
  const { apiKey, label, kind, permissions, ipAllowList } = key;
  const expiresAt = Math.floor(key.expiresUs / 1_000);
  return {
    ...{ apiKey, label, kind, permissions, ipAllowList, expiresAt },
    isDevice: isDevice(key),
    state: stateOf(key, expiresAt, nowMs),
  };
}

function stateOf(key: KeyRecord, expiresAt: number, nowMs: number): KeyView["state"] {
  if (key.revoked) return "revoked";
  if (expiresAt !== 0 && expiresAt <= nowMs) return "expired";
  return key.disabled === true ? "disabled" : "live";
}

export async function addPersonKey(asked: PersonCall): Promise<AddedKey> {
  const call = signedIn(asked);
  const { deps, people, session, nowMs } = call;
  const { key, fresh } = bodyOf(call, personKeyBody);
  if (key.expiresAt !== 0 && key.expiresAt <= nowMs) throw invalid("'key.expiresAt' lies behind us.");
  await needFresh(call, { kind: "add_key", key }, fresh);
  const account = await accountOf(deps, people, session.person);
  const keys = await deps.reads.keys(account);
  if (keys.length >= KEYS_EVER_MAX) throw tooManyOf("keys: an operator makes more");
  if (keys.filter((one) => !one.revoked && !isDevice(one)).length >= KEYS_MAX) throw tooManyOf("keys");
  const { label, kind, permissions, ipAllowList, publicKey, expiresAt } = key;
  const terms = { label, kind, permissions, ipAllowList };
  const made = await makeKey(deps, { ...terms, account, publicKey: pemOf(publicKey), expires: expiresAt });
  const { apiKey, apiSecret } = made;
  return { apiKey, ...terms, expiresAt, isDevice: false, state: "live", ...(apiSecret && { apiSecret }) };
}

/** PEM as it is; else what stands between its lines. */
function pemOf(publicKey: string | undefined): string | undefined {
  if (publicKey === undefined || publicKey.trim().startsWith("-----")) return publicKey;
  return `${PEM_HEAD}\n${publicKey.trim()}\n-----END PUBLIC KEY-----`;
}

/** @throws Refusal 404: another account's key is none. */
export async function revokePersonKey(call: PersonCall): Promise<object> {
  const { deps, people, session, name } = signedIn(call);
  const keys = await deps.reads.keys(await accountOf(deps, people, session.person));
  const key = keys.find(({ apiKey }) => apiKey === name);
  if (key === undefined) throw notThere("key");
  if (!key.revoked) await submitOperator(deps, { type: "revoke_key", apiKey: name });
  return {};
}
