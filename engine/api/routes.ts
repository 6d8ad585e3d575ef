/**
 * Who answers a path, and by which route: lookups in the route table (route-table.ts), and the paths of the screen.
 *
 * One table for everybody: the functions dispatch by it, functions/_local mounts by it, ingress manifests are compared
 * with it.
 */
import { type FunctionName, ROUTES, type Route } from "./route-table.ts";

export {
  type DocumentName,
  type FunctionName,
  type HandlerName,
  type Method,
  ROUTES,
  type Route,
  type Security,
} from "./route-table.ts";

/**
 * What functions/web gives a browser: the pages of the screen, which are one document, and the files it is made of. No calls:
 * they take no parameters, are in no reference and cost no weight. `/ops` is a page; `/ops/v1` is the operator's API.
 */
export const SCREEN_PAGES = ["/", "/account", "/ops", "/sign-in"] as const;
export const SCREEN_FILES = ["/assets/*", "/favicon.svg", "/robots.txt", "/licenses.txt"] as const;

/** Whole prefixes that belong to one function; what is below them and in no route is that function's to refuse. */
const OWNED_PREFIXES: readonly (readonly [string, FunctionName])[] = [
  ["/ops/v1/dead-letters", "dead-letters"],
  ["/ops/v1/history", "dead-letters"],
  ["/ops/v1/withdrawals", "funding"],
  ["/ops/v1/audit", "funding"],
  ["/ops/v1", "users"],
  ["/people/v1/withdrawals", "funding"],
  ["/people", "users"],
  ["/api/v3/apiKey", "users"],
  ["/api/v3/order", "orders"],
  ["/api/v3/orderList", "orders"],
  ["/api/v3/sor", "orders"],
  ["/api/v3", "market-data"],
  ["/api/v1", "market-data"],
  ["/wapi", "market-data"],
  ["/sapi", "account"],
  ["/fapi", "market-data"],
  ["/dapi", "market-data"],
  ["/assets", "web"],
];

const RETIRED_PREFIXES = ["/api/v1/", "/wapi/"] as const;

/** What the venue has switched off for good: 410, and not 404. */
export function isRetired(path: string): boolean {
  return RETIRED_PREFIXES.some((prefix) => path.startsWith(prefix));
}

export type RouteMatch =
  | {
      readonly outcome: "found";
      readonly route: Route /** What `*` stood for, still percent-encoded; else "". */;
      readonly name: string;
    }
  | { readonly outcome: "unknown_path" }
  | { readonly outcome: "method_not_allowed" /** For the header Allow. */; readonly allow: string };

const UNKNOWN_PATH: RouteMatch = { outcome: "unknown_path" };

const ofWeb: ReadonlySet<string> = new Set<string>([...SCREEN_PAGES, ...SCREEN_FILES]);
const byPath = new Map<string, Route[]>();
for (const entry of ROUTES) byPath.set(entry.path, [...(byPath.get(entry.path) ?? []), entry]);
const found = new Map<string, RouteMatch>();
for (const entry of ROUTES) {
  // A path with a name in it is never met exactly.
  if (!entry.path.endsWith("*"))
    found.set(`${entry.method} ${entry.path}`, { outcome: "found", route: entry, name: "" });
}

/** Cost: one map lookup for a path without a name in it. @param path without the query, as received. */
export function routeOf(method: string, path: string): RouteMatch {
  const exact = found.get(`${method} ${path}`);
  if (exact !== undefined) return exact;
  const slash = path.lastIndexOf("/");
  const routes = byPath.get(path) ?? byPath.get(`${path.slice(0, slash)}/*`);
  if (routes === undefined || path.endsWith("*") || slash === path.length - 1) return UNKNOWN_PATH;
  for (const entry of routes) {
    if (entry.method === method) return { outcome: "found", route: entry, name: path.slice(slash + 1) };
  }
  return { outcome: "method_not_allowed", allow: routes.map((entry) => entry.method).join(", ") };
}

/** Which function answers a path, known or not; null: none of ours. What `_local` and an ingress route by. */
export function ownerOf(path: string): FunctionName | null {
  const routes = byPath.get(path) ?? byPath.get(`${path.slice(0, path.lastIndexOf("/"))}/*`);
  if (routes?.[0] !== undefined) return routes[0].owner;
  if (ofWeb.has(path)) return "web";
  for (const [prefix, owner] of OWNED_PREFIXES) {
    if (path === prefix || path.startsWith(`${prefix}/`)) return owner;
  }
  return null;
}
