/** A key as operators and its own account see it: everything but the material. */
import type { KeyRecord } from "../../engine/domain/operator.ts";

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
