/**
 * An account's keys, managed by the account itself: signed requests, like any other.
 *
 * A key may see its account's keys and end itself. To make others, or to end them, it must be one that may withdraw: whoever
 * holds that one holds the account already, while a stolen key that only trades can neither multiply nor lock its owner out.
 * A new key can do no more than the one that made it, from no further addresses, and for no longer.
 */
import type { SignedCall } from "../../engine/api/calls/call.ts";
import { keysOfSender } from "../../engine/api/calls/key-now.ts";
import { notAuthorized, Refusal } from "../../engine/api/refusal.ts";
import type { CallHandlers } from "../_shared/answer.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import { isDevice, keyShape } from "./key-shapes.ts";
import { makeKey } from "./new-key.ts";
import { operatorRefusal } from "./operator-refusals.ts";
import { ownKeyBody } from "./requests.ts";
import { submitOperator } from "./submit.ts";
import { ill } from "./terms.ts";

/** Of one account at a time, and ever: a key is never forgotten, so that a revoked one stays revoked. An operator may make more. */
const KEYS_MAX = 30;
const KEYS_EVER_MAX = 1_000;

const tooManyKeys = (words: string): Refusal => new Refusal(400, -1130, `The account has ${words}.`);

/** @param deps of this function; those of the call are what every transport has. */
export function ownKeyCalls(deps: EdgeDeps): CallHandlers<"users", SignedCall> {
  return {
    listOwnKeys: async (call) => (await keysOfSender(call, "read")).keys.map(keyShape),
    addOwnKey: (call) => addOwnKey(deps, call),
    revokeOwnKey: (call) => revokeOwnKey(deps, call),
  };
}

async function addOwnKey(deps: EdgeDeps, call: SignedCall): Promise<object> {
  const { own, keys } = await keysOfSender(call, "withdraw");
  // Browsers come and go beside them, within a bound of their own.
  if (keys.filter((key) => !key.revoked && !isDevice(key)).length >= KEYS_MAX)
    throw tooManyKeys(`${KEYS_MAX} keys: revoke one`);
  if (keys.length >= KEYS_EVER_MAX) throw tooManyKeys(`had ${KEYS_EVER_MAX} keys: an operator makes more`);
  const asked = askedKey(call);
  const beyond = asked.permissions.filter((permission) => !own.permissions.includes(permission));
  if (beyond.length > 0) throw ill("keyPermissions", `holds what this key does not have: ${beyond.join(", ")}`);
  const ipAllowList = asked.ipAllowList.length === 0 ? own.ipAllowList : asked.ipAllowList;
  const isNarrower = own.ipAllowList.length === 0 || ipAllowList.every((entry) => own.ipAllowList.includes(entry));
  if (!isNarrower) throw ill("ipAllowList", "holds addresses that this key may not use");
  const endMs = Math.floor(own.expiresUs / 1_000);
  const expires = asked.expires ?? endMs;
  if (endMs !== 0 && expires > endMs) throw ill("expires", "lies behind the end of this key");
  return makeKey(deps, { ...asked, account: call.sender.account, ipAllowList, expires });
}

/** Lists as JSON arrays in a string, like every list of the dialect. @throws Refusal naming every field that is wrong. */
function askedKey({ parameters }: SignedCall) {
  const given = (name: string): object => (parameters.has(name) ? { [name]: parameters.text(name) } : {});
  const parsed = ownKeyBody.safeParse({
    permissions: listIn(parameters.text("keyPermissions"), "keyPermissions"),
    ...given("kind"),
    ...given("publicKey"),
    ...given("label"),
    ...(parameters.has("ipAllowList") ? { ipAllowList: listIn(parameters.text("ipAllowList"), "ipAllowList") } : {}),
    ...(parameters.has("expires") ? { expires: parameters.integer("expires") } : {}),
  });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `'${issue.path.join(".")}' ${issue.message}`);
  throw new Refusal(400, -1130, `${faults.join("; ")}.`);
}

function listIn(text: string, name: string): unknown {
  if (!text.startsWith("[")) return text.split(",");
  try {
    return JSON.parse(text);
  } catch {
    throw ill(name, "is no JSON array");
  }
}

async function revokeOwnKey(deps: EdgeDeps, call: SignedCall): Promise<object> {
  const named = call.parameters.text("apiKey");
  const { own, keys } = await keysOfSender(call, "read");
  if (own.apiKey !== named && !own.permissions.includes("withdraw")) throw notAuthorized();
  // Another account's key is no key at all to this one.
  if (!keys.some(({ apiKey }) => apiKey === named)) throw operatorRefusal("key_not_found");
  const { key } = await submitOperator(deps, { type: "revoke_key", apiKey: named });
  return key === undefined ? {} : keyShape(key);
}
