/**
 * Makes the secrets of a trial cluster: at random, in the cluster, once. Nothing is written to a disk, and what is there
 * already stays. Called by Skaffold's profile for kind, before anything is deployed:
 *
 *     node knative/kind-secrets.ts --context kind-kind
 *
 * Those in tidebook-data are the truth, and nobody else's manifests name them; those in tidebook are made from them. So the
 * end of `skaffold dev`, which takes the latter away, costs nothing: a new sealing key would make every API key useless.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";

const APP = "tidebook";
const DATA = "tidebook-data";
const REDIS_ROLES = ["engine", "edge", "operator", "stream"] as const;
const DATABASE = "tidebook";
/** Secrets that are one value, by name. */
const ONE_VALUE = {
  "tidebook-secrets": "TIDEBOOK_SEAL_KEY",
  "tidebook-internal": "TIDEBOOK_INTERNAL_TOKEN",
  "tidebook-operator": "TIDEBOOK_OPERATOR_TOKEN",
} as const;
const KUBECTL_TIMEOUT_MS = 30_000;

type Contents = Readonly<Record<string, string>>;

const { context = "" } = parseArgs({ options: { context: { type: "string" } } }).values;
if (!/^kind-/.test(context)) {
  console.error(
    `--context names a cluster of kind (kind-…), not "${context}": others take sealed secrets (npm run seal)`,
  );
  process.exit(2);
}

function kubectl(args: readonly string[], input = ""): string {
  const options = { input, encoding: "utf8", timeout: KUBECTL_TIMEOUT_MS, stdio: ["pipe", "pipe", "inherit"] } as const;
  return execFileSync("kubectl", ["--context", context, ...args], options);
}

/** null: not there, or an empty place (knative/components/kind-secrets). */
function readSecret(namespace: string, name: string): Contents | null {
  const text = kubectl(["--namespace", namespace, "get", "secret", name, "--ignore-not-found", "--output", "json"]);
  const data = text === "" ? {} : ((JSON.parse(text) as { data?: Contents }).data ?? {});
  const entries = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")]);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

/** @returns what is in the cluster afterwards. */
function ensureSecret(namespace: string, name: string, contents: Contents, type = "Opaque"): Contents {
  const present = readSecret(namespace, name);
  if (present !== null) return present;
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, type, stringData: contents };
  // Server-side: what others apply to the same object does not take the contents away.
  kubectl(
    ["apply", "--server-side", "--field-manager", "tidebook-kind-secrets", "--filename", "-"],
    JSON.stringify(secret),
  );
  console.log(JSON.stringify({ at: "kind-secrets", outcome: "made", namespace, name }));
  return contents;
}

function random(): string {
  return randomBytes(32).toString("hex");
}

const users = ensureSecret(
  DATA,
  "tidebook-valkey-users",
  Object.fromEntries(["default", ...REDIS_ROLES].map((role) => [role, random()])),
);
const owner = { username: DATABASE, password: random() };
const database = ensureSecret(DATA, "tidebook-pg-owner", owner, "kubernetes.io/basic-auth");

const own = ensureSecret(
  DATA,
  "tidebook-kind-secrets",
  Object.fromEntries(Object.keys(ONE_VALUE).map((name) => [name, random()])),
);

for (const role of REDIS_ROLES) {
  const REDIS_URL = `redis://${role}:${users[role]}@valkey.${DATA}:6379`;
  ensureSecret(APP, `tidebook-redis-${role}`, { REDIS_URL });
}
// The pooler's certificate is CloudNativePG's own: encrypted, and whom one speaks with is the NetworkPolicies' word.
const query = "sslmode=no-verify";
ensureSecret(APP, "tidebook-database", {
  DATABASE_URL: `postgresql://${database.username}:${database.password}@tidebook-pg-pooler.${DATA}:5432/${DATABASE}?${query}`,
});
for (const [name, key] of Object.entries(ONE_VALUE)) ensureSecret(APP, name, { [key]: own[name] ?? random() });
