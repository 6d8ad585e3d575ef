/** A Kubernetes object as the checks see it, and small ways to look into one without trusting its shape. */
import { parseAllDocuments } from "yaml";

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: the schema check says what is really in it; rules look wherever they must.
  [field: string]: any;
}

/** Every document of a YAML stream; empty ones are left out. @throws on a syntax error, a duplicate key or a missing kind. */
export function parseManifests(yaml: string): Manifest[] {
  return parseAllDocuments(yaml, { uniqueKeys: true }).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const manifest = document.toJS() as Manifest | null;
    if (manifest === null) return [];
    if (typeof manifest.kind !== "string" || typeof manifest.apiVersion !== "string")
      throw new Error(`a document without kind or apiVersion: ${JSON.stringify(manifest).slice(0, 200)}`);
    return [manifest];
  });
}

export function groupOf({ apiVersion }: Manifest): string {
  return apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "core";
}

export function nameOf(manifest: Manifest): string {
  return `${manifest.kind} ${manifest.metadata?.namespace ?? "-"}/${manifest.metadata?.name}`;
}

export function isKnativeService(manifest: Manifest): boolean {
  return manifest.kind === "Service" && groupOf(manifest) === "serving.knative.dev";
}

/** The pod template's spec and labels of whatever makes pods; null for anything else. */
export function podOf(manifest: Manifest): { spec: Manifest["spec"]; labels: Record<string, string> } | null {
  const makesPods =
    isKnativeService(manifest) || ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"].includes(manifest.kind);
  if (!makesPods) return null;
  const template = (manifest.kind === "CronJob" ? manifest.spec?.jobTemplate?.spec : manifest.spec)?.template;
  const own = template?.metadata?.labels ?? {};
  // Knative labels the pods of a service with its name.
  const labels = isKnativeService(manifest) ? { ...own, "serving.knative.dev/service": manifest.metadata.name } : own;
  return { spec: template?.spec ?? {}, labels };
}

// biome-ignore lint/suspicious/noExplicitAny: containers are looked into by rules.
export function containersOf(manifest: Manifest): any[] {
  const spec = podOf(manifest)?.spec;
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
}
