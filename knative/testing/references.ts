/**
 * Every name that one manifest says of another leads somewhere: secrets, settings, service accounts, services, brokers,
 * scale targets. What an operator of the cluster makes (a database's secret, say) is named here, with who makes it.
 */
import { containersOf, groupOf, isKnativeService, type Manifest, nameOf, podOf } from "./manifest.ts";

interface Named {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** What appears in a cluster without a manifest of ours: made by a chart or an operator, or by a person with `npm run seal`. */
export interface Outside {
  /** `Kind namespace/name`. */
  readonly exists: (named: string) => boolean;
}

function text({ kind, namespace, name }: Named): string {
  return `${kind} ${namespace}/${name}`;
}

function secretsAndSettings(manifest: Manifest): Named[] {
  const namespace = manifest.metadata.namespace ?? "default";
  const found: Named[] = [];
  const add = (kind: string, name: string | undefined): void => {
    if (name !== undefined) found.push({ kind, name, namespace });
  };
  for (const { env = [], envFrom = [] } of containersOf(manifest)) {
    for (const { secretRef, configMapRef } of envFrom) {
      add("Secret", secretRef?.name);
      add("ConfigMap", configMapRef?.name);
    }
    for (const { valueFrom } of env) {
      add("Secret", valueFrom?.secretKeyRef?.name);
      add("ConfigMap", valueFrom?.configMapKeyRef?.name);
    }
  }
  for (const { secret, configMap } of podOf(manifest)?.spec.volumes ?? []) {
    add("Secret", secret?.secretName);
    add("ConfigMap", configMap?.name);
  }
  return found;
}

function others(manifest: Manifest): Named[] {
  const namespace = manifest.metadata.namespace ?? "default";
  const { spec } = manifest;
  const found: Named[] = [];
  const account = podOf(manifest)?.spec.serviceAccountName;
  if (account !== undefined) found.push({ kind: "ServiceAccount", name: account, namespace });
  const destinations = [spec?.subscriber, spec?.delivery?.deadLetterSink, spec?.sink];
  for (const { ref } of destinations.filter((each) => each !== undefined)) {
    if (ref !== undefined) found.push({ kind: ref.kind, name: ref.name, namespace: ref.namespace ?? namespace });
  }
  if (manifest.kind === "Trigger") found.push({ kind: "Broker", name: spec.broker, namespace });
  if (spec?.scaleTargetRef !== undefined) {
    const { kind = "Deployment", name } = spec.scaleTargetRef;
    found.push({ kind, name, namespace });
  }
  if (manifest.kind === "Ingress") {
    for (const { http } of spec.rules) {
      for (const { backend } of http.paths) found.push({ kind: "Service", name: backend.service.name, namespace });
    }
  }
  if (manifest.kind === "StatefulSet") found.push({ kind: "Service", name: spec.serviceName, namespace });
  return found;
}

/** A SealedSecret becomes a Secret of its name. */
function madeBy(manifest: Manifest): string {
  const { kind, metadata } = manifest;
  const asKind = kind === "SealedSecret" ? "Secret" : kind;
  return text({ kind: asKind, name: metadata.name, namespace: metadata.namespace ?? "default" });
}

/** One sentence per name that leads nowhere. */
export function danglingReferences(manifests: readonly Manifest[], outside: Outside): string[] {
  const there = new Set(manifests.map(madeBy));
  return manifests.flatMap((manifest) =>
    [...secretsAndSettings(manifest), ...others(manifest)]
      .map(text)
      .filter((named) => !there.has(named) && !outside.exists(named))
      .map((named) => `${nameOf(manifest)} → ${named}`),
  );
}

/** Service accounts that no workload runs under. */
export function unusedAccounts(manifests: readonly Manifest[]): string[] {
  const used = new Set(
    manifests.flatMap((manifest) => {
      const account = podOf(manifest)?.spec.serviceAccountName;
      return account === undefined ? [] : [`${manifest.metadata.namespace}/${account}`];
    }),
  );
  return manifests
    .filter(({ kind, metadata }) => kind === "ServiceAccount" && !used.has(`${metadata.namespace}/${metadata.name}`))
    .map(nameOf);
}

/** Ports of Services that no container of the selected pods opens; a Service that selects nobody. */
export function brokenServices(manifests: readonly Manifest[]): string[] {
  return manifests
    .filter((manifest) => manifest.kind === "Service" && groupOf(manifest) === "core" && manifest.spec.selector)
    .flatMap((service) => {
      const selected = manifests.filter((manifest) => {
        const pod = podOf(manifest);
        if (pod === null || isKnativeService(manifest)) return false;
        if (manifest.metadata.namespace !== service.metadata.namespace) return false;
        return Object.entries(service.spec.selector).every(([label, value]) => pod.labels[label] === value);
      });
      if (selected.length === 0) return [`${nameOf(service)} selects no pod`];
      const open = selected.flatMap(containersOf).flatMap(({ ports = [] }) => ports);
      return service.spec.ports
        .filter(
          ({ targetPort, port }: { targetPort?: number | string; port: number }) =>
            !open.some(({ name, containerPort }) => [name, containerPort].includes(targetPort ?? port)),
        )
        .map(({ port }: { port: number }) => `${nameOf(service)} port ${port} leads to no container port`);
    });
}
