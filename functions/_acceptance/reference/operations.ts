/**
 * The route table, but for people's calls, with everything that is said of its routes, as one list: what the page and the OpenAPI document are made of.
 */
import { priceOf } from "../../../engine/api/limits/prices.ts";
import { DESCRIBED_ROUTES, type DescribedRoute, ENDPOINTS } from "../../../engine/api/reference/endpoint-catalog.ts";
import type { EndpointEntry } from "../../../engine/api/reference/endpoint-entry.ts";
import type { Schema } from "../../../engine/api/reference/json-schema.ts";
import { PARAMETER_CATALOG, type ParameterEntry } from "../../../engine/api/reference/parameter-catalog.ts";
import { PARAMETER_WORDS } from "../../../engine/api/reference/parameter-words.ts";
import type { Route } from "../../../engine/api/routes.ts";
import { bodySchema } from "./operator-bodies.ts";

export interface DescribedParameter {
  readonly name: string;
  readonly mandatory: boolean;
  readonly entry: ParameterEntry;
  readonly says: string;
  /** null: any value of its characters. */
  readonly words: readonly string[] | null;
}

export interface Operation {
  readonly route: DescribedRoute;
  /** As requests are named in this project: method and path. */
  readonly call: string;
  readonly id: string;
  readonly entry: EndpointEntry;
  readonly parameters: readonly DescribedParameter[];
  readonly weight: string;
  /** What succeeds costs nothing. */
  readonly freeWhenDone: boolean;
  /** JSON, of the operator's API. */
  readonly body: Schema | null;
}

export const OPERATIONS: readonly Operation[] = DESCRIBED_ROUTES.map((route): Operation => {
  const { handler } = route;
  const entry: EndpointEntry = ENDPOINTS[handler];
  const price = priceOf(route);
  const described = (name: string, mandatory: boolean): DescribedParameter => ({
    name,
    mandatory,
    entry: catalogued(name),
    says: saysOf(entry, name),
    words: entry.words?.[name] ?? PARAMETER_WORDS[name] ?? null,
  });
  return {
    route,
    call: `${route.method} ${route.path}`,
    id: operationId(route),
    entry,
    parameters: [
      ...route.mandatory.map((name) => described(name, true)),
      ...route.optional.map((name) => described(name, false)),
    ],
    weight: price.shown ?? String(price.weight),
    freeWhenDone: price.freeWhenDone,
    body: bodySchema(handler),
  };
});

/** What every signed request has beside its own parameters. */
export function ofSignedRequests(name: "timestamp" | "recvWindow", mandatory: boolean): DescribedParameter {
  const entry = catalogued(name);
  return { name, mandatory, entry, says: entry.says, words: null };
}

function catalogued(name: string): ParameterEntry {
  const entry = PARAMETER_CATALOG[name];
  if (entry === undefined) throw new Error(`no parameter ${name} in the catalog`);
  return entry;
}

function saysOf(entry: EndpointEntry, name: string): string {
  const says = entry.notes?.[name] ?? catalogued(name).says;
  if (name !== "limit" || entry.limit === undefined) return says;
  const { default: usual, max } = entry.limit;
  return `${says}: ${usual} where it is not sent, ${max} where it is more`;
}

/** "GET /api/v3/ticker/24hr" is getTicker24hr. */
function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/api\/v3\//, "")
    .replace("/*", "/one")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "" && !/^v[0-9]$/.test(word));
  const camel = words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join("");
  return `${method.toLowerCase()}${camel}`;
}
