/**
 * Makes a key, for an operator or for its own account. An HMAC secret is shown in this one answer and sealed before it
 * becomes part of the command; of the other kinds we never have more than the public half.
 */
import type { KeyPermission } from "../../engine/domain/operator.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import { type KeyKind, publicKeyPem } from "./key-material.ts";
import { submitOperator } from "./submit.ts";
import { ill } from "./terms.ts";

const API_KEY_LENGTH = 64;
const SECRET_LENGTH = 64;

export interface NewKey {
  readonly account: number;
  readonly kind: KeyKind;
  /** PEM; for ed25519 and rsa_sha256. */
  readonly publicKey?: string | undefined;
  readonly permissions: readonly KeyPermission[];
  readonly ipAllowList: readonly string[];
  /** ms since 1970; 0: never. */
  readonly expires: number;
  readonly label: string;
}

export interface MadeKey {
  readonly account: number;
  readonly apiKey: string;
  /** Of an HMAC key. */
  readonly apiSecret?: string;
  readonly kind: KeyKind;
  readonly permissions: readonly KeyPermission[];
}

export async function makeKey(deps: EdgeDeps, wanted: NewKey): Promise<MadeKey> {
  const { account, kind, permissions, ipAllowList, label } = wanted;
  const { material, shown } = materialOf(deps, wanted);
  const apiKey = deps.randomText(API_KEY_LENGTH);
  await submitOperator(deps, {
    type: "register_key",
    account,
    apiKey,
    kind,
    material,
    permissions,
    ipAllowList,
    expiresUs: wanted.expires * 1_000,
    label,
  });
  return { account, apiKey, ...shown, kind, permissions };
}

function materialOf(
  deps: EdgeDeps,
  { kind, publicKey }: NewKey,
): { readonly material: string; readonly shown: Pick<MadeKey, "apiSecret"> } {
  if (kind === "hmac_sha256") {
    if (publicKey !== undefined) throw ill("publicKey", "goes with ed25519 and rsa_sha256 alone");
    const apiSecret = deps.randomText(SECRET_LENGTH);
    return { material: deps.operator.sealSecret(apiSecret), shown: { apiSecret } };
  }
  if (publicKey === undefined) throw ill("publicKey", `is missing: a key of kind ${kind} is made from its public half`);
  return { material: publicKeyPem(kind, publicKey), shown: {} };
}
