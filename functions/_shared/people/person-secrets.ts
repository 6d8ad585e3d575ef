/**
 * Secrets that a person holds: cookies, links, recovery codes. Shown once, kept as SHA-256 (I39).
 *
 * A plain hash and no scrypt: every one of them is chance of our own making, 80 bits or more, so whoever reads the table has
 * nothing to guess from; 80 bits at 10^12 hashes a second take 38,000 years. A slow hash protects words that people choose, of
 * which there are none here, and would be a lever for whoever wants to keep our processors busy.
 */
import { createHash, randomBytes } from "node:crypto";

const TOKEN_BYTES = 32;
const ID_BYTES = 12;
/** 16 letters of 5 bits. */
const CODE_BYTES = 16;
export const RECOVERY_CODES = 10;
/** Crockford's: without I, L, O and U. */
const CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_GROUP = 4;

export const TOKEN_PATTERN = /^[A-Za-z0-9_-]{43}$/;

/** 256 bits. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** Names a row, and gives no right: 96 bits, so that no two are alike. */
export function newId(): string {
  return randomBytes(ID_BYTES).toString("base64url");
}

/** 80 bits, like "7K2M-9XQ4-HT0R-VW3C". */
export function newRecoveryCode(): string {
  const letters = [...randomBytes(CODE_BYTES)].map((byte) => CODE_LETTERS[byte % CODE_LETTERS.length]).join("");
  return letters.match(new RegExp(`.{${CODE_GROUP}}`, "g"))!.join("-");
}

/** As it was typed: small letters, without hyphens, O for 0. null: no such code is made. */
export function recoveryCodeTyped(text: string): string | null {
  const letters = text.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  if (letters.length !== CODE_BYTES || [...letters].some((letter) => !CODE_LETTERS.includes(letter))) return null;
  return letters.match(new RegExp(`.{${CODE_GROUP}}`, "g"))!.join("-");
}

export function hashOf(kind: "session" | "link" | "purpose", text: string): string {
  return createHash("sha256").update(`tidebook ${kind}\n${text}`).digest("hex");
}

/** Of one person: the same code of another is another hash. */
export function codeHashOf(person: string, code: string): string {
  return createHash("sha256").update(`tidebook code\n${person}\n${code}`).digest("hex");
}
