/**
 * What a page of another origin may read: that which needs no key, and nothing else.
 */
import { expect, test } from "vitest";
import { ROUTES } from "../../engine/api/routes.ts";
import { handleAccount } from "../account/handler.ts";
import type { FundingDeps } from "../funding/deps.ts";
import { handleFunding } from "../funding/handler.ts";
import { handleMarketData } from "../market-data/handler.ts";
import { handleOrders } from "../orders/handler.ts";
import { handleUsers } from "../users/handler.ts";
import type { EdgeDeps } from "./deps.ts";
import type { Handler, HttpReply } from "./http.ts";
import { fakeEdge, request } from "./testing/fake-edge.ts";

const HANDLERS: Readonly<Record<string, Handler<EdgeDeps>>> = {
  orders: handleOrders,
  account: handleAccount,
  "market-data": handleMarketData,
  users: handleUsers,
  // Nobody gets as far here as what funding has beside the others.
  funding: (request, deps) => handleFunding(request, deps as FundingDeps),
};
/** The operator's alone, inside the cluster. */
const WITHOUT_HANDLER = ["dead-letters"];
const ORIGIN = "access-control-allow-origin";

async function replies(method: (route: (typeof ROUTES)[number]) => string): Promise<Map<string, HttpReply>> {
  const { deps } = fakeEdge();
  const found = new Map<string, HttpReply>();
  for (const route of ROUTES) {
    const handler = HANDLERS[route.owner];
    if (handler === undefined) continue;
    const path = route.path.replace("*", "1");
    const headers = { origin: "https://other.example", "access-control-request-method": route.method };
    found.set(`${route.method} ${route.path}`, await handler(request({ method: method(route), path, headers }), deps));
  }
  return found;
}
const keyless = ROUTES.filter(({ method, security }) => method === "GET" && security === "NONE").map(
  ({ method, path }) => `${method} ${path}`,
);
const readable = (found: Map<string, HttpReply>): string[] =>
  [...found].filter(([, { headers }]) => ORIGIN in headers).map(([name]) => name);

test("every answer of a keyless GET may be read by any page, refusals too; no other answer may", async () => {
  const found = await replies(({ method }) => method);
  expect(readable(found)).toEqual(keyless);
  expect(keyless.length).toBeGreaterThan(20);
  const asked = ROUTES.filter(({ owner }) => !WITHOUT_HANDLER.includes(owner));
  expect(found.size).toBe(asked.length);
  expect(new Set(keyless.map((name) => found.get(name)?.headers[ORIGIN]))).toEqual(new Set(["*"]));
});

test("a page may ask beforehand for a keyless GET alone, and is not invited to send a key", async () => {
  const found = await replies(() => "OPTIONS");
  const gets = new Set(keyless.map((name) => name.split(" ")[1]));
  const allowed = [...found.keys()].filter((name) => gets.has(name.split(" ")[1]));
  expect(readable(found)).toEqual(allowed);
  const { status, headers, body } = found.get("GET /api/v3/depth")!;
  expect({ status, headers, body }).toEqual({
    status: 204,
    headers: {
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET",
      "access-control-allow-headers": "Content-Type, X-MBX-TIME-UNIT",
      "access-control-max-age": "86400",
    },
    body: "",
  });
  expect(found.get("GET /api/v3/account")).toMatchObject({ status: 405 });
});
