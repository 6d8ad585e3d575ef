/**
 * What we set in other people's charts is known to them, and says why. The charts' keys lie beside the project: where they
 * are not, these tests are skipped.
 */
import { describe, expect, test } from "vitest";
import {
  leafPaths,
  readValues,
  schemaBreaches,
  unknownValues,
  unreasonedValues,
  valuesFiles,
} from "./testing/helm-values.ts";
import { haveSchemas } from "./testing/schemas.ts";

const CHARTS = [
  "cert-manager",
  "cloudnative-pg",
  "cluster",
  "ingress-nginx",
  "keda",
  "knative-operator",
  "kube-prometheus-stack",
  "sealed-secrets",
  "traefik",
  "valkey",
];

test("there is one file of values for each chart that we install", () => {
  expect(valuesFiles().sort()).toEqual(CHARTS);
});

test("every value says why, on the line above it or above the block it is in", () => {
  expect(CHARTS.flatMap(unreasonedValues)).toEqual([]);
});

describe.skipIf(!haveSchemas)("by the charts' own keys (skipped where those are not there)", () => {
  for (const chart of CHARTS) {
    test(`${chart} takes every value that we set`, () => {
      const values = readValues(chart);
      expect([...unknownValues(chart, values), ...schemaBreaches(chart, values)]).toEqual([]);
    });
  }

  test("a value that a chart does not know is found, at any depth, and one of the wrong type where it says its types", () => {
    expect(unknownValues("cert-manager", { installCRD: true, crds: { enabled: true, kep: true } })).toEqual([
      "installCRD",
      "crds.kep",
    ]);
    expect(schemaBreaches("cert-manager", { crds: { enabled: "yes" } })).not.toEqual([]);
  });
});

test("what stands below an open map of the chart is the operator's own", () => {
  expect(leafPaths({ a: { "b.c/d": 1, e: {} }, f: [1] })).toEqual(["a.b\\.c/d", "a.e", "f"]);
});

const all = (): string => JSON.stringify(CHARTS.map(readValues));

test("the decisions that cost others dearly hold", () => {
  expect(all()).not.toContain("installCRDs");
  expect(readValues("cert-manager")).toMatchObject({ crds: { enabled: true } });
  expect(readValues("ingress-nginx")).toMatchObject({
    controller: { allowSnippetAnnotations: false, enableAnnotationValidations: true },
  });
  expect(readValues("sealed-secrets")).toMatchObject({ fullnameOverride: "sealed-secrets-controller" });
  const { prometheus } = readValues("kube-prometheus-stack") as {
    prometheus: { prometheusSpec: Record<string, unknown> };
  };
  const foreign = Object.entries(prometheus.prometheusSpec).filter(([name]) => /SelectorNilUsesHelmValues$/.test(name));
  expect(foreign.map(([, value]) => value)).toEqual(foreign.map(() => false));
  expect(foreign.length).toBeGreaterThanOrEqual(3);
  const valkey = JSON.stringify(readValues("valkey"));
  expect(valkey).toMatch(/noeviction/);
  expect(valkey).toMatch(/appendonly yes/);
  expect(valkey).toMatch(/appendfsync everysec/);
});
