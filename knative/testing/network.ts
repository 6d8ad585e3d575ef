/**
 * Evaluates NetworkPolicies over rendered manifests: may this pod open a connection to that one?
 *
 * Kubernetes' semantics: a pod that no policy of a direction selects is open in it; policies add up; a connection needs
 * the sender's egress and the receiver's ingress. Knows pods by namespace and labels, and addresses outside as one.
 */
import { containersOf, type Manifest, podOf } from "./manifest.ts";

export interface Peer {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly namespaceLabels?: Readonly<Record<string, string>>;
  /** Container ports by name. */
  readonly ports?: Readonly<Record<string, number>>;
}
/** An address that is no pod of the cluster. */
export interface Address {
  readonly ip: string;
}

type Selector = {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
};

function isAddress(peer: Peer | Address): peer is Address {
  return "ip" in peer;
}

function selects(selector: Selector | undefined, labels: Readonly<Record<string, string>>): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.entries(matchLabels).every(([name, value]) => labels[name] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        default:
          throw new Error(`an operator that a selector does not have: ${operator}`);
      }
    })
  );
}

function toNumber(ip: string): number {
  return ip.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function contains(cidr: string, ip: string): boolean {
  const [network = "", bits = "32"] = cidr.split("/");
  const size = 2 ** (32 - Number(bits));
  return Math.floor(toNumber(network) / size) === Math.floor(toNumber(ip) / size);
}

function namespaceLabels({ namespace, namespaceLabels: labels = {} }: Peer): Record<string, string> {
  return { "kubernetes.io/metadata.name": namespace, ...labels };
}

// biome-ignore lint/suspicious/noExplicitAny: the schema check has passed over it.
function matchesPeer(rule: any, policyNamespace: string, peer: Peer | Address): boolean {
  if (rule.ipBlock !== undefined) {
    if (!isAddress(peer)) return false;
    const { cidr, except = [] } = rule.ipBlock;
    return contains(cidr, peer.ip) && !except.some((range: string) => contains(range, peer.ip));
  }
  if (isAddress(peer)) return false;
  const inNamespace =
    rule.namespaceSelector === undefined
      ? peer.namespace === policyNamespace
      : selects(rule.namespaceSelector, namespaceLabels(peer));
  return inNamespace && (rule.podSelector === undefined || selects(rule.podSelector, peer.labels));
}

type Direction = "ingress" | "egress";
type Protocol = "TCP" | "UDP";

/** Whether `self`'s policies let it speak with `other` in this direction; `receiver` names the port. */
function allowed(
  policies: readonly Manifest[],
  direction: Direction,
  self: Peer,
  other: Peer | Address,
  receiver: Peer | Address,
  port: number,
  protocol: Protocol,
): boolean {
  const mine = policies.filter(({ metadata, spec }) => {
    const types: string[] = spec.policyTypes ?? ["Ingress", ...(spec.egress === undefined ? [] : ["Egress"])];
    const covers = types.some((type) => type.toLowerCase() === direction);
    return covers && metadata.namespace === self.namespace && selects(spec.podSelector, self.labels);
  });
  if (mine.length === 0) return true;
  return mine.some(({ metadata, spec }) =>
    (spec[direction] ?? []).some(({ from, to, ports }: { from?: object[]; to?: object[]; ports?: PolicyPort[] }) => {
      const peers = direction === "ingress" ? from : to;
      const peerFits = peers === undefined || peers.some((rule) => matchesPeer(rule, metadata.namespace ?? "", other));
      const portFits = ports === undefined || ports.some((each) => portMatches(each, receiver, port, protocol));
      return peerFits && portFits;
    }),
  );
}

interface PolicyPort {
  readonly port?: number | string;
  readonly endPort?: number;
  readonly protocol?: string;
}

function portMatches(rule: PolicyPort, receiver: Peer | Address, port: number, protocol: Protocol): boolean {
  if ((rule.protocol ?? "TCP") !== protocol) return false;
  if (rule.port === undefined) return true;
  if (typeof rule.port === "string") return !isAddress(receiver) && receiver.ports?.[rule.port] === port;
  return rule.endPort === undefined ? rule.port === port : port >= rule.port && port <= rule.endPort;
}

export function mayConnect(
  manifests: readonly Manifest[],
  from: Peer | Address,
  to: Peer | Address,
  port: number,
  protocol: Protocol = "TCP",
): boolean {
  const policies = manifests.filter(({ kind }) => kind === "NetworkPolicy");
  const leaves = isAddress(from) || allowed(policies, "egress", from, to, to, port, protocol);
  const enters = isAddress(to) || allowed(policies, "ingress", to, from, to, port, protocol);
  return leaves && enters;
}

/** A workload of the manifests as a peer. @throws when there is none of that name, or it makes no pods. */
export function workload(manifests: readonly Manifest[], namespace: string, name: string): Peer {
  const found = manifests.find(
    (manifest) =>
      manifest.metadata.name === name && manifest.metadata.namespace === namespace && podOf(manifest) !== null,
  );
  const pod = found === undefined ? null : podOf(found);
  if (found === undefined || pod === null) throw new Error(`no workload ${namespace}/${name}`);
  const ports = Object.fromEntries(
    containersOf(found).flatMap(({ ports: own = [] }) =>
      own.map((port: { name?: string; containerPort: number }) => [port.name ?? "", port.containerPort]),
    ),
  );
  const labelled = manifests.find(({ kind, metadata }) => kind === "Namespace" && metadata.name === namespace);
  return { namespace, labels: pod.labels, ports, namespaceLabels: labelled?.metadata.labels ?? {} };
}
