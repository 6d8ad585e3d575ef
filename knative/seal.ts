/**
 * `npm run seal`: makes the exchange's secrets and seals them for one cluster, into the templates that overlays apply.
 *
 *     npm run seal                                   the certificate is asked of the cluster that kubectl speaks with
 *     npm run seal -- --cert sealing.pem             or given: `kubeseal --fetch-cert > sealing.pem`
 *     npm run seal -- --rotate tidebook-operator     makes one anew (with those that hold the same password)
 *
 * What is filled stays. The values themselves are nowhere but in the cluster, once it has unsealed them. A controller makes a
 * new key every month and keeps the old ones: back them up (`kubectl --namespace kube-system get secret --selector
 * sealedsecrets.bitnami.com/sealed-secrets-key --output yaml`), or what is sealed here opens nowhere when the cluster is gone.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fillTemplates } from "./sealed-templates.ts";
import { certificateKey } from "./sealing.ts";
import { makeSecretGroups } from "./secret-values.ts";

const TEMPLATES = ["components/sealed-secrets/app.yaml", "platform/secrets/sealed-secrets.yaml"];
const KUBECTL_TIMEOUT_MS = 30_000;

interface SealingKey {
  readonly metadata: { readonly creationTimestamp: string };
  readonly data: { readonly "tls.crt": string };
}

/** The newest of the controller's certificates. */
function certificateOfCluster(): string {
  const selector = "sealedsecrets.bitnami.com/sealed-secrets-key=active";
  const args = ["--namespace", "kube-system", "get", "secret", "--selector", selector, "--output", "json"];
  const text = execFileSync("kubectl", args, { encoding: "utf8", timeout: KUBECTL_TIMEOUT_MS });
  const keys = (JSON.parse(text) as { items: SealingKey[] }).items;
  keys.sort((a, b) => b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp));
  const [newest] = keys;
  if (newest === undefined) throw new Error("the cluster has no sealing key: is sealed-secrets installed?");
  return Buffer.from(newest.data["tls.crt"], "base64").toString("utf8");
}

try {
  const { values } = parseArgs({
    options: {
      cert: { type: "string" },
      rotate: { type: "string", multiple: true },
      /** The folder whose templates are filled; that of this file. */
      folder: { type: "string", default: import.meta.dirname },
    },
  });
  const certificate = values.cert === undefined ? certificateOfCluster() : readFileSync(values.cert, "utf8");
  const paths = TEMPLATES.map((name) => join(values.folder, name));
  const texts = paths.map((path) => readFileSync(path, "utf8"));
  const { texts: filled, sealed } = fillTemplates(
    texts,
    makeSecretGroups(),
    certificateKey(certificate),
    values.rotate,
  );
  for (const [index, path] of paths.entries()) writeFileSync(path, filled[index] ?? "");
  console.log(
    sealed.length === 0 ? "Nothing was empty." : `Sealed: ${sealed.join(", ")}.\nCommit the files below knative/.`,
  );
} catch (error) {
  console.error(`nothing is sealed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
