/** The ways in which a request can be signed, all but a few of them wrong; and who may then be answered. */
import { type Cast, hmac } from "./cast.ts";
import type { Chance } from "./chance.ts";

export const SIGNING_WAYS = [
  "right",
  "upper_case",
  "wrong",
  "truncated",
  "extended",
  "in_base64",
  "by_another_secret",
  "over_something_else",
  "old",
  "future",
  "missing",
  "empty",
  "twice",
  "without_a_key",
  "unknown_key",
  "key_in_the_wrong_case",
  "as_alice",
] as const;
export type SigningWay = (typeof SIGNING_WAYS)[number];

/** Legal ones: hexadecimal digits have no case. */
const MAY_SUCCEED: ReadonlySet<SigningWay> = new Set(["right", "upper_case"]);

export function mustBeRefused(way: SigningWay): boolean {
  return !MAY_SUCCEED.has(way);
}

/** Ways whose fault is the key; for the rest a key alone is good enough where nothing is signed. */
export function hasForeignKey(way: SigningWay): boolean {
  return way === "without_a_key" || way === "unknown_key" || way === "key_in_the_wrong_case";
}

const OLD_MS = 61_000;
/** Further than any answer takes. */
const AHEAD_MS = 60_000;

export function timestampOf(way: SigningWay): number {
  if (way === "old") return Date.now() - OLD_MS;
  return way === "future" ? Date.now() + AHEAD_MS : Date.now();
}

/** null: no key is shown. */
export function apiKeyOf(way: SigningWay, chance: Chance, cast: Cast): string | null {
  const { apiKey } = cast.malloryCredentials;
  switch (way) {
    case "without_a_key":
      return null;
    case "unknown_key":
      return chance.pick([chance.alphanumerics(64), chance.alphanumerics(3), "__proto__", `${apiKey}A`]);
    case "key_in_the_wrong_case":
      return swappedCase(apiKey);
    case "as_alice":
      return cast.known.apiKey;
    default:
      return apiKey;
  }
}

/** What goes behind `signature=`, of every time that it is sent. @param payload Latin-1. */
export function signaturesOf(way: SigningWay, payload: string, chance: Chance, cast: Cast): readonly string[] {
  const right = hmac(cast.malloryCredentials.apiSecret, payload);
  switch (way) {
    case "missing":
      return [];
    case "empty":
      return [""];
    case "twice":
      return [right, right];
    case "upper_case":
      return [right.toUpperCase()];
    case "wrong":
      return [chance.pick([right.replace(/./, (first) => (first === "0" ? "1" : "0")), "0".repeat(64), "%", "a\0"])];
    case "truncated":
      return [right.slice(0, chance.int(64))];
    case "extended":
      return [`${right}${chance.pick(["0", "00", "=", "%00", "%20"])}`];
    case "in_base64":
      return [encodeURIComponent(Buffer.from(right, "hex").toString("base64"))];
    case "by_another_secret":
      return [hmac(cast.bobCredentials.apiSecret, payload)];
    case "over_something_else":
      return [hmac(cast.malloryCredentials.apiSecret, `${payload}&quantity=1`)];
    default:
      return [right];
  }
}

function swappedCase(text: string): string {
  return [...text]
    .map((letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()))
    .join("");
}
