/**
 * Sealed Secrets' format, written and read: what only the controller of one cluster can open, for one name in one namespace.
 *
 * base64 of: two bytes (big endian) length of the sealed session key · the session key (32 random bytes) by RSA-OAEP with
 * SHA-256 and the scope as label · the value by AES-256-GCM with a nonce of zeros (a session key seals once) and its tag.
 * Source: pkg/crypto/crypto.go of sealed-secrets 0.36.
 */
import {
  constants,
  createCipheriv,
  createDecipheriv,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from "node:crypto";

const SESSION_KEY_BYTES = 32;
const TAG_BYTES = 16;
const NONCE = Buffer.alloc(12);

export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** The strict scope: the secret opens under this name in this namespace alone. */
function labelOf({ namespace, name }: SecretName): Buffer {
  return Buffer.from(`${namespace}/${name}`);
}

/** The controller's certificate, as `kubeseal --fetch-cert` prints it. @throws when it is none. */
export function certificateKey(pem: string): KeyObject {
  return new X509Certificate(pem).publicKey;
}

export function seal(publicKey: KeyObject, secret: SecretName, value: string): string {
  const sessionKey = randomBytes(SESSION_KEY_BYTES);
  const sealedKey = publicEncrypt(
    { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256", oaepLabel: labelOf(secret) },
    sessionKey,
  );
  const cipher = createCipheriv("aes-256-gcm", sessionKey, NONCE);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(sealedKey.length);
  return Buffer.concat([length, sealedKey, cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()]).toString(
    "base64",
  );
}

/** What the controller does. @throws when it was sealed for another key, name or namespace, or changed since. */
export function unseal(privateKey: KeyObject, secret: SecretName, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64");
  const keyEnd = 2 + bytes.readUInt16BE(0);
  const sessionKey = privateDecrypt(
    { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256", oaepLabel: labelOf(secret) },
    bytes.subarray(2, keyEnd),
  );
  const decipher = createDecipheriv("aes-256-gcm", sessionKey, NONCE, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(keyEnd, -TAG_BYTES)), decipher.final()]).toString("utf8");
}
