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
import { parseArgs } from "node:util";
import { APP_NAMESPACE, DATA_NAMESPACE, databaseUrl, REDIS_ROLES, randomSecret, redisUrl } from "./secret-values.ts";

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

const users = ensureSecret(
  DATA_NAMESPACE,
  "tidebook-valkey-users",
  Object.fromEntries(["default", ...REDIS_ROLES].map((role) => [role, randomSecret()])),
);
const owner = { username: "tidebook", password: randomSecret() };
const database = ensureSecret(DATA_NAMESPACE, "tidebook-pg-owner", owner, "kubernetes.io/basic-auth");

const own = ensureSecret(
  DATA_NAMESPACE,
  "tidebook-kind-secrets",
  Object.fromEntries(Object.keys(ONE_VALUE).map((name) => [name, randomSecret()])),
);

for (const role of REDIS_ROLES)
  ensureSecret(APP_NAMESPACE, `tidebook-redis-${role}`, { REDIS_URL: redisUrl(role, users[role] ?? "") });
ensureSecret(APP_NAMESPACE, "tidebook-database", {
  DATABASE_URL: databaseUrl(database.username ?? "", database.password ?? ""),
});
for (const [name, key] of Object.entries(ONE_VALUE))
  ensureSecret(APP_NAMESPACE, name, { [key]: own[name] ?? randomSecret() });
