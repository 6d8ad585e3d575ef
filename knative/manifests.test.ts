/**
 * Every manifest of every overlay, rendered as a cluster would get it: the strict schemas, the webhooks' verdicts, our own
 * rules, and that every name leads somewhere. Skipped where neither kubectl nor kustomize is installed.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { EVENTING_RULES } from "./testing/eventing-rules.ts";
import { readValues } from "./testing/helm-values.ts";
import { containersOf, groupOf, isKnativeService, type Manifest, nameOf, parseManifests } from "./testing/manifest.ts";
import { FUNCTION_RULES, OTHER_RULES, POD_RULES } from "./testing/own-rules.ts";
import { brokenServices, danglingReferences, unusedAccounts } from "./testing/references.ts";
import { canRender, KNATIVE, OVERLAYS, render } from "./testing/render.ts";
import { broken } from "./testing/rule.ts";
import { haveSchemas, schemaMistakes } from "./testing/schemas.ts";
import { SERVICE_RULES } from "./testing/service-rules.ts";

const RULES = [...SERVICE_RULES, ...EVENTING_RULES, ...POD_RULES, ...FUNCTION_RULES, ...OTHER_RULES];
const FUNCTIONS = join(KNATIVE, "..", "functions");

/** What appears in a cluster without a manifest of ours, and who makes it. */
const MADE_BY_OTHERS: readonly RegExp[] = [
  // cert-manager, from a Certificate or an Ingress' annotation.
  /^Secret [a-z-]+\/[a-z-]+-tls$/,
  // CloudNativePG, beside a Cluster.
  /^Secret tidebook-data\/tidebook-pg-(app|superuser)$/,
  // Knative Serving's networking layer and the operator.
  /^Service (kourier-system|traefik)\//,
];

function yamlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function functionNames(): string[] {
  return readdirSync(FUNCTIONS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("_"))
    .map(({ name }) => name)
    .sort();
}

describe.skipIf(!canRender)("rendered (skipped without kubectl or kustomize)", () => {
  for (const overlay of OVERLAYS) {
    const manifests = (): readonly Manifest[] => render(`overlays/${overlay}`);

    test.skipIf(!haveSchemas)(
      `${overlay}: every manifest passes its strict schema (skipped without the schemas)`,
      () => {
        expect(manifests().flatMap(schemaMistakes)).toEqual([]);
      },
    );

    test(`${overlay}: no rule is broken`, () => {
      const found = manifests().flatMap((manifest) =>
        broken(RULES, manifest).map((rule) => `${nameOf(manifest)}: ${rule}`),
      );
      expect(found).toEqual([]);
    });

    test(`${overlay}: every name leads somewhere, every account is used, every service reaches a port`, () => {
      const outside = { exists: (named: string) => MADE_BY_OTHERS.some((pattern) => pattern.test(named)) };
      expect(danglingReferences(manifests(), outside)).toEqual([]);
      expect(unusedAccounts(manifests())).toEqual([]);
      expect(brokenServices(manifests())).toEqual([]);
    });

    test(`${overlay}: nothing is there twice, and everything of ours has its namespace`, () => {
      const names = manifests().map((manifest) => `${groupOf(manifest)} ${nameOf(manifest)}`);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
      const clusterWide = [
        "Namespace",
        "ClusterIssuer",
        "StorageClass",
        "GatewayClass",
        "ClusterRole",
        "PriorityClass",
      ];
      const homeless = manifests().filter(
        ({ kind, metadata }) => metadata.namespace === undefined && !clusterWide.includes(kind),
      );
      expect(homeless.map(nameOf)).toEqual([]);
    });

    test(`${overlay}: every function is a Knative Service of its name, and every Knative Service a function`, () => {
      const services = manifests().filter(isKnativeService);
      expect(services.map(({ metadata }) => metadata.name).sort()).toEqual(functionNames());
    });

    test(`${overlay}: the engine has its volume for itself, all it asks for, and time to read its journal`, () => {
      const engine = manifests().find(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === "engine");
      const [container] = containersOf(engine as Manifest);
      expect(container.resources.limits).toEqual(container.resources.requests);
      const { volumeClaimTemplates, replicas, persistentVolumeClaimRetentionPolicy } = (engine as Manifest).spec;
      expect(replicas ?? 1).toBe(1);
      expect(volumeClaimTemplates.map(({ spec }: Manifest) => spec.accessModes)).toEqual([
        [overlay === "kind" ? "ReadWriteOnce" : "ReadWriteOncePod"],
      ]);
      expect(persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: "Retain", whenScaled: "Retain" });
      const { failureThreshold, periodSeconds } = container.startupProbe;
      // A million records a second: a quarter of an hour is more than a year's journal without a snapshot.
      expect(failureThreshold * periodSeconds).toBeGreaterThanOrEqual(300);
      const budget = manifests().find(
        ({ kind, metadata }) => kind === "PodDisruptionBudget" && metadata.name === "engine",
      );
      expect(budget?.spec.maxUnavailable).toBe(1);
    });

    test(`${overlay}: all connections of all functions at once fit the pooler, and the pooler's fit Postgres`, () => {
      const connections = manifests()
        .filter((manifest) => isKnativeService(manifest) && POOLED.test(JSON.stringify(manifest)))
        .map(({ metadata: { name }, spec }) => {
          const scale = Number(spec.template.metadata.annotations["autoscaling.knative.dev/max-scale"]);
          return scale * (POOLS[name] ?? 1) * POOL_CONNECTIONS_MAX;
        })
        .reduce((sum, each) => sum + each, 0);
      const pooler = manifests().find(({ kind }) => kind === "Pooler") as Manifest;
      const { max_client_conn: clients, max_db_connections: servers } = pooler.spec.pgbouncer.parameters;
      expect(connections).toBeGreaterThan(0);
      // Through one instance while the other is away, and twice while new revisions take over.
      expect(2 * connections).toBeLessThanOrEqual(Number(clients));
      // Postgres itself is the chart's, so that taking the application away leaves it where it is.
      const { cluster } = readValues("cluster") as { cluster: Manifest["spec"] };
      expect(Number(servers) * pooler.spec.instances).toBeLessThan(
        Number(cluster.postgresql.parameters.max_connections),
      );
    });
  }

  test("what belongs to one cloud stands in that cloud's overlay alone", () => {
    const CLOUD_WORDS: Readonly<Record<string, RegExp>> = {
      gke: /gke\.io|cloud\.google\.com|iam\.gke|standard-rwo|premium-rwo/,
      aks: /azure/i,
      eks: /eks\.amazonaws|aws-load-balancer|karpenter|"gp3"/,
    };
    const leaks = OVERLAYS.flatMap((overlay) =>
      Object.entries(CLOUD_WORDS)
        .filter(([cloud]) => cloud !== overlay)
        .flatMap(([, words]) =>
          render(`overlays/${overlay}`).filter((manifest) => words.test(JSON.stringify(manifest))),
        )
        .map((manifest) => `${overlay}: ${nameOf(manifest)}`),
    );
    expect(leaks).toEqual([]);
  });
});

