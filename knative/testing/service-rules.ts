/**
 * What the admission webhooks of Knative Serving 1.23 refuse in a Service (real verdicts, platform.md D.3), and what they
 * let pass although it is a mistake. A schema cannot see these.
 */
import { isKnativeService, type Manifest } from "./manifest.ts";
import type { Rule } from "./rule.ts";

const PREFIX = "autoscaling.knative.dev/";
const KNOWN_ANNOTATIONS: ReadonlySet<string> = new Set(
  [
    "class min-scale max-scale initial-scale activation-scale metric target target-utilization-percentage",
    "target-burst-capacity window panic-window-percentage panic-threshold-percentage scale-down-delay",
    "scale-to-zero-pod-retention-period",
  ].flatMap((line) => line.split(" ")),
);
const RESERVED_PORTS: ReadonlySet<number> = new Set([8012, 8013, 8022, 9090, 9091, 8008, 8112]);
const RESERVED_ENVIRONMENT: ReadonlySet<string> = new Set(["PORT", "K_SERVICE", "K_CONFIGURATION", "K_REVISION"]);
/** Refused unless an operator turns a feature on; state, spreading and priorities belong to long-lived workloads. */
const FIELDS_BEHIND_FEATURES = [
  "nodeSelector",
  "tolerations",
  "affinity",
  "topologySpreadConstraints",
  "securityContext",
  "priorityClassName",
  "initContainers",
];
const HOUR_S = 3600;

function annotations(service: Manifest): Record<string, string> {
  return service.spec?.template?.metadata?.annotations ?? {};
}
function scaling(service: Manifest, name: string): string | undefined {
  return annotations(service)[PREFIX + name];
}
function plant(service: Manifest, name: string, value: string): void {
  service.spec.template.metadata.annotations[PREFIX + name] = value;
}
function spec(service: Manifest): Manifest["spec"] {
  return service.spec?.template?.spec ?? {};
}
function container(service: Manifest): Manifest["spec"] {
  return spec(service).containers?.[0] ?? {};
}

/** A Go duration in seconds; NaN for what is none. */
export function durationSeconds(text: string): number {
  if (/^0$/.test(text)) return 0;
  if (!/^([0-9]+(\.[0-9]+)?(h|m|s|ms|us|ns))+$/.test(text)) return Number.NaN;
  const unit: Readonly<Record<string, number>> = { h: HOUR_S, m: 60, s: 1, ms: 1e-3, us: 1e-6, ns: 1e-9 };
  return [...text.matchAll(/([0-9.]+)(ms|us|ns|h|m|s)/g)].reduce(
    (sum, [, amount, name = ""]) => sum + Number(amount) * (unit[name] ?? Number.NaN),
    0,
  );
}

function rule(id: string, isBroken: Rule["isBroken"], ...plants: Rule["plants"]): Rule {
  return { id, applies: isKnativeService, isBroken, plants };
}

/** The annotation is there and outside: not a number, or not within the bounds. */
function numberRule(name: string, min: number, max: number, wrong: readonly string[], whole = true): Rule {
  return rule(
    `${name} is ${whole ? "a whole number" : "a number"} from ${min} to ${max}`,
    (service) => {
      const text = scaling(service, name);
      if (text === undefined) return false;
      const value = text.trim() === "" ? Number.NaN : Number(text);
      return !(value >= min && value <= max) || (whole && !Number.isInteger(value));
    },
    ...wrong.map((value) => (service: Manifest) => plant(service, name, value)),
  );
}

/** Whole seconds between the bounds. */
function durationRule(name: string, minS: number, maxS: number, wrong: readonly string[]): Rule {
  return rule(
    `${name} is whole seconds from ${minS} s to ${maxS} s`,
    (service) => {
      const text = scaling(service, name);
      if (text === undefined) return false;
      const seconds = durationSeconds(text);
      return !(seconds >= minS && seconds <= maxS && Number.isInteger(seconds));
    },
    ...wrong.map((value) => (service: Manifest) => plant(service, name, value)),
  );
}

