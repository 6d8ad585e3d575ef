/**
 * Who may speak with whom: every connection that a part needs is allowed by the NetworkPolicies, and every other one
 * between the parts is not. Evaluated over the rendered manifests; skipped where neither kubectl nor kustomize is installed.
 */
import { describe, expect, test } from "vitest";
import { FUNCTIONS } from "../engine/protocol/function-names.ts";
import type { Manifest } from "./testing/manifest.ts";
import { type Address, mayConnect, type Peer, workload } from "./testing/network.ts";
import { canRender, OVERLAYS, render } from "./testing/render.ts";

const APP = "tidebook";
const DATA = "tidebook-data";

function pod(namespace: string, labels: Record<string, string>): Peer {
  return { namespace, labels };
}

/** Pods that other people's charts and operators make, by the labels they give them. */
const OTHERS = {
  ingress: pod("traefik", { "app.kubernetes.io/name": "traefik" }),
  kourier: pod("knative-serving", { app: "3scale-kourier-gateway" }),
  activator: pod("knative-serving", { app: "activator" }),
  autoscaler: pod("knative-serving", { app: "autoscaler" }),
  prometheus: pod("monitoring", { "app.kubernetes.io/name": "prometheus" }),
  dns: pod("kube-system", { "k8s-app": "kube-dns" }),
  valkey: pod(DATA, { "app.kubernetes.io/name": "valkey", "app.kubernetes.io/instance": "valkey" }),
  pooler: pod(DATA, { "cnpg.io/poolerName": "tidebook-pg-pooler", "cnpg.io/cluster": "tidebook-pg" }),
  postgres: pod(DATA, { "cnpg.io/cluster": "tidebook-pg", "cnpg.io/podRole": "instance" }),
  "cnpg-operator": pod("cnpg-system", { "app.kubernetes.io/name": "cloudnative-pg" }),
  stranger: pod("default", { app: "orders" }),
} as const;

/** Where a broker takes events in, and what brings them out, by its class. */
const BROKERS: Readonly<Record<string, { readonly receiver: Peer; readonly dispatcher: Peer }>> = {
  kind: {
    receiver: pod("knative-eventing", { "eventing.knative.dev/brokerRole": "ingress" }),
    dispatcher: pod("knative-eventing", { "eventing.knative.dev/brokerRole": "filter" }),
  },
  cloud: {
    receiver: pod("knative-eventing", { app: "kafka-broker-receiver" }),
    dispatcher: pod("knative-eventing", { app: "kafka-broker-dispatcher" }),
  },
};

const INTERNET: Address = { ip: "93.184.216.34" };
const METADATA_SERVER: Address = { ip: "169.254.169.254" };
/** The DNS cache of a node, AKS' LocalDNS, GKE's Cloud DNS. */
const NODE_RESOLVERS: readonly Address[] = [{ ip: "169.254.20.10" }, { ip: "169.254.10.10" }, METADATA_SERVER];

const LONG_LIVED = ["engine", "stream"];
/** The queue-proxy's port for requests, and the one it is measured on. */
const QUEUE_HTTP = 8012;
const QUEUE_METRICS = 9090;

/** from → to:port, all that each part needs. */
const NEEDED: readonly string[] = [
  ...FUNCTIONS.flatMap((name) => [
    `kourier → ${name}:${QUEUE_HTTP}`,
    `activator → ${name}:${QUEUE_HTTP}`,
    `autoscaler → ${name}:${QUEUE_METRICS}`,
  ]),
  "orders → valkey:6379",
  "account → valkey:6379",
  "market-data → valkey:6379",
  "users → valkey:6379",
  "funding → valkey:6379",
  "orders → engine:8081",
  "account → engine:8081",
  "market-data → engine:8081",
  "users → engine:8081",
  "funding → engine:8081",
  "persistence → engine:8081",
  "market-data → stream:8081",
  "users → stream:8081",
  "orders → pooler:5432",
  "account → pooler:5432",
  "market-data → pooler:5432",
  "users → pooler:5432",
  "funding → pooler:5432",
  "persistence → pooler:5432",
  "dead-letters → pooler:5432",
  "dead-letters → receiver:8080",
  "engine → valkey:6379",
  "engine → receiver:8080",
  "stream → valkey:6379",
  "stream → engine:8081",
  "stream → kourier:8081",
  "audit → kourier:8081",
  "ingress → stream:8080",
  "prometheus → engine:8081",
  "prometheus → stream:8081",
  "pooler → postgres:5432",
];

/** Pairs that would be a hole. Everything in NEEDED is left out of it. */
const PARTS = [...FUNCTIONS, ...LONG_LIVED, "audit"];
const PORTS: Readonly<Record<string, readonly number[]>> = {
  engine: [8081, 22],
  stream: [8080, 8081],
  valkey: [6379],
  pooler: [5432],
  postgres: [5432],
  receiver: [8080],
};
const FORBIDDEN: readonly string[] = [
  ...PARTS.flatMap((from) =>
    Object.entries(PORTS).flatMap(([to, ports]) => ports.map((port) => `${from} → ${to}:${port}`)),
  ),
  ...PARTS.flatMap((from) => FUNCTIONS.map((to) => `${from} → ${to}:8080`)),
  ...["stranger", "ingress", "kourier"].flatMap((from) =>
    ["engine:8081", "valkey:6379", "pooler:5432", "postgres:5432", "stream:8081"].map((to) => `${from} → ${to}`),
  ),
  ...FUNCTIONS.map((to) => `stranger → ${to}:${QUEUE_HTTP}`),
].filter((flow) => !NEEDED.includes(flow) && !/^(\S+) → \1:/.test(flow));

