/**
 * Our own rules, above what Kubernetes and Knative ask: what costs a cold start a second, what makes a pod too mighty, and
 * what an operator must be able to read off a manifest.
 */
import { containersOf, isKnativeService, type Manifest, podOf } from "./manifest.ts";
import type { Rule } from "./rule.ts";

const SCALING = "autoscaling.knative.dev/";
/** Stated in every function, so that nobody has to know a default to know what it does. */
const SCALING_STATED = ["min-scale", "max-scale", "metric", "target", "scale-down-delay", "activation-scale"];

function makesPods(manifest: Manifest): boolean {
  return podOf(manifest) !== null;
}

function everyContainer(manifest: Manifest, holds: (container: Manifest["spec"], pod: Manifest["spec"]) => boolean) {
  const pod = podOf(manifest)?.spec ?? {};
  return containersOf(manifest).every((container) => holds(container, pod));
}

function first(manifest: Manifest): Manifest["spec"] {
  return manifest.spec.template.spec.containers[0];
}

function template(manifest: Manifest): Manifest["spec"] {
  return manifest.spec.template.spec;
}

/** Set on the container, or on the whole pod where Kubernetes lets the container inherit it. */
function secured(field: string, wanted: unknown, inherited: boolean): Rule["isBroken"] {
  return (manifest) =>
    !everyContainer(manifest, (container, pod) => {
      const own = container.securityContext?.[field] ?? (inherited ? pod.securityContext?.[field] : undefined);
      return JSON.stringify(own) === JSON.stringify(wanted);
    });
}

function imageTag(image: string): string | null {
  if (image.includes("@sha256:")) return "digest";
  return /:([^/:]+)$/.exec(image)?.[1] ?? null;
}

export const POD_RULES: readonly Rule[] = [
  {
    id: "no container runs as root",
    applies: makesPods,
    isBroken: secured("runAsNonRoot", true, true),
    plants: [(pod) => delete first(pod).securityContext.runAsNonRoot],
  },
  {
    id: "no container gains privileges",
    applies: makesPods,
    isBroken: secured("allowPrivilegeEscalation", false, false),
    plants: [(pod) => delete first(pod).securityContext.allowPrivilegeEscalation],
  },
  {
    id: "the root file system is read-only",
    applies: makesPods,
    isBroken: secured("readOnlyRootFilesystem", true, false),
    plants: [
      (pod) => {
        first(pod).securityContext.readOnlyRootFilesystem = false;
      },
    ],
  },
  {
    id: "every capability is dropped",
    applies: makesPods,
    isBroken: secured("capabilities", { drop: ["ALL"] }, false),
    plants: [
      (pod) => {
        first(pod).securityContext.capabilities = { drop: ["NET_RAW"] };
      },
    ],
  },
  {
    id: "system calls are those of the runtime's default profile",
    applies: makesPods,
    isBroken: secured("seccompProfile", { type: "RuntimeDefault" }, true),
    plants: [
      (pod) => {
        first(pod).securityContext.seccompProfile = { type: "Unconfined" };
      },
    ],
  },
  {
    id: "cpu and memory are requested, memory is limited",
    applies: makesPods,
    isBroken: (manifest) =>
      !everyContainer(
        manifest,
        ({ resources }) => resources?.requests?.cpu && resources?.requests?.memory && resources?.limits?.memory,
      ),
    plants: [(pod) => delete first(pod).resources],
  },
  {
    id: "an image is ours, which Skaffold tags, or has a version",
    applies: makesPods,
    isBroken: (manifest) =>
      !everyContainer(manifest, ({ image = "" }) => {
        const tag = imageTag(image);
        return /^tidebook-[a-z-]+$/.test(image) || (tag !== null && tag !== "latest");
      }),
    plants: [
      (pod) => {
        first(pod).image = "tidebook-orders:latest";
      },
      (pod) => {
        first(pod).image = "docker.io/library/redis";
      },
    ],
  },
  {
    id: "a workload has a service account of its own name",
    applies: makesPods,
    isBroken: (manifest) => podOf(manifest)?.spec.serviceAccountName !== manifest.metadata.name,
    plants: [
      (pod) => {
        template(pod).serviceAccountName = "default";
      },
    ],
  },
  {
    id: "no token is mounted",
    applies: makesPods,
    isBroken: (manifest) => podOf(manifest)?.spec.automountServiceAccountToken !== false,
    plants: [(pod) => delete template(pod).automountServiceAccountToken],
  },
  {
    id: "nothing can turn on the demo",
    applies: (manifest) => makesPods(manifest) || manifest.kind === "ConfigMap",
    isBroken: (manifest) => /demo|faucet|_local|TIDEBOOK_BOTS/i.test(JSON.stringify(manifest)),
    plants: [
      (pod) => {
        first(pod).env = [{ name: "TIDEBOOK_DEMO", value: "1" }];
      },
      (pod) => {
        first(pod).args = ["functions/_local/main.ts"];
      },
    ],
  },
];

