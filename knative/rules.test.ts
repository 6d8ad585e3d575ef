/** Every rule finds what is planted for it, and finds nothing in a manifest that is good. */
import { expect, test } from "vitest";
import { EVENTING_RULES } from "./testing/eventing-rules.ts";
import type { Manifest } from "./testing/manifest.ts";
import { FUNCTION_RULES, OTHER_RULES, POD_RULES } from "./testing/own-rules.ts";
import { broken, type Rule } from "./testing/rule.ts";
import { durationSeconds, SERVICE_RULES } from "./testing/service-rules.ts";

const HARDENED = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};
const SCALING = "autoscaling.knative.dev/";

const GOOD: readonly Manifest[] = [
  {
    apiVersion: "serving.knative.dev/v1",
    kind: "Service",
    metadata: { name: "orders", namespace: "tidebook" },
    spec: {
      template: {
        metadata: {
          annotations: {
            [`${SCALING}min-scale`]: "0",
            [`${SCALING}max-scale`]: "20",
            [`${SCALING}metric`]: "concurrency",
            [`${SCALING}target`]: "64",
            [`${SCALING}window`]: "60s",
            [`${SCALING}scale-down-delay`]: "5m",
            [`${SCALING}activation-scale`]: "2",
          },
        },
        spec: {
          serviceAccountName: "orders",
          automountServiceAccountToken: false,
          containers: [
            {
              image: "tidebook-orders",
              envFrom: [{ configMapRef: { name: "tidebook-settings" } }],
              resources: { requests: { cpu: "250m", memory: "128Mi" }, limits: { memory: "256Mi" } },
              securityContext: HARDENED,
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: "eventing.knative.dev/v1",
    kind: "Trigger",
    metadata: { name: "persistence", namespace: "tidebook" },
    spec: {
      broker: "default",
      filters: [{ exact: { type: "tidebook.journal.batch.v1" } }],
      subscriber: { ref: { apiVersion: "serving.knative.dev/v1", kind: "Service", name: "persistence" } },
      delivery: {
        retry: 5,
        backoffPolicy: "exponential",
        backoffDelay: "PT0.5S",
        timeout: "PT30S",
        deadLetterSink: { ref: { apiVersion: "serving.knative.dev/v1", kind: "Service", name: "dead-letters" } },
      },
    },
  },
  {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: "tidebook",
      labels: Object.fromEntries(
        ["enforce", "warn", "audit"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]),
      ),
    },
  },
  { apiVersion: "v1", kind: "Secret", metadata: { name: "tidebook-secrets" } },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "leases" },
    rules: [{ apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get"] }],
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "reader" },
    subjects: [{ kind: "ServiceAccount", name: "prometheus", namespace: "monitoring" }],
  },
  {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "stream" },
    spec: {
      minReplicas: 2,
      maxReplicas: 10,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "stream" },
    },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "orders" },
    spec: { ingressClassName: "nginx", tls: [{ hosts: ["a.example"] }], rules: [{ host: "a.example" }] },
  },
];

const RULES: readonly Rule[] = [...SERVICE_RULES, ...EVENTING_RULES, ...POD_RULES, ...FUNCTION_RULES, ...OTHER_RULES];

test("a good manifest breaks no rule", () => {
  expect(GOOD.flatMap((good) => broken(RULES, good))).toEqual([]);
});

test("rules have names of their own, something planted each, and a manifest here to plant it in", () => {
  const ids = RULES.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(RULES.filter(({ plants }) => plants.length === 0).map(({ id }) => id)).toEqual([]);
  expect(RULES.filter((rule) => !GOOD.some(rule.applies)).map(({ id }) => id)).toEqual([]);
});

for (const rule of RULES) {
  test(`found: ${rule.id}`, () => {
    const good = GOOD.find(rule.applies) as Manifest;
    const found = rule.plants.map((plant) => {
      const bad = structuredClone(good);
      plant(bad);
      return broken([rule], bad);
    });
    expect(found).toEqual(rule.plants.map(() => [rule.id]));
  });
}

test("a duration is read as Go reads it", () => {
  expect(["0", "6s", "1h", "1m30s", "500ms", "0.5h", "1", "", "5 s", "-1s"].map(durationSeconds)).toEqual([
    0,
    6,
    3600,
    90,
    0.5,
    1800,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
});