const SCALE_MAX = 2 ** 31 - 1;

export const SERVICE_RULES: readonly Rule[] = [
  numberRule("min-scale", 0, SCALE_MAX, ["-1", "many"]),
  numberRule("max-scale", 0, SCALE_MAX, ["-1"]),
  rule(
    "max-scale is not below min-scale",
    (service) => {
      const max = Number(scaling(service, "max-scale") ?? 0);
      return max !== 0 && max < Number(scaling(service, "min-scale") ?? 0);
    },
    (service) => {
      plant(service, "min-scale", "3");
      plant(service, "max-scale", "2");
    },
  ),
  numberRule("initial-scale", 1, SCALE_MAX, ["0"]),
  numberRule("activation-scale", 1, SCALE_MAX, ["0"]),
  numberRule("target", 0.01, SCALE_MAX, ["0.001"], false),
  numberRule("target-utilization-percentage", 1, 100, ["101", "0"], false),
  numberRule("target-burst-capacity", -1, SCALE_MAX, ["-2"], false),
  numberRule("panic-window-percentage", 1, 100, ["0.5"], false),
  numberRule("panic-threshold-percentage", 110, 1000, ["109"], false),
  durationRule("window", 6, HOUR_S, ["5s", "1h1s", "6500ms"]),
  durationRule("scale-down-delay", 0, HOUR_S, ["61m", "500ms", "soon"]),
  durationRule("scale-to-zero-pod-retention-period", 0, HOUR_S, ["2h"]),
  rule(
    "kpa scales on concurrency or rps",
    (service) => {
      const metric = scaling(service, "metric");
      const isKpa = (scaling(service, "class") ?? "kpa.autoscaling.knative.dev").startsWith("kpa");
      return metric !== undefined && isKpa && !["concurrency", "rps"].includes(metric);
    },
    (service) => plant(service, "metric", "cpu"),
  ),
  rule(
    "autoscaling annotations stand on the template",
    (service) => Object.keys(service.metadata.annotations ?? {}).some((name) => name.startsWith(PREFIX)),
    (service) => {
      service.metadata.annotations = { [`${PREFIX}min-scale`]: "0" };
    },
  ),
  rule(
    "an autoscaling annotation is one that Knative knows",
    (service) =>
      Object.keys(annotations(service)).some(
        (name) => name.startsWith(PREFIX) && !KNOWN_ANNOTATIONS.has(name.slice(PREFIX.length)),
      ),
    (service) => plant(service, "minn-scale", "1"),
    (service) => plant(service, "minScale", "1"),
  ),
  rule(
    "rollout-duration is a duration",
    (service) => {
      const text = service.metadata.annotations?.["serving.knative.dev/rollout-duration"];
      return text !== undefined && Number.isNaN(durationSeconds(text));
    },
    (service) => {
      service.metadata.annotations = { "serving.knative.dev/rollout-duration": "1" };
    },
  ),
  rule(
    "visibility is cluster-local or nothing",
    (service) => {
      const value = service.metadata.labels?.["networking.knative.dev/visibility"];
      return value !== undefined && value !== "cluster-local";
    },
    (service) => {
      service.metadata.labels = { "networking.knative.dev/visibility": "private" };
    },
  ),
  rule(
    "containerConcurrency is 0 to 1000",
    (service) => {
      const requests = Number(spec(service).containerConcurrency ?? 0);
      return !(requests >= 0 && requests <= 1000);
    },
    (service) => {
      spec(service).containerConcurrency = 1001;
    },
    (service) => {
      spec(service).containerConcurrency = -1;
    },
  ),
  rule(
    "timeoutSeconds is at most 600",
    (service) => !(Number(spec(service).timeoutSeconds ?? 300) <= 600),
    (service) => {
      spec(service).timeoutSeconds = 601;
    },
  ),
  rule(
    "responseStartTimeoutSeconds is not above timeoutSeconds",
    (service) => Number(spec(service).responseStartTimeoutSeconds ?? 0) > Number(spec(service).timeoutSeconds ?? 300),
    (service) => {
      spec(service).responseStartTimeoutSeconds = 301;
    },
  ),
  rule(
    "terminationGracePeriodSeconds is Knative's own",
    (service) => "terminationGracePeriodSeconds" in spec(service),
    (service) => {
      spec(service).terminationGracePeriodSeconds = 30;
    },
  ),
  rule(
    "lifecycle is Knative's own",
    (service) => "lifecycle" in container(service),
    (service) => {
      container(service).lifecycle = { preStop: { sleep: { seconds: 5 } } };
    },
  ),
  ...FIELDS_BEHIND_FEATURES.map((field) =>
    rule(
      `${field} needs a feature flag that is off`,
      (service) => field in spec(service),
      (service) => {
        spec(service)[field] = field === "priorityClassName" ? "high" : {};
      },
    ),
  ),
  rule(
    "a function has one container port at most",
    (service) => (container(service).ports ?? []).length > 1,
    (service) => {
      container(service).ports = [{ containerPort: 8080 }, { containerPort: 8081 }];
    },
  ),
  rule(
    "hostPort is refused",
    (service) => (container(service).ports ?? []).some((port: object) => "hostPort" in port),
    (service) => {
      container(service).ports = [{ containerPort: 8080, hostPort: 80 }];
    },
  ),
  rule(
    "the port is not one of the queue-proxy's",
    (service) =>
      (container(service).ports ?? []).some(({ containerPort }: { containerPort: number }) =>
        RESERVED_PORTS.has(containerPort),
      ),
    (service) => {
      container(service).ports = [{ containerPort: 8012 }];
    },
  ),
  rule(
    "a port's name is h2c or http1",
    (service) =>
      (container(service).ports ?? []).some(
        ({ name }: { name?: string }) => name !== undefined && !["h2c", "http1"].includes(name),
      ),
    (service) => {
      container(service).ports = [{ containerPort: 8080, name: "http" }];
    },
  ),
  rule(
    "the environment leaves Knative's own names alone",
    (service) => (container(service).env ?? []).some(({ name }: { name: string }) => RESERVED_ENVIRONMENT.has(name)),
    ...[...RESERVED_ENVIRONMENT].map((name) => (service: Manifest) => {
      container(service).env = [{ name, value: "x" }];
    }),
  ),
  rule(
    "the environment takes no fieldRef",
    (service) =>
      (container(service).env ?? []).some(
        ({ valueFrom }: { valueFrom?: object }) =>
          valueFrom !== undefined && ("fieldRef" in valueFrom || "resourceFieldRef" in valueFrom),
      ),
    (service) => {
      container(service).env = [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }];
    },
  ),
  rule(
    "capabilities are never added",
    (service) => (container(service).securityContext?.capabilities?.add ?? []).length > 0,
    (service) => {
      container(service).securityContext.capabilities.add = ["NET_ADMIN"];
    },
  ),
  rule(
    "traffic sums to 100",
    (service) => {
      const traffic = service.spec?.traffic;
      return (
        traffic !== undefined &&
        traffic.reduce((sum: number, { percent = 0 }: { percent?: number }) => sum + percent, 0) !== 100
      );
    },
    (service) => {
      service.spec.traffic = [{ latestRevision: true, percent: 90 }];
    },
  ),
  rule(
    "the name is a DNS label",
    (service) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(service.metadata.name),
    (service) => {
      service.metadata.name = "Orders";
    },
  ),
  rule(
    "the image is named",
    (service) => !container(service).image,
    (service) => {
      container(service).image = "";
    },
  ),
  rule(
    "a readiness probe asks the serving port",
    (service) => {
      const { readinessProbe, ports } = container(service);
      const port = readinessProbe?.httpGet?.port ?? readinessProbe?.tcpSocket?.port;
      return port !== undefined && port !== 0 && port !== (ports?.[0]?.containerPort ?? 8080);
    },
    (service) => {
      container(service).readinessProbe = { httpGet: { path: "/", port: 9000 } };
    },
  ),
];