/** The secrets that lead to the pooler. */
const POOLED = /"tidebook-(database|people)"/;
/** Of funding: for history, for withdrawals, for people. */
const POOLS: Readonly<Record<string, number>> = { funding: 3 };
/** functions/_shared/database.ts: connections of one pool. */
const POOL_CONNECTIONS_MAX = 4;

const files = yamlFiles(KNATIVE);

test("every annotation that scales, every limit and every probe's number says why, on the line above its block", () => {
  const NUMBERS =
    /^\s*(autoscaling\.knative\.dev\/[\w-]+|containerConcurrency|timeoutSeconds|terminationGracePeriodSeconds|retry|timeout|backoffDelay|maxUnavailable|maxReplicas|minReplicas|failureThreshold):/;
  const unreasoned = files.flatMap((path) => {
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.flatMap((line, at) => {
      if (!NUMBERS.test(line) || /^\s*#/.test(lines[at - 1] ?? "")) return [];
      return [`${relative(KNATIVE, path)}:${at + 1} ${line.trim()}`];
    });
  });
  expect(unreasoned).toEqual([]);
});

test("no file of the tree holds a secret", () => {
  const secrets = files
    .filter((path) => !/kustomization\.yaml$|\.patch\.yaml$/.test(path))
    .flatMap((path) =>
      parseManifests(readFileSync(path, "utf8"))
        .filter(({ kind, data, stringData }) => kind === "Secret" && (data ?? stringData) !== undefined)
        .map((manifest) => `${relative(KNATIVE, path)}: ${nameOf(manifest)}`),
    );
  expect(secrets).toEqual([]);
});

test("no file names the retired controller's old versions or lets snippets in", () => {
  const wrong = files.filter((path) =>
    /controller-v1\.(\d|1[0-3])\.|allowSnippetAnnotations: true|installCRDs/.test(readFileSync(path, "utf8")),
  );
  expect(wrong).toEqual([]);
});
