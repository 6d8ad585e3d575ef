/**
 * The parts that an operator may choose, each in an overlay made for the test: schemas, rules, and what each part promises.
 * Skipped where neither kubectl nor kustomize is installed.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ROUTES, SCREEN_FILES, SCREEN_PAGES } from "../engine/api/routes.ts";
import { EVENTING_RULES } from "./testing/eventing-rules.ts";
import { isKnativeService, type Manifest, nameOf } from "./testing/manifest.ts";
import { mayConnect, workload } from "./testing/network.ts";
import { FUNCTION_RULES, OTHER_RULES, POD_RULES } from "./testing/own-rules.ts";
import { canRender, KNATIVE, render } from "./testing/render.ts";
import { broken } from "./testing/rule.ts";
import { haveSchemas, schemaMistakes } from "./testing/schemas.ts";
import { SERVICE_RULES } from "./testing/service-rules.ts";

const RULES = [...SERVICE_RULES, ...EVENTING_RULES, ...POD_RULES, ...FUNCTION_RULES, ...OTHER_RULES];
/** Below the project's own folder for what tests leave behind, because kustomize wants relative paths. */
const SCRATCH = join(KNATIVE, "..", ".artifacts", `overlays-${process.pid}`);
const ORIGIN: Readonly<Record<string, string>> = {
  gatewayClass: "eg",
  pubsubTopic: "projects/p/topics/tidebook-events",
  pushAudience: "https://exchange.example.org",
  pushServiceAccount: "pusher@p.iam.gserviceaccount.com",
};

/** @param chosen paths below knative/. */
function withComponents(...chosen: readonly string[]): readonly Manifest[] {
  const folder = join(SCRATCH, chosen.join("+").replaceAll("/", "-"));
  mkdirSync(folder, { recursive: true });
  const origin = readFileSync(join(KNATIVE, "overlays", "gke", "origin.yaml"), "utf8");
  const more = Object.entries(ORIGIN).map(([name, value]) => `  ${name}: ${value}\n`);
  writeFileSync(join(folder, "origin.yaml"), origin + more.join(""));
  const up = relative(folder, KNATIVE);
  const kustomization = {
    resources: [`${up}/base`, `${up}/data`, "origin.yaml"],
    components: chosen.map((component) => `${up}/${component}`),
  };
  writeFileSync(join(folder, "kustomization.yaml"), JSON.stringify(kustomization));
  return render(join("..", ".artifacts", `overlays-${process.pid}`, chosen.join("+").replaceAll("/", "-")));
}

function find(manifests: readonly Manifest[], kind: string, name: string): Manifest | undefined {
  return manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
}
function settings(manifests: readonly Manifest[]): Record<string, string> {
  return manifests.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name.startsWith("tidebook-settings"))
    ?.data;
}
function minScale(service: Manifest): string {
  return service.spec.template.metadata.annotations["autoscaling.knative.dev/min-scale"];
}

const DOOR = ["components/certificate", "components/ingress"];
const CHOICES: readonly (readonly string[])[] = [
  ["components/warm"],
  ["components/monitoring", "components/keda"],
  ["components/certificate", "components/gateway-api"],
  [...DOOR, "components/operator-api"],
  [...DOOR, "overlays/gke/pubsub"],
  ["components/kafka-broker"],
  ["components/dev"],
];

afterAll(() => rmSync(SCRATCH, { recursive: true, force: true }));

