/**
 * So often in a window of time from one address, so that nobody uses up what is there for everybody.
 *
 * IPv6 counts by networks of 64 bits (engine/api/limits/subject.ts). This machine's own address is not counted: it is its owner,
 * or a proxy that nobody has told us of (TRUSTED_PROXIES), before which everybody stands.
 */
import { subjectOf } from "../../../engine/api/limits/subject.ts";
import type { PersonCall } from "./person-request.ts";

/** @returns false: it was so often already. */
export async function isWithinOfAddress(call: PersonCall, what: string, max: number, endsMs: number): Promise<boolean> {
  const { people, nowMs, request } = call;
  const { remoteAddress } = request;
  if (remoteAddress.startsWith("127.") || remoteAddress === "::1") return true;
  return people.store.allowances.spend(`${what}:${endsMs}:${subjectOf(remoteAddress)}`, 1n, BigInt(max), endsMs, nowMs);
}
