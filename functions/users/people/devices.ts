/**
 * The keys of a person's browsers: Ed25519, made there, never to leave; registered here to read and trade for 30 days (I41).
 *
 * A device's key is named after what it is: the account and the public half. So the same half again is the same key, whatever
 * was answered the first time, and the engine's register of keys is the one list of devices that there is.
 */
import { createHash } from "node:crypto";
import { isLive } from "../../../engine/api/key-use.ts";
import type { KeyRecord } from "../../../engine/domain/operator.ts";
import type { EdgeDeps } from "../../_shared/deps.ts";
import { needFresh } from "../../_shared/people/fresh-assertion.ts";
import type { Device } from "../../_shared/people/people-api.ts";
import { invalid, tooManyOf } from "../../_shared/people/person-refusals.ts";
import { bodyOf, type PersonCall, signedIn } from "../../_shared/people/person-request.ts";
import { publicKeyPem } from "../key-material.ts";
import { DEVICE_PREFIX, isDevice } from "../key-shapes.ts";
import { submitOperator } from "../submit.ts";
import { accountOf } from "./person-account.ts";
import { deviceBody } from "./person-bodies.ts";

const DAY_MS = 86_400_000;
const DEVICE_DAYS = 30;
/** Of one account at a time. */
const DEVICES_MAX = 20;
/** Of one account, ever: a key is never forgotten, so that a revoked one stays revoked. */
export const KEYS_EVER_MAX = 1_000;
/** Registered again within a day of its making, a key stays as it is: a page that is opened often writes no journal. */
const RENEWED_AFTER_MS = DAY_MS;

export async function addDevice(asked: PersonCall): Promise<Device> {
  const call = signedIn(asked);
  const { deps, people, session, nowMs } = call;
  const { publicKey, label, fresh } = bodyOf(call, deviceBody);
  if (fresh !== undefined || nowMs >= session.freshUntilMs)
    await needFresh(call, { kind: "add_device", publicKey }, fresh);
  const material = publicKeyPem("ed25519", `-----BEGIN PUBLIC KEY-----\n${publicKey}\n-----END PUBLIC KEY-----`);
  const account = await accountOf(deps, people, session.person);
  const apiKey = deviceName(account, material);
  const keys = await deps.reads.keys(account);
  const known = keys.find((key) => key.apiKey === apiKey);
  const expiresMs = nowMs + DEVICE_DAYS * DAY_MS;
  if (known !== undefined) return renewed(deps, known, expiresMs);
  await makeRoom(deps, keys);
  const key = await submitOperator(deps, {
    type: "register_key",
    account,
    apiKey,
    kind: "ed25519",
    material,
    permissions: ["read", "trade"],
    ipAllowList: [],
    expiresUs: expiresMs * 1_000,
    label,
  });
  return { apiKey, expiresAt: Math.floor((key.key?.expiresUs ?? expiresMs * 1_000) / 1_000) };
}

function deviceName(account: number, material: string): string {
  const hash = createHash("sha256").update(JSON.stringify(["tidebook device", account, material]));
  return `${DEVICE_PREFIX}${hash.digest("hex")}`;
}

/** @throws Refusal for one that was revoked or disabled: its browser makes another. */
async function renewed(deps: EdgeDeps, key: KeyRecord, expiresMs: number): Promise<Device> {
  if (key.revoked || key.disabled === true) throw invalid("'publicKey' is of a key that was taken back: make another.");
  const { apiKey, permissions, ipAllowList, label } = key;
  if (expiresMs * 1_000 - key.expiresUs >= RENEWED_AFTER_MS * 1_000) {
    const terms = { permissions, ipAllowList, label, disabled: false, expiresUs: expiresMs * 1_000 };
    await submitOperator(deps, { type: "set_key", apiKey, ...terms });
    return { apiKey, expiresAt: expiresMs };
  }
  return { apiKey, expiresAt: Math.floor(key.expiresUs / 1_000) };
}

/** Keys that are over make room by themselves; those that work are the person's to take back. @throws Refusal 400 */
async function makeRoom(deps: EdgeDeps, keys: readonly KeyRecord[]): Promise<void> {
  if (keys.length >= KEYS_EVER_MAX) throw tooManyOf("keys: an operator makes more");
  const devices = keys.filter((key) => isDevice(key) && !key.revoked);
  if (devices.filter((key) => isLive(key, deps.nowUs())).length >= DEVICES_MAX) throw tooManyOf("devices");
  for (const { apiKey } of devices.filter((key) => !isLive(key, deps.nowUs())))
    await submitOperator(deps, { type: "revoke_key", apiKey });
}
