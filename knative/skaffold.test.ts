/**
 * skaffold.yaml: what it builds and deploys is there, in an order that works. Its schema lies beside the project: where it
 * is not, that test is skipped.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { IMAGES } from "../engine/images/workloads.ts";
import { knownVersion } from "./testing/helm-values.ts";
import { OVERLAYS } from "./testing/render.ts";
import { compile, haveSchemas, readSchema } from "./testing/schemas.ts";

const PROJECT = resolve(import.meta.dirname, "..");

// biome-ignore lint/suspicious/noExplicitAny: the schema's test says what is in it.
type Config = any;

function configs(): Config[] {
  const text = readFileSync(join(PROJECT, "skaffold.yaml"), "utf8");
  return parseAllDocuments(text, { uniqueKeys: true }).map((document) => document.toJS());
}

function read(path: string): string {
  return readFileSync(join(PROJECT, path), "utf8");
}

/** The config itself and every profile of it: each may name images, files and charts. */
function parts(config: Config): Config[] {
  return [config, ...(config.profiles ?? [])];
}

const allParts = (): Config[] => configs().flatMap(parts);

test.skipIf(!haveSchemas)("every module passes Skaffold's schema (skipped where it is not there)", () => {
  const validate = compile(readSchema("other", "skaffold-v4beta14.json"));
  expect(configs().flatMap((config) => (validate(config) ? [] : (validate.errors ?? [])))).toEqual([]);
  expect(configs().map(({ apiVersion }) => apiVersion)).toEqual(configs().map(() => "skaffold/v4beta14"));
  expect(validate({ ...configs()[0], biuld: {} })).toBe(false);
});

test("modules stand in the order platform, data, app, each requiring the one before it", () => {
  const order = configs().map(({ metadata, requires = [] }) => [
    metadata.name,
    requires.flatMap(({ configs: names = [] }: { configs?: string[] }) => names),
  ]);
  expect(order).toEqual([
    ["platform", []],
    ["data", ["platform"]],
    ["app", ["data"]],
  ]);
});

test("the images are those of the workloads, each a target of the Dockerfile", () => {
  const artifacts = allParts().flatMap(({ build }) => build?.artifacts ?? []);
  const images = artifacts.map(({ image }: { image: string }) => image);
  expect([...new Set(images)].sort()).toEqual(IMAGES.map(({ name }) => `tidebook-${name}`).sort());
  const targets = new Set([...read("Dockerfile").matchAll(/^FROM .* AS ([a-z-]+)$/gim)].map(([, name = ""]) => name));
  const missing = artifacts.filter(
    ({ image, docker }: { image: string; docker?: { target?: string } }) =>
      docker?.target === undefined || !targets.has(docker.target) || image !== `tidebook-${docker.target}`,
  );
  expect(missing).toEqual([]);
});

test("every file and folder that it names is there", () => {
  const named = allParts().flatMap(({ manifests, deploy, build }) => [
    ...(manifests?.kustomize?.paths ?? []),
    ...(manifests?.rawYaml ?? []),
    ...(deploy?.helm?.releases ?? []).flatMap(({ valuesFiles = [] }: { valuesFiles?: string[] }) => valuesFiles),
    ...(build?.artifacts ?? []).map(({ docker }: Config) => docker?.dockerfile ?? "Dockerfile"),
  ]);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
});

interface Release {
  readonly name: string;
  readonly remoteChart: string;
  readonly version?: string;
}

const releases = (): Release[] => allParts().flatMap(({ deploy }) => deploy?.helm?.releases ?? []);

