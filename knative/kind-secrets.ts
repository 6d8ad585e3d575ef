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
import {
  APP_NAMESPACE,
  DATA_NAMESPACE,
  databaseAddress,
  newDatabaseOwner,
  newPeopleOwner,
  newRedisUsers,
  ONE_VALUE,
  peopleAddress,
  randomSecret,
  redisUrls,
  type SecretContents,
} from "./secret-values.ts";

const KUBECTL_TIMEOUT_MS = 30_000;

type Contents = SecretContents["values"];

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
function ensureSecret({ namespace, name, values }: SecretContents, type = "Opaque"): Contents {
  const present = readSecret(namespace, name);
  if (present !== null) return present;
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, type, stringData: values };
  // Server-side: what others apply to the same object does not take the contents away.
  kubectl(
    ["apply", "--server-side", "--field-manager", "tidebook-kind-secrets", "--filename", "-"],
    JSON.stringify(secret),
  );
  console.log(JSON.stringify({ at: "kind-secrets", outcome: "made", namespace, name }));
  return values;
}

const users = ensureSecret(newRedisUsers());
const owner = ensureSecret(newDatabaseOwner(), "kubernetes.io/basic-auth");
const people = ensureSecret(newPeopleOwner(), "kubernetes.io/basic-auth");
const own = ensureSecret({
  namespace: DATA_NAMESPACE,
  name: "tidebook-kind-secrets",
  values: Object.fromEntries(Object.keys(ONE_VALUE).map((name) => [name, randomSecret()])),
});

for (const secret of [...redisUrls(users), databaseAddress(owner), peopleAddress(people)]) ensureSecret(secret);
for (const [name, key] of Object.entries(ONE_VALUE))
  ensureSecret({ namespace: APP_NAMESPACE, name, values: { [key]: own[name] ?? randomSecret() } });
