/**
 * Whether a key still may, by the engine itself: an edge may believe in a key for a second after it was revoked, which an
 * order cannot use, since the engine checks its key again. An operator's command, which a withdrawal and a new key become,
 * names none: here it is asked first.
 */
import type { KeyPermission, KeyRecord } from "../../domain/operator.ts";
import { apiKeyInvalid } from "../refusal.ts";
import type { SignedCall } from "./call.ts";

/** Rejects with Refusal -2015; OperationalError. @returns all keys of the account. */
export async function keysOfSender(call: SignedCall, permission: KeyPermission): Promise<readonly KeyRecord[]> {
  const { deps, sender } = call;
  const keys = await deps.reads.keys(sender.account);
  const own = keys.find(({ id }) => id === sender.keyId);
  const isUsable = own !== undefined && !own.revoked && own.disabled !== true && own.permissions.includes(permission);
  if (!isUsable || (own.expiresUs !== 0 && deps.nowUs() > own.expiresUs)) throw apiKeyInvalid();
  return keys;
}