test("every chart is pinned to a version, and comes from its own public repository", () => {
  expect(releases().filter(({ version }) => !/^v?\d+\.\d+\.\d+$/.test(version ?? ""))).toEqual([]);
  expect(
    releases().filter((release) => !/^https:\/\/|^oci:\/\//.test((release as Config).repo ?? release.remoteChart)),
  ).toEqual([]);
});

test.skipIf(!haveSchemas)(
  "a chart's version is the one whose keys are known (skipped where those are not there)",
  () => {
    const differing = releases().filter(({ remoteChart, version }) => {
      const chart = remoteChart.split("/").at(-1) ?? "";
      return knownVersion(chart).replace(/^v/, "") !== version?.replace(/^v/, "");
    });
    expect(differing).toEqual([]);
  },
);

test("each kind of cluster has a profile that deploys its own overlay", () => {
  const app = configs().find(({ metadata }) => metadata.name === "app");
  const overlays = Object.fromEntries(
    (app.profiles ?? []).map((profile: Config) => [profile.name, profile.manifests?.kustomize?.paths]),
  );
  for (const overlay of OVERLAYS) expect(overlays[overlay]).toEqual([`knative/overlays/${overlay}`]);
});

/** What a module is with these profiles, as Skaffold lays them over it: a deployer as a whole, then the removals. */
function effective(config: Config, names: readonly string[]): { manifests: string[]; deploy: Config } {
  const chosen = (config.profiles ?? []).filter(({ name }: Config) => names.includes(name));
  let manifests: string[] = config.manifests?.kustomize?.paths ?? [];
  let deploy: Config = { ...config.deploy };
  for (const profile of chosen) {
    manifests = profile.manifests?.kustomize?.paths ?? manifests;
    deploy = { ...deploy, ...profile.deploy };
    for (const { op, path } of profile.patches ?? []) {
      if (op === "remove" && path === "/manifests") manifests = [];
      if (op === "remove" && path === "/deploy") deploy = {};
    }
  }
  return { manifests, deploy };
}

const CHOICES = [["kind"], ["gke"], ["aks"], ["eks"], ["gke", "ingress-nginx"], ["gke", "keda"], ["kind", "dev"]];

test("manifests have a deployer and the deployer has manifests: with several modules Skaffold adds neither", () => {
  const mismatched = CHOICES.flatMap((choice) =>
    configs()
      .map((config) => ({ name: config.metadata.name, ...effective(config, choice) }))
      .filter(({ manifests, deploy }) => manifests.length > 0 !== (deploy.kubectl !== undefined))
      .map(({ name }) => [choice.join(), name]),
  );
  expect(mismatched).toEqual([]);
  expect(CHOICES.map((choice) => effective(configs().at(-1), choice).manifests.length)).toEqual(CHOICES.map(() => 1));
});

test("the platform makes the namespaces before and waits for Knative after, whatever the cluster; the loop does neither", () => {
  const hooksOf = (choice: readonly string[]): string => JSON.stringify(effective(configs()[0], choice).deploy);
  for (const choice of CHOICES.filter((names) => !names.includes("dev"))) {
    const { before, after } = JSON.parse(hooksOf(choice)).kubectl.hooks;
    expect(JSON.stringify(before)).toContain("apply --kustomize knative/namespaces");
    for (const kind of ["knativeserving", "knativeeventing"])
      expect(JSON.stringify(after)).toMatch(new RegExp(`wait --for=condition=Ready [^"]*${kind}/`));
  }
  expect(hooksOf(["kind", "dev"])).toBe("{}");
});

test("secrets of a trial cluster are there before whoever needs them: at each deployment, and at each loop", () => {
  const [platform, , app] = configs();
  const making = (config: Config, choice: readonly string[]): boolean =>
    JSON.stringify(effective(config, choice).deploy.kubectl?.hooks?.before ?? []).includes("knative/kind-secrets.ts");
  expect([making(platform, ["kind"]), making(app, ["kind", "dev"])]).toEqual([true, true]);
  expect(["gke", "aks", "eks"].map((cloud) => making(platform, [cloud]))).toEqual([false, false, false]);
});

test("nothing is patched by its position in a list", () => {
  const patches = allParts().flatMap(({ patches: own = [] }) => own.map(({ path }: { path: string }) => path));
  expect(patches.filter((path) => /\/\d+(\/|$)/.test(path))).toEqual([]);
});

test("npm run deploy and npm run dev wait for Knative's kinds, which Skaffold alone does not", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const selectors = "--status-check-selectors knative/status-check-selectors.json";
  expect([scripts.deploy, scripts.dev]).toEqual([`skaffold run ${selectors}`, `skaffold dev ${selectors}`]);
  const { selectors: listed } = JSON.parse(read("knative/status-check-selectors.json")) as {
    selectors: { group: string; kind: string }[];
  };
  const waitsFor = (group: string, kind: string): boolean =>
    listed.some((each) => new RegExp(`^(${each.group})$`).test(group) && new RegExp(`^(${each.kind})$`).test(kind));
  expect([
    waitsFor("serving.knative.dev", "Service"),
    waitsFor("eventing.knative.dev", "Broker"),
    waitsFor("eventing.knative.dev", "Trigger"),
    waitsFor("", "ConfigMap"),
  ]).toEqual([true, true, true, false]);
});
