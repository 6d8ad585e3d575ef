/**
 * What becomes of a call, whichever way it came: an instrument that is too young for the catalog at hand is asked for once
 * more, and whatever was thrown is a refusal of the dialect. REST and the WebSocket API both go through here.
 */
import { operationalCode } from "../../bus/engine-client.ts";
import type { KeyRing } from "../authenticate.ts";
import { outcomeUnknown, overloaded, Refusal, symbolInvalid, unknownError } from "../refusal.ts";
import { VerifyingKeys } from "../signature.ts";
import type { ApiDeps } from "./call.ts";

/** An instrument may be younger than the catalog at hand: what does not know it is asked once more with a fresh one. */
export async function withYoungInstruments(
  deps: Pick<ApiDeps, "refresh">,
  run: () => object | Promise<object>,
): Promise<object> {
  try {
    return await run();
  } catch (error) {
    const isUnknown = error instanceof Refusal && error.code === symbolInvalid().code;
    if (!isUnknown || deps.refresh === undefined) throw error;
    await deps.refresh();
    return run();
  }
}

/** -1000 (status 500) for what nobody expected: a fault of ours, to be reported. */
export function refusalFor(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  switch (operationalCode(error)) {
    case "outcome_unknown":
      return outcomeUnknown();
    case "not_sent":
    case "history_unavailable":
      return overloaded();
    case null:
      return unknownError();
  }
}

/** Opens the sealed secret of an HMAC key (KeyRecord.material). Throws when it was sealed under another key. */
export type OpenSecret = (material: string) => Uint8Array;

const verifyingKeys = new WeakMap<OpenSecret, VerifyingKeys>();

/** Keys made ready are kept for as long as the process opens secrets the same way. */
export function keyRingOf({
  reads,
  openSecret,
}: Pick<ApiDeps, "reads"> & { readonly openSecret: OpenSecret }): KeyRing {
  let made = verifyingKeys.get(openSecret);
  if (made === undefined) {
    made = new VerifyingKeys(openSecret);
    verifyingKeys.set(openSecret, made);
  }
  return { reads, verifyingKeys: made };
}
