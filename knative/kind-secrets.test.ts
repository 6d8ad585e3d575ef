/** Secrets of a trial cluster, made against a kubectl of the test's own that keeps what it is given in a folder. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseManifests } from "./testing/manifest.ts";
import { KNATIVE } from "./testing/render.ts";

const SCRIPT = join(KNATIVE, "kind-secrets.ts");
/** kubectl get secret …, kubectl apply --filename -; a secret is a file `namespace.name`. */
const FAKE_KUBECTL = `#!${process.execPath}
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const args = process.argv.slice(2);
const file = (namespace, name) => __dirname + "/" + namespace + "." + name + ".json";
if (args.includes("get")) {
  const path = file(args[args.indexOf("--namespace") + 1], args[args.indexOf("secret") + 1]);
  if (existsSync(path)) process.stdout.write(readFileSync(path));
} else {
  const { metadata, stringData } = JSON.parse(readFileSync(0, "utf8"));
  const data = Object.fromEntries(Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
  writeFileSync(file(metadata.namespace, metadata.name), JSON.stringify({ metadata, data }));
}
`;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kind-secrets-"));
  writeFileSync(join(folder, "kubectl"), FAKE_KUBECTL);
  chmodSync(join(folder, "kubectl"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const environment = () => ({ ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` });

function make(): void {
  execFileSync(process.execPath, [SCRIPT, "--context", "kind-kind"], { env: environment(), timeout: 60_000 });
}

/** `namespace/name` → contents. */
function cluster(): Record<string, Record<string, string>> {
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return Object.fromEntries(
    files.map((name) => {
      const { metadata, data } = JSON.parse(readFileSync(join(folder, name), "utf8"));
      const contents = Object.entries(data as Record<string, string>).map(([key, value]) => [
        key,
        Buffer.from(value, "base64").toString("utf8"),
      ]);
      return [`${metadata.namespace}/${metadata.name}`, Object.fromEntries(contents)];
    }),
  );
}

test("every secret that the trial cluster's manifests name is made, and no two values of one namespace are alike", () => {
  make();
  const named = parseManifests(readFileSync(join(KNATIVE, "components", "kind-secrets", "secrets.yaml"), "utf8")).map(
    ({ metadata }) => `${metadata.namespace}/${metadata.name}`,
  );
  const made = cluster();
  expect(named.filter((name) => made[name] === undefined)).toEqual([]);
  for (const namespace of ["tidebook/", "tidebook-data/"]) {
    const own = Object.entries(made).filter(([name]) => name.startsWith(namespace));
    const values = own.flatMap(([, contents]) => Object.values(contents));
    expect(new Set(values).size).toBe(values.length);
  }
  expect(made["tidebook/tidebook-secrets"]?.TIDEBOOK_SEAL_KEY).toMatch(/^[0-9a-f]{64}$/);
});

test("an address carries the password that its server knows", () => {
  make();
  const made = cluster();
  const users = made["tidebook-data/tidebook-valkey-users"] ?? {};
  for (const role of ["engine", "edge", "operator", "stream"]) {
    const { username, password, host } = new URL(made[`tidebook/tidebook-redis-${role}`]?.REDIS_URL ?? "");
    expect([username, password, host]).toEqual([role, users[role], "valkey.tidebook-data:6379"]);
  }
  const addresses = [
    [made["tidebook/tidebook-database"]?.DATABASE_URL, made["tidebook-data/tidebook-pg-owner"]],
    [made["tidebook/tidebook-people"]?.TIDEBOOK_PEOPLE_DATABASE_URL, made["tidebook-data/tidebook-pg-people"]],
  ] as const;
  for (const [address, owner] of addresses) {
    const { username, password, host, pathname } = new URL(address ?? "");
    expect({ username, password }).toEqual(owner);
    expect(host + pathname).toBe("tidebook-pg-pooler.tidebook-data:5432/tidebook");
  }
});

test("what is there stays, and what Skaffold takes away is made again as it was", () => {
  make();
  const before = cluster();
  for (const name of readdirSync(folder)) if (name.startsWith("tidebook.")) rmSync(join(folder, name));
  make();
  expect(cluster()).toEqual(before);
});

test("a cluster that is not kind's is left alone", () => {
  const { status, stderr } = spawnSync(process.execPath, [SCRIPT, "--context", "gke_p_z_c"], {
    env: environment(),
    encoding: "utf8",
    timeout: 60_000,
  });
  expect([status, stderr.includes("npm run seal"), cluster()]).toEqual([2, true, {}]);
});