describe.skipIf(!canRender)("rendered (skipped without kubectl or kustomize)", () => {
  for (const chosen of CHOICES) {
    test.skipIf(!haveSchemas)(`${chosen.join(", ")}: schemas and rules hold (skipped without the schemas)`, () => {
      const manifests = withComponents(...chosen);
      const wrong = manifests.flatMap((manifest) => [
        ...schemaMistakes(manifest),
        ...broken(RULES, manifest).map((rule) => `${nameOf(manifest)}: ${rule}`),
      ]);
      // Files are copied into pods of `npm run dev`, and into nothing else.
      const isDev = (mistake: string): boolean =>
        chosen.includes("components/dev") && mistake.endsWith("the root file system is read-only");
      expect(wrong.filter((mistake) => !isDev(mistake))).toEqual([]);
      expect(JSON.stringify(manifests)).not.toMatch(/invalid"|origin\.invalid|tidebook-origin/);
    });
  }

  for (const folder of ["namespaces", "platform/kind", "platform/cloud", "platform/eks"]) {
    test.skipIf(!haveSchemas)(`${folder}: schemas hold (skipped without the schemas)`, () => {
      expect(render(folder).flatMap(schemaMistakes)).toEqual([]);
    });
  }

  test("our two namespaces enforce what every pod of ours keeps, and every manifest of ours is in one of them", () => {
    const namespaces = render("namespaces");
    expect(namespaces.map(nameOf).sort()).toEqual(["Namespace -/tidebook", "Namespace -/tidebook-data"]);
    expect(namespaces.flatMap((namespace) => broken(RULES, namespace))).toEqual([]);
    const elsewhere = withComponents(...DOOR).filter(
      ({ metadata: { namespace } }) => namespace !== undefined && !/^tidebook(-data)?$/.test(namespace),
    );
    expect(elsewhere.map(nameOf)).toEqual([]);
  });

  test("warm keeps one instance of order intake, and of nothing else", () => {
    const services = withComponents("components/warm").filter(isKnativeService);
    const scales = Object.fromEntries(services.map((service) => [service.metadata.name, minScale(service)]));
    const zeros = ["account", "dead-letters", "market-data", "persistence", "users", "funding", "web"].map((name) => [
      name,
      "0",
    ]);
    expect(scales).toEqual({ ...Object.fromEntries(zeros), orders: "1" });
  });

  test("keda scales the stream, and nobody else does then", () => {
    const manifests = withComponents("components/monitoring", "components/keda");
    expect(find(manifests, "HorizontalPodAutoscaler", "stream")).toBeUndefined();
    expect(find(manifests, "ScaledObject", "stream")?.spec.scaleTargetRef).toEqual({ name: "stream" });
  });

  test("with Pub/Sub events have one way out, by the engine, to the internet and to no private network", () => {
    const manifests = withComponents(...DOOR, "overlays/gke/pubsub");
    expect(manifests.filter(({ kind }) => kind === "Broker" || kind === "Trigger")).toEqual([]);
    const { K_SINK, TIDEBOOK_PUBSUB_TOPIC } = settings(manifests);
    expect([K_SINK, TIDEBOOK_PUBSUB_TOPIC]).toEqual([undefined, ORIGIN.pubsubTopic]);
    const reaches = (name: string, ip: string): boolean =>
      mayConnect(manifests, workload(manifests, "tidebook", name), { ip }, 443);
    const names = ["engine", "stream", "account", "market-data", "users", "funding", "dead-letters"];
    expect(names.filter((name) => reaches(name, "142.250.0.1"))).toEqual(["engine"]);
    const privateOnes = ["10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254"];
    expect(privateOnes.filter((ip) => reaches("engine", ip))).toEqual([]);
  });

  test("Kafka's broker keeps order, and events go to it", () => {
    const manifests = withComponents("components/kafka-broker");
    expect(find(manifests, "Broker", "events")?.metadata.annotations).toEqual({
      "eventing.knative.dev/broker.class": "Kafka",
    });
    expect(find(manifests, "Trigger", "persistence")?.metadata.annotations).toEqual({
      "kafka.eventing.knative.dev/delivery.order": "ordered",
    });
    expect(settings(manifests).K_SINK).toMatch(/^http:\/\/kafka-broker-ingress\.knative-eventing\.svc/);
  });

  test("by either door the parts know the origin that browsers write", () => {
    for (const door of [DOOR, ["components/certificate", "components/gateway-api"]])
      expect(settings(withComponents(...door)).PUBLIC_ORIGIN).toBe("https://exchange.example.org");
    expect(settings(render("overlays/kind")).PUBLIC_ORIGIN).toBe("http://tidebook.localhost:8080");
  });

  test("for development every function is awake", () => {
    const services = withComponents("components/dev").filter(isKnativeService);
    expect(services.map(minScale)).toEqual(services.map(() => "1"));
  });

  test("the Gateway API's routes are the route table, as they are and behind /backend", () => {
    const manifests = withComponents("components/certificate", "components/gateway-api");
    const wrong = ROUTES.filter(({ path }) => !path.startsWith("/ops/")).flatMap(({ path, owner }) =>
      [path, ...(path.startsWith("/people/") ? [] : [`/backend${path}`])].filter(
        (asked) => routed(manifests, asked) !== `${owner}.tidebook.svc.cluster.local ${path}`,
      ),
    );
    expect(wrong).toEqual([]);
    const screen = [...SCREEN_PAGES, ...SCREEN_FILES].map((path) => path.replace("*", "main-1a.js"));
    expect(screen.map((path) => routed(manifests, path))).toEqual(
      screen.map((path) => `web.tidebook.svc.cluster.local ${path}`),
    );
    const others = [
      "/backend",
      "/backend/account",
      "/ops/",
      "/ops/v1/status",
      "/backend/ops/v1/status",
      "/backendx",
      "/api/v30/order",
      "/wsx",
      "/metrics",
    ];
    expect(others.map((path) => routed(manifests, path))).toEqual(others.map(() => null));
    const sockets = ["/ws", "/ws/btcusdt@trade", "/stream", "/ws-api/v3"];
    expect(sockets.map((path) => routed(manifests, path))).toEqual(sockets.map((path) => `stream ${path}`));
  });
});

/** Host and path as the Gateway API's specification has it: exact before prefix, the longer prefix first. null: nobody. */
function routed(manifests: readonly Manifest[], path: string): string | null {
  const isBelow = (prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);
  const found = manifests
    .filter(({ kind }) => kind === "HTTPRoute")
    .flatMap(({ spec }) => spec.rules)
    .flatMap((rule) =>
      rule.matches.map((match: { path: { type: string; value: string } }) => ({ rule, ...match.path })),
    )
    .filter(({ type, value }) => (type === "Exact" ? path === value : isBelow(value)))
    .sort((a, b) => Number(b.type === "Exact") - Number(a.type === "Exact") || b.value.length - a.value.length)[0];
  if (found === undefined) return null;
  const rewrite = found.rule.filters?.[0]?.urlRewrite;
  const { replacePrefixMatch, replaceFullPath } = rewrite?.path ?? {};
  const rest = path.slice(found.value.length);
  const sent = replaceFullPath ?? (replacePrefixMatch === undefined ? path : replacePrefixMatch + rest);
  return `${rewrite?.hostname ?? found.rule.backendRefs[0].name} ${sent}`;
}
