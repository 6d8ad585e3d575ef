/**
 * One origin: what each path of the public dialect reaches behind the Ingress, by the documented rules of its annotations.
 * Skipped where neither kubectl nor kustomize is installed.
 */
import { describe, expect, test } from "vitest";
import { ROUTES, SCREEN_FILES, SCREEN_PAGES } from "../engine/api/routes.ts";
import { routeRequest } from "./testing/ingress-routing.ts";
import type { Manifest } from "./testing/manifest.ts";
import { canRender, OVERLAYS, render } from "./testing/render.ts";

function hostOf(manifests: readonly Manifest[]): string {
  const hosts = manifests
    .filter(({ kind }) => kind === "Ingress")
    .flatMap(({ spec }) => spec.rules.map(({ host }: { host: string }) => host));
  expect(new Set(hosts).size).toBe(1);
  return hosts[0];
}

/** Which function, and the path that it gets. */
function reached(manifests: readonly Manifest[], target: string): string {
  const routed = routeRequest(manifests, hostOf(manifests), target);
  if (routed === null) return "nobody";
  const name = routed.host === null ? routed.service : (routed.host.split(".")[0] ?? "");
  return `${name} ${routed.path}`;
}

/** A path of the table as a client would ask for it. */
function concrete(path: string): string {
  return path.replace(/\*$/, "name");
}

const PUBLIC = ROUTES.filter(({ path }) => !path.startsWith("/ops/"));
/** What the screen alone asks for. */
const isOfPeople = ({ path }: { readonly path: string }): boolean => path.startsWith("/people/");

describe.skipIf(!canRender)("rendered (skipped without kubectl or kustomize)", () => {
  for (const overlay of OVERLAYS) {
    const manifests = (): readonly Manifest[] => render(`overlays/${overlay}`);

    test(`${overlay}: every public route reaches its function with its path unchanged`, () => {
      const wrong = PUBLIC.map(({ path, owner }) => ({ path: concrete(path), owner })).filter(
        ({ path, owner }) => reached(manifests(), `${path}?a=/b`) !== `${owner} ${path}?a=/b`,
      );
      expect(wrong).toEqual([]);
    });

    test(`${overlay}: behind /backend it reaches the same function, with /backend taken away; people have no part in that`, () => {
      expect(
        PUBLIC.filter(isOfPeople).filter(({ path }) => reached(manifests(), `/backend${concrete(path)}`) !== "nobody"),
      ).toEqual([]);
      const programs = PUBLIC.filter((route) => !isOfPeople(route));
      const wrong = programs
        .map(({ path, owner }) => ({ path: concrete(path), owner }))
        .filter(({ path, owner }) => reached(manifests(), `/backend${path}?a=/b`) !== `${owner} ${path}?a=/b`);
      expect(wrong).toEqual([]);
    });

    test(`${overlay}: the screen's pages and files reach web as they are asked for, and are not behind /backend`, () => {
      const paths = [...SCREEN_PAGES, ...SCREEN_FILES].map((path) => `${concrete(path)}?a=/b`);
      expect(paths.map((path) => reached(manifests(), path))).toEqual(paths.map((path) => `web ${path}`));
      const others = [...paths.map((path) => `/backend${path}`), "/assets", "/assets/a/b", "/account/", "/ops/", "/x"];
      expect(others.map((path) => reached(manifests(), path))).toEqual(others.map(() => "nobody"));
    });

    test(`${overlay}: sockets go to the stream, their paths untouched`, () => {
      const paths = ["/ws", "/ws/btcusdt@trade", "/stream", "/stream?streams=a/b", "/ws-api/v3"];
      expect(paths.map((path) => reached(manifests(), path))).toEqual(paths.map((path) => `stream ${path}`));
    });

    test(`${overlay}: what is no path of ours is nobody's, and an operator's path is not public`, () => {
      const paths = [
        "/backendx",
        "/api/v30/order",
        "/wsx",
        "/ops/v1/status",
        "/backend/ops/v1/status",
        "/v1/engine/account",
        "/metrics",
      ];
      expect(paths.map((path) => reached(manifests(), path))).toEqual(paths.map(() => "nobody"));
    });
  }

  test("long-lived sockets outlive the controller's default of a minute", () => {
    const stream = render("overlays/gke").filter(
      ({ kind, spec }) => kind === "Ingress" && JSON.stringify(spec).includes('"name":"stream"'),
    );
    expect(stream.length).toBeGreaterThan(0);
    for (const { metadata } of stream) {
      expect(metadata.annotations).toMatchObject({
        "nginx.ingress.kubernetes.io/proxy-read-timeout": "3600",
        "nginx.ingress.kubernetes.io/proxy-send-timeout": "3600",
      });
      expect(Object.keys(metadata.annotations ?? {}).filter((name) => /rewrite/.test(name))).toEqual([]);
    }
  });
});

test("a rewrite is read as the controller reads it", () => {
  const ingress = (path: string, pathType: string, annotations: Record<string, string>): Manifest => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: "api",
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([name, value]) => [`nginx.ingress.kubernetes.io/${name}`, value]),
      ),
    },
    spec: {
      rules: [
        {
          host: "a.example",
          http: { paths: [{ path, pathType, backend: { service: { name: "api", port: { number: 80 } } } }] },
        },
      ],
    },
  });
  const regex = ingress("/backend(/|$)(.*)", "ImplementationSpecific", {
    "use-regex": "true",
    "rewrite-target": "/$2",
  });
  const path = (target: string): string | null => routeRequest([regex], "a.example", target)?.path ?? null;
  expect(["/backend", "/backend/", "/backend/a?b", "/backendx", "/ws"].map(path)).toEqual([
    "/",
    "/",
    "/a?b",
    null,
    null,
  ]);
  // One rewriting Ingress for both, as the source document has it, sends /ws to "/".
  const both = ingress("/ws", "ImplementationSpecific", { "use-regex": "true", "rewrite-target": "/$2" });
  expect(routeRequest([both], "a.example", "/ws")?.path).toBe("/");
  const prefix = ingress("/ws", "Prefix", {});
  expect(["/ws", "/ws/x", "/wsx"].map((target) => routeRequest([prefix], "a.example", target)?.path ?? null)).toEqual([
    "/ws",
    "/ws/x",
    null,
  ]);
});
