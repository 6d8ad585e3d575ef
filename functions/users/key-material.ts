/**
 * What a new key is made of: a secret that we choose (HMAC), or the public half that its owner sends (Ed25519, RSA).
 *
 * A public key is taken as PEM (SPKI), with or without line breaks, and kept as this process would write it, so that one
 * key has one form.
 */
import { createPublicKey, type KeyObject } from "node:crypto";
import { ill } from "./terms.ts";

export const KEY_KINDS = ["hmac_sha256", "ed25519", "rsa_sha256"] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

const RSA_BITS_MIN = 2_048;
const RSA_BITS_MAX = 4_096;
const PEM_HEAD = "-----BEGIN PUBLIC KEY-----";
const PEM_END = "-----END PUBLIC KEY-----";

/** @throws Refusal where the text is no public key of that kind, or one of a length that is not taken. */
export function publicKeyPem(kind: Exclude<KeyKind, "hmac_sha256">, sent: string): string {
  const key = publicKeyOf(sent);
  const wanted = kind === "ed25519" ? "ed25519" : "rsa";
  if (key === null || key.asymmetricKeyType !== wanted) throw ill("publicKey", `is no ${wanted} public key in PEM`);
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX))
    throw ill("publicKey", `has ${bits} bits, not ${RSA_BITS_MIN} to ${RSA_BITS_MAX}`);
  return key.export({ type: "spki", format: "pem" }).toString();
}

/** null: not a public key, or a private one, which nobody should have sent. */
function publicKeyOf(sent: string): KeyObject | null {
  const text = sent.trim();
  if (!text.startsWith(PEM_HEAD) || !text.endsWith(PEM_END)) return null;
  const body = text.slice(PEM_HEAD.length, -PEM_END.length).replaceAll(/\s/g, "");
  try {
    return createPublicKey({ key: Buffer.from(body, "base64"), format: "der", type: "spki" });
  } catch {
    // Not the encoding of a key: the sender's mistake, which the caller names.
    return null;
  }
}