describe.skipIf(!canRender)("rendered (skipped without kubectl or kustomize)", () => {
  for (const overlay of OVERLAYS) {
    const manifests = (): readonly Manifest[] => render(`overlays/${overlay}`);
    const peer = (name: string): Peer => {
      const broker = BROKERS[overlay] ?? BROKERS.cloud;
      if (name === "receiver" || name === "dispatcher") return broker?.[name] as Peer;
      if (name in OTHERS) return OTHERS[name as keyof typeof OTHERS];
      return workload(manifests(), APP, name);
    };
    const isAllowed = (flow: string): boolean => {
      const [, from = "", to = "", port = ""] = /^(\S+) → (\S+):(\d+)$/.exec(flow) ?? [];
      return mayConnect(manifests(), peer(from), peer(to), Number(port));
    };

    test(`${overlay}: every connection that a part needs is allowed`, () => {
      expect(NEEDED.filter((flow) => !isAllowed(flow))).toEqual([]);
    });

    test(`${overlay}: names are asked wherever a cluster answers them: kube-dns, its cache on the node, the node's address`, () => {
      const resolvers = [OTHERS.dns, pod("kube-system", { "k8s-app": "node-local-dns" }), ...NODE_RESOLVERS];
      const deaf = PARTS.flatMap((name) =>
        resolvers.filter((resolver) =>
          (["UDP", "TCP"] as const).some((protocol) => !mayConnect(manifests(), peer(name), resolver, 53, protocol)),
        ),
      );
      expect(deaf).toEqual([]);
    });

    test(`${overlay}: no other connection between the parts is`, () => {
      expect(FORBIDDEN.filter(isAllowed)).toEqual([]);
    });

    test(`${overlay}: nobody reaches the internet or the cloud's metadata, but an engine that publishes to Pub/Sub`, () => {
      const reaching = PARTS.flatMap((name) =>
        [INTERNET, METADATA_SERVER]
          .filter((address) => [80, 443].some((port) => mayConnect(manifests(), peer(name), address, port)))
          .map(() => name),
      );
      expect(reaching.filter((name) => name !== "engine" || !usesPubsub(manifests()))).toEqual([]);
    });
  }
});

function usesPubsub(manifests: readonly Manifest[]): boolean {
  return JSON.stringify(manifests).includes("TIDEBOOK_PUBSUB_TOPIC");
}

const DENY_ALL: Manifest = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "default-deny", namespace: APP },
  spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
};
const A = pod(APP, { app: "a" });
const B: Peer = { namespace: APP, labels: { app: "b" }, ports: { http: 8080 } };

function policy(spec: object): Manifest {
  return { ...DENY_ALL, metadata: { name: "some", namespace: APP }, spec };
}

test("policies are read as Kubernetes reads them", () => {
  expect(mayConnect([], A, B, 8080)).toBe(true);
  expect(mayConnect([DENY_ALL], A, B, 8080)).toBe(false);
  const leave = policy({ podSelector: { matchLabels: { app: "a" } }, policyTypes: ["Egress"], egress: [{}] });
  const enter = policy({
    podSelector: { matchLabels: { app: "b" } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "a" } } }], ports: [{ port: "http" }] }],
  });
  // Both ends must agree; an empty rule allows everybody; a port may be named.
  expect([
    mayConnect([DENY_ALL, leave], A, B, 8080),
    mayConnect([DENY_ALL, enter], A, B, 8080),
    mayConnect([DENY_ALL, leave, enter], A, B, 8080),
    mayConnect([DENY_ALL, leave, enter], A, B, 8081),
    mayConnect([DENY_ALL, leave, enter], B, A, 8080),
  ]).toEqual([false, false, true, false, false]);
  // Without a namespace selector a peer is of the policy's own namespace; protocols differ.
  const elsewhere = { ...A, namespace: "other" };
  expect(mayConnect([DENY_ALL, leave, enter], elsewhere, B, 8080)).toBe(false);
  expect(mayConnect([DENY_ALL, leave, enter], A, B, 8080, "UDP")).toBe(false);
  // An address block, less what is excepted.
  const web = policy({
    podSelector: {},
    policyTypes: ["Egress"],
    egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16"] } }], ports: [{ port: 443 }] }],
  });
  expect([
    mayConnect([DENY_ALL, web], A, INTERNET, 443),
    mayConnect([DENY_ALL, web], A, INTERNET, 80),
    mayConnect([DENY_ALL, web], A, METADATA_SERVER, 443),
    mayConnect([DENY_ALL, web], A, B, 443),
  ]).toEqual([true, false, false, false]);
});
