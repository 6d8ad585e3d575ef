/** A key as operators and its own account see it: everything but the material. */
import type { KeyRecord } from "../../engine/domain/operator.ts";

/** Of keys that people's browsers make (people/devices.ts); other keys are named by letters and digits alone. */
export const DEVICE_PREFIX = "device-";

export function isDevice({ apiKey }: Pick<KeyRecord, "apiKey">): boolean {
  return apiKey.startsWith(DEVICE_PREFIX);
}

export function keyShape(key: KeyRecord): object {
  return {
    apiKey: key.apiKey,
    account: key.account,
    kind: key.kind,
    permissions: key.permissions,
    ipAllowList: key.ipAllowList,
    expires: key.expiresUs === 0 ? null : Math.floor(key.expiresUs / 1_000),
    label: key.label,
    revoked: key.revoked,
    disabled: key.disabled === true,
  };
}
