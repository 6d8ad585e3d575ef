/** A sealed value opens with the controller's key under its own name, and under no other. */
import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { seal, unseal } from "./sealing.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 4096 });
const NAME = { namespace: "tidebook", name: "tidebook-secrets" };

test("what is sealed is unsealed under its own name and namespace", () => {
  for (const value of ["", "a", "redis://edge:p%40ss@valkey:6379", "ключ\n".repeat(1000)]) {
    expect(unseal(privateKey, NAME, seal(publicKey, NAME, value))).toBe(value);
  }
});

test("sealed twice it is never the same text", () => {
  expect(seal(publicKey, NAME, "a")).not.toBe(seal(publicKey, NAME, "a"));
});

test("another name, another namespace, another key and a changed byte do not open", () => {
  const sealed = seal(publicKey, NAME, "a");
  const changed = Buffer.from(sealed, "base64");
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  expect(() => unseal(privateKey, { ...NAME, name: "other" }, sealed)).toThrow();
  expect(() => unseal(privateKey, { ...NAME, namespace: "default" }, sealed)).toThrow();
  expect(() => unseal(other, NAME, sealed)).toThrow();
  expect(() => unseal(privateKey, NAME, changed.toString("base64"))).toThrow();
});
