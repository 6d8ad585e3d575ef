/**
 * `npm run seal` fills every template with values that open in the named cluster under the secret's own name, and that fit
 * together; the templates of the tree are what the code makes.
 */
import { execFileSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fillTemplates } from "./sealed-templates.ts";
import { unseal } from "./sealing.ts";
import { makeSecretGroups } from "./secret-values.ts";
import { type Manifest, parseManifests } from "./testing/manifest.ts";

const FILES = ["components/sealed-secrets/app.yaml", "platform/secrets/sealed-secrets.yaml"];
const templates = (): string[] => FILES.map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

function sealedSecrets(texts: readonly string[]): Manifest[] {
  return texts.flatMap(parseManifests).filter(({ kind }) => kind === "SealedSecret");
}

/** As the controller leaves it: namespace/name.key → value. */
function opened(texts: readonly string[], key: KeyObject): Record<string, string> {
  return Object.fromEntries(
    sealedSecrets(texts).flatMap(({ metadata: { namespace = "", name }, spec }) =>
      Object.entries(spec.encryptedData as Record<string, string>).map(([field, value]) => [
        `${namespace}/${name}.${field}`,
        unseal(key, { namespace, name }, value),
      ]),
    ),
  );
}

test("every place is filled, opens under its own name, and both sides of a password agree", () => {
  const { texts, sealed } = fillTemplates(templates(), makeSecretGroups(), publicKey);
  expect(sealed.length).toBe(sealedSecrets(templates()).length);
  const values = opened(texts, privateKey);
  for (const role of ["engine", "edge", "operator", "stream"]) {
    const password = values[`tidebook-data/tidebook-valkey-users.${role}`];
    expect(values[`tidebook/tidebook-redis-${role}.REDIS_URL`]).toBe(
      `redis://${role}:${password}@valkey.tidebook-data:6379`,
    );
  }
  const addresses = [
    ["tidebook/tidebook-database.DATABASE_URL", "tidebook-data/tidebook-pg-owner"],
    ["tidebook/tidebook-people.TIDEBOOK_PEOPLE_DATABASE_URL", "tidebook-data/tidebook-pg-people"],
  ];
  for (const [address = "", owner] of addresses) {
    const url = new URL(values[address] ?? "");
    expect([url.username, url.password]).toEqual([values[`${owner}.username`], values[`${owner}.password`]]);
  }
  expect(values["tidebook/tidebook-secrets.TIDEBOOK_SEAL_KEY"]).toMatch(/^[0-9a-f]{64}$/);
  const secrets = Object.entries(values).filter(([name]) => /password|_KEY|_TOKEN|users\./.test(name));
  expect(new Set(secrets.map(([, value]) => value)).size).toBe(secrets.length);
});

test("what is filled stays, what is rotated is made anew with those that hold the same, and comments stay", () => {
  const first = fillTemplates(templates(), makeSecretGroups(), publicKey);
  const again = fillTemplates(first.texts, makeSecretGroups(), publicKey);
  expect([again.sealed, again.texts]).toEqual([[], first.texts]);
  const rotated = fillTemplates(first.texts, makeSecretGroups(), publicKey, ["tidebook-pg-owner"]);
  expect(rotated.sealed).toEqual(["tidebook-data/tidebook-pg-owner", "tidebook/tidebook-database"]);
  const [before, after] = [opened(first.texts, privateKey), opened(rotated.texts, privateKey)];
  const changed = Object.keys(before).filter((name) => before[name] !== after[name]);
  expect(changed.sort()).toEqual([
    "tidebook-data/tidebook-pg-owner.password",
    "tidebook/tidebook-database.DATABASE_URL",
  ]);
  const comments = (texts: readonly string[]): string[] => texts.flatMap((text) => text.match(/^#.*$/gm) ?? []);
  expect(comments(rotated.texts)).toEqual(comments(templates()));
});

test("a template that the code does not know, and a secret without a template, are refused by name", () => {
  const [app = "", platform = ""] = templates();
  const renamed = app.replace("tidebook-internal", "tidebook-inner");
  expect(() => fillTemplates([renamed, platform], makeSecretGroups(), publicKey)).toThrow(
    /tidebook-inner, tidebook\/tidebook-internal/,
  );
  const extra = platform.replace('    edge: ""', '    edge: ""\n    intruder: ""');
  expect(() => fillTemplates([app, extra], makeSecretGroups(), publicKey)).toThrow(/intruder/);
  expect(() => fillTemplates([app, platform], makeSecretGroups(), publicKey, ["nobody"])).toThrow(/nobody/);
});

const folder = mkdtempSync(join(tmpdir(), "tidebook-seal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the command seals by a certificate's file, and says what is wrong with one that is none", () => {
  const [cert, key] = ["cert.pem", "key.pem"].map((name) => join(folder, name)) as [string, string];
  const subject = ["-subj", "/CN=sealed-secrets", "-days", "2", "-nodes"];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", cert, ...subject], {
    stdio: "ignore",
  });
  for (const name of FILES) cpSync(join(import.meta.dirname, name), join(folder, name), { recursive: true });
  const run = (...args: string[]): string =>
    execFileSync(process.execPath, [join(import.meta.dirname, "seal.ts"), "--folder", folder, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  expect(run("--cert", cert)).toContain("tidebook/tidebook-operator");
  const texts = FILES.map((name) => readFileSync(join(folder, name), "utf8"));
  expect(Object.values(opened(texts, createPrivateKey(readFileSync(key)))).every((value) => value !== "")).toBe(true);
  expect(run("--cert", cert)).toBe("Nothing was empty.\n");
  writeFileSync(cert, "no certificate");
  expect(() => run("--cert", cert)).toThrow(/nothing is sealed/);
});
