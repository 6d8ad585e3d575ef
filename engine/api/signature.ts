/**
 * Signatures over a request's raw bytes (trading-api.md §1.3). Nothing is decoded, sorted or encoded again.
 *
 * HMAC-SHA256 is hex in either case; RSA (PKCS#1 v1.5, SHA-256) and Ed25519 are base64, case-sensitive.
 */
import { createHmac, createPublicKey, createSecretKey, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import type { KeyRecord } from "../domain/operator.ts";

const HMAC_HEX_LENGTH = 64;

/** @param payload one character per byte. */
export function hmacSha256(secret: KeyObject | Uint8Array, payload: string): Buffer {
  return createHmac("sha256", secret).update(payload, "latin1").digest();
}

/** Whether `signature` is the key's over `payload`. Takes the same time wherever the first difference stands. */
export function signatureIsValid(kind: KeyRecord["kind"], key: KeyObject, payload: string, signature: string): boolean {
  switch (kind) {
    case "hmac_sha256": {
      if (signature.length !== HMAC_HEX_LENGTH) return false;
      // Buffer.from stops at the first character that is no hex digit: the length tells.
      const given = Buffer.from(signature, "hex");
      const expected = hmacSha256(key, payload);
      return given.length === expected.length && timingSafeEqual(given, expected);
    }
    case "ed25519":
      return verify(null, Buffer.from(payload, "latin1"), key, Buffer.from(signature, "base64"));
    case "rsa_sha256":
      return verify("sha256", Buffer.from(payload, "latin1"), key, Buffer.from(signature, "base64"));
  }
}

export const VERIFYING_KEYS_MAX = 10_000;

/**
 * Keys ready for use, by API key: unsealing a secret or parsing PEM for each request would cost more than the rest of
 * the edge. An entry is used only while the record still carries the material it was made of.
 */
export class VerifyingKeys {
  readonly #openSecret: (material: string) => Uint8Array;
  readonly #made = new Map<string, { readonly material: string; readonly key: KeyObject }>();

  constructor(openSecret: (material: string) => Uint8Array) {
    this.#openSecret = openSecret;
  }

  of(record: KeyRecord): KeyObject {
    const known = this.#made.get(record.apiKey);
    if (known !== undefined && known.material === record.material) return known.key;
    const key =
      record.kind === "hmac_sha256"
        ? createSecretKey(this.#openSecret(record.material))
        : createPublicKey(record.material);
    // The oldest entry goes: a Map keeps the order of insertion.
    if (this.#made.size >= VERIFYING_KEYS_MAX) this.#made.delete(this.#made.keys().next().value ?? "");
    this.#made.set(record.apiKey, { material: record.material, key });
    return key;
  }
}
