/** Whether a key may be used now, as far as its record says: asked by whoever lets a request or a subscription pass. */
import type { KeyPermission, KeyRecord } from "../domain/operator.ts";

/** For whatever it may: neither revoked, nor disabled, nor expired. */
export function isLive(key: KeyRecord, nowUs: number): boolean {
  return !key.revoked && key.disabled !== true && (key.expiresUs === 0 || nowUs <= key.expiresUs);
}

export function isUsable(key: KeyRecord, permission: KeyPermission, nowUs: number): boolean {
  return isLive(key, nowUs) && key.permissions.includes(permission);
}
