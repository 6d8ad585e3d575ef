/**
 * Where an Ingress controller that reads nginx's annotations sends a request: the rules of use-regex, rewrite-target and
 * upstream-vhost, as documented; no controller is run.
 */
import type { Manifest } from "./manifest.ts";

const NGINX = "nginx.ingress.kubernetes.io/";

export interface Routed {
  readonly service: string;
  readonly port: number | string;
  /** What the service gets. */
  readonly path: string;
  /** The Host header that it gets; null: the client's. */
  readonly host: string | null;
}

interface Candidate {
  readonly ingress: Manifest;
  // biome-ignore lint/suspicious/noExplicitAny: the schema check has passed over it.
  readonly rule: any;
  readonly isExact: boolean;
  readonly length: number;
}

/** One Ingress with a pattern or a rewrite makes patterns of every path of its host, also of other Ingresses. */
function hasPatterns(manifests: readonly Manifest[], host: string): boolean {
  return manifests.some(
    ({ kind, metadata, spec }) =>
      kind === "Ingress" &&
      spec.rules.some((rule: { host?: string }) => rule.host === undefined || rule.host === host) &&
      (metadata.annotations?.[`${NGINX}use-regex`] === "true" ||
        metadata.annotations?.[`${NGINX}rewrite-target`] !== undefined),
  );
}

function matchOf(areRegex: boolean, path: string, pathType: string, target: string): RegExpExecArray | null {
  if (areRegex && pathType !== "Exact") return new RegExp(`^${path}`, "i").exec(target);
  if (pathType === "Exact") return target === path ? /^.*$/s.exec(target) : null;
  const prefix = path.endsWith("/") ? path.slice(0, -1) : path;
  return target === prefix || target.startsWith(`${prefix}/`) ? /^.*$/s.exec(target) : null;
}

/** @param target path and query. null: no rule takes it. */
export function routeRequest(manifests: readonly Manifest[], host: string, target: string): Routed | null {
  const [path = "/", query] = splitOnce(target, "?");
  const areRegex = hasPatterns(manifests, host);
  const candidates: Candidate[] = manifests
    .filter(({ kind }) => kind === "Ingress")
    .flatMap((ingress) =>
      ingress.spec.rules
        .filter((rule: { host?: string }) => rule.host === undefined || rule.host === host)
        .flatMap(({ http }: { http: { paths: { path: string; pathType: string }[] } }) => http.paths)
        .filter(
          (rule: { path: string; pathType: string }) => matchOf(areRegex, rule.path, rule.pathType, path) !== null,
        )
        .map((rule: { path: string; pathType: string }) => ({
          ingress,
          rule,
          isExact: rule.pathType === "Exact",
          length: rule.path.length,
        })),
    );
  // Exact before all, then the longest path, as nginx sorts its locations.
  candidates.sort((a, b) => Number(b.isExact) - Number(a.isExact) || b.length - a.length);
  const [best] = candidates;
  if (best === undefined) return null;
  const { ingress, rule } = best;
  const annotations = ingress.metadata.annotations ?? {};
  const rewrite = annotations[`${NGINX}rewrite-target`];
  const match = matchOf(areRegex, rule.path, rule.pathType, path);
  const rewritten =
    rewrite === undefined ? path : rewrite.replaceAll(/\$(\d)/g, (_all, group: string) => match?.[Number(group)] ?? "");
  return {
    service: rule.backend.service.name,
    port: rule.backend.service.port.number ?? rule.backend.service.port.name,
    path: query === undefined ? rewritten : `${rewritten}?${query}`,
    host: annotations[`${NGINX}upstream-vhost`] ?? null,
  };
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
