/** Sealed secrets and random texts. */
import { expect, test } from "vitest";
import { randomText } from "./random-text.ts";
import { openSecret, SEALING_KEY_BYTES, sealSecret } from "./seal.ts";

const KEY = new Uint8Array(SEALING_KEY_BYTES).fill(3);

test("a sealed secret opens under its key, and looks different each time", () => {
  const one = sealSecret(KEY, "the secret");
  const other = sealSecret(KEY, "the secret");
  expect([one === other, ...[one, other].map((sealed) => Buffer.from(openSecret(KEY, sealed)).toString())]).toEqual([
    false,
    "the secret",
    "the secret",
  ]);
});

test("under another key, or with any one bit changed, it does not open", () => {
  const sealed = Buffer.from(sealSecret(KEY, "the secret"), "base64");
  expect(() => openSecret(new Uint8Array(SEALING_KEY_BYTES), sealed.toString("base64"))).toThrow();
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const damaged = Buffer.from(sealed);
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(() => openSecret(KEY, damaged.toString("base64")), `bit ${bit}`).toThrow();
  }
  expect(() => openSecret(KEY, "")).toThrow("not a sealed secret");
});

test("random texts have their length, letters and digits only, and do not repeat", () => {
  const texts = Array.from({ length: 2_000 }, () => randomText(22));
  expect(texts.filter((text) => !/^[A-Za-z0-9]{22}$/.test(text))).toEqual([]);
  expect(new Set(texts).size).toBe(2_000);
  expect([randomText(0), randomText(10_000).length]).toEqual(["", 10_000]);
});
