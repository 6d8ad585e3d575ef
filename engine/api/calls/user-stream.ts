/**
 * Listen keys, for clients of before (trading-api.md §1.17): made, extended and ended by whoever shows an API key, unsigned.
 */
import { LISTEN_KEY_LENGTH, type ListenKeys } from "../../bus/listen-keys.ts";
import { listenKeyUnknown, retired } from "../refusal.ts";
import type { SignedCall } from "./call.ts";

function listenKeysOf({ deps }: SignedCall): ListenKeys {
  if (deps.listenKeys === undefined) throw retired();
  return deps.listenKeys;
}

export async function openListenKey(call: SignedCall): Promise<object> {
  const { account, keyId } = call.sender;
  const fresh = call.deps.randomText(LISTEN_KEY_LENGTH);
  return { listenKey: await listenKeysOf(call).open({ account, keyId }, fresh) };
}

export async function extendListenKey(call: SignedCall): Promise<object> {
  if (!(await listenKeysOf(call).extend(call.sender, call.parameters.text("listenKey")))) throw listenKeyUnknown();
  return {};
}

export async function closeListenKey(call: SignedCall): Promise<object> {
  if (!(await listenKeysOf(call).close(call.sender, call.parameters.text("listenKey")))) throw listenKeyUnknown();
  return {};
}
