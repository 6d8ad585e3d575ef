/**
 * Whether a key still may, by the engine itself: an edge may believe in a key for a second after it was revoked, which an
 * order cannot use, since the engine checks its key again. An operator's command, which a withdrawal and a new key become,
 * names none: here it is asked first.
 */
import type { KeyPermission, KeyRecord } from "../../domain/operator.ts";
import { isUsable } from "../key-use.ts";
import { apiKeyInvalid } from "../refusal.ts";
import type { SignedCall } from "./call.ts";

export interface KeysNow {
  /** The one that signed the request. */
  readonly own: KeyRecord;
  /** All of the account. */
  readonly keys: readonly KeyRecord[];
}

/** Rejects with Refusal -2015; OperationalError. */
export async function keysOfSender({ deps, sender }: SignedCall, permission: KeyPermission): Promise<KeysNow> {
  const keys = await deps.reads.keys(sender.account);
  const own = keys.find(({ id }) => id === sender.keyId);
  if (own === undefined || !isUsable(own, permission, deps.nowUs())) throw apiKeyInvalid();
  return { own, keys };
}