export const FUNCTION_RULES: readonly Rule[] = [
  {
    id: "a function says how it scales",
    applies: isKnativeService,
    isBroken: (service) =>
      SCALING_STATED.some((name) => service.spec.template.metadata?.annotations?.[SCALING + name] === undefined),
    plants: SCALING_STATED.map((name) => (service: Manifest) => {
      delete service.spec.template.metadata.annotations[SCALING + name];
    }),
  },
  {
    id: "a function's scale has an end",
    applies: isKnativeService,
    isBroken: (service) => Number(service.spec.template.metadata?.annotations?.[`${SCALING}max-scale`]) === 0,
    plants: [
      (service) => {
        service.spec.template.metadata.annotations[`${SCALING}max-scale`] = "0";
      },
    ],
  },
  {
    id: "a function has no startup probe and no exec probe",
    applies: isKnativeService,
    isBroken: (service) =>
      containersOf(service).some(
        ({ startupProbe, readinessProbe, livenessProbe }) =>
          startupProbe !== undefined || readinessProbe?.exec !== undefined || livenessProbe?.exec !== undefined,
      ),
    plants: [
      (service) => {
        first(service).startupProbe = { tcpSocket: { port: 8080 } };
      },
      (service) => {
        first(service).readinessProbe = { exec: { command: ["true"] } };
      },
    ],
  },
  {
    id: "a function has no volume",
    applies: isKnativeService,
    isBroken: (service) => (template(service).volumes ?? []).length > 0,
    plants: [
      (service) => {
        template(service).volumes = [{ name: "tmp", emptyDir: {} }];
      },
    ],
  },
  {
    id: "a function has a whole core, or no limit of cpu",
    applies: isKnativeService,
    isBroken: (service) =>
      containersOf(service).some(({ resources }) => {
        const cpu = resources?.limits?.cpu;
        return cpu !== undefined && (String(cpu).endsWith("m") ? Number.parseInt(cpu, 10) < 1000 : Number(cpu) < 1);
      }),
    plants: [
      (service) => {
        first(service).resources.limits.cpu = "500m";
      },
    ],
  },
  {
    id: "a function is configured by envFrom",
    applies: isKnativeService,
    isBroken: (service) => (first(service).envFrom ?? []).length === 0,
    plants: [(service) => delete first(service).envFrom],
  },
];

export const OTHER_RULES: readonly Rule[] = [
  {
    id: "a namespace enforces the restricted Pod Security standard",
    applies: ({ kind }) => kind === "Namespace",
    isBroken: ({ metadata }) =>
      ["enforce", "warn", "audit"].some(
        (mode) => metadata.labels?.[`pod-security.kubernetes.io/${mode}`] !== "restricted",
      ),
    plants: [
      (namespace) => {
        namespace.metadata.labels = { "pod-security.kubernetes.io/enforce": "baseline" };
      },
    ],
  },
  {
    id: "no secret stands in the tree",
    applies: ({ kind }) => kind === "Secret",
    isBroken: ({ data, stringData }) => Object.keys({ ...data, ...stringData }).length > 0,
    plants: [
      (secret) => {
        secret.stringData = { password: "hunter2" };
      },
    ],
  },
  {
    id: "a role names its verbs and resources",
    applies: ({ kind }) => kind === "Role" || kind === "ClusterRole",
    isBroken: ({ rules = [] }) => /"\*"/.test(JSON.stringify(rules)),
    plants: [
      (role) => {
        role.rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["*"] }];
      },
    ],
  },
  {
    id: "no workload of ours acts on the whole cluster",
    applies: ({ kind }) => kind === "ClusterRoleBinding",
    isBroken: ({ subjects = [] }) =>
      subjects.some(({ namespace }: { namespace?: string }) => namespace?.startsWith("tidebook") ?? false),
    plants: [
      (binding) => {
        binding.subjects = [{ kind: "ServiceAccount", name: "engine", namespace: "tidebook" }];
      },
    ],
  },
  {
    id: "an autoscaler's bounds are in order, and it leaves functions and the engine alone",
    applies: ({ kind }) => kind === "HorizontalPodAutoscaler",
    isBroken: ({ spec }) => !((spec.minReplicas ?? 1) <= spec.maxReplicas) || spec.scaleTargetRef.kind !== "Deployment",
    plants: [
      ({ spec }) => {
        spec.minReplicas = spec.maxReplicas + 1;
      },
      ({ spec }) => {
        spec.scaleTargetRef = { apiVersion: "apps/v1", kind: "StatefulSet", name: "engine" };
      },
    ],
  },
  {
    id: "no annotation lets a snippet of configuration in",
    applies: ({ kind }) => kind === "Ingress",
    isBroken: ({ metadata }) => Object.keys(metadata.annotations ?? {}).some((name) => name.endsWith("-snippet")),
    plants: [
      ({ metadata }) => {
        metadata.annotations = { "nginx.ingress.kubernetes.io/configuration-snippet": "return 200;" };
      },
    ],
  },
  {
    // Traefik 3.7 bounds a body only where it buffers it, which nginx does by default and Traefik does not.
    id: "an ingress that bounds a body holds it back until it is whole",
    applies: ({ kind }) => kind === "Ingress",
    isBroken: ({ metadata }) =>
      metadata.annotations?.["nginx.ingress.kubernetes.io/proxy-body-size"] !== undefined &&
      metadata.annotations["nginx.ingress.kubernetes.io/proxy-request-buffering"] !== "on",
    plants: [
      ({ metadata }) => {
        metadata.annotations = { "nginx.ingress.kubernetes.io/proxy-body-size": "16k" };
      },
    ],
  },
  {
    id: "an ingress names its class in its spec and ends TLS for its hosts",
    applies: ({ kind }) => kind === "Ingress",
    isBroken: ({ metadata, spec }) => {
      const hosts = new Set((spec.tls ?? []).flatMap((tls: { hosts?: string[] }) => tls.hosts ?? []));
      const isOpen = spec.rules.some(({ host }: { host?: string }) => host === undefined || !hosts.has(host));
      return (
        spec.ingressClassName === undefined || "kubernetes.io/ingress.class" in (metadata.annotations ?? {}) || isOpen
      );
    },
    plants: [
      ({ spec }) => delete spec.ingressClassName,
      ({ spec }) => {
        spec.tls = [];
      },
    ],
  },
];
