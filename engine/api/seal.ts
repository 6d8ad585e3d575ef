/**
 * Secrets of HMAC keys, sealed before they become part of a command: AES-256-GCM under a key from the environment.
 *
 * Sealed form, base64: one byte version, 12 bytes nonce, the ciphertext, 16 bytes tag. The journal, the snapshot and
 * Redis carry only this; an edge that holds the sealing key opens it.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { assert } from "../domain/assert.ts";

export const SEALING_KEY_BYTES = 32;
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES;

export function sealSecret(sealingKey: Uint8Array, secret: string): string {
  assert(sealingKey.length === SEALING_KEY_BYTES, "a sealing key has 32 bytes");
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", sealingKey, nonce);
  const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), nonce, sealed, cipher.getAuthTag()]).toString("base64");
}

/** @throws when the material is damaged or was sealed under another key. */
export function openSecret(sealingKey: Uint8Array, material: string): Uint8Array {
  assert(sealingKey.length === SEALING_KEY_BYTES, "a sealing key has 32 bytes");
  const bytes = Buffer.from(material, "base64");
  if (bytes.length < HEADER_BYTES + TAG_BYTES || bytes[0] !== VERSION) throw new Error("not a sealed secret");
  const decipher = createDecipheriv("aes-256-gcm", sealingKey, bytes.subarray(1, HEADER_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES, bytes.length - TAG_BYTES)), decipher.final()]);
}
