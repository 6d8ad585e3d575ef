/** People through the Functions Framework: what its parser, its guard and its headers leave of a request and of an answer. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../_shared/database.ts";
import { installDeps } from "../../_shared/deps.ts";
import { ensureTables } from "../../_shared/migrate.ts";
import { migratePeople } from "../../_shared/people/people-tables.ts";
import { ORIGIN, PeopleExchange } from "../../_shared/people/testing/people-exchange.ts";
import { pgliteDatabase } from "../../_shared/pglite-database.ts";
import { type ServedFunction, serveFunction } from "../../_shared/testing/framework-server.ts";
import { WITHDRAWALS_MIGRATION } from "../../funding/withdrawal-store.ts";
import "../index.ts";

let server: ServedFunction;
let database: Database;

beforeAll(async () => {
  const opened = pgliteDatabase({ folder: null, migrate: migratePeople, setAsidePath: null, onLost: () => {} });
  await opened.ready;
  await ensureTables(opened, WITHDRAWALS_MIGRATION);
  database = opened;
  const { funding } = await PeopleExchange.open(database);
  server = await serveFunction("users", null);
  installDeps(() => funding.deps);
});
afterAll(async () => {
  await server.close();
  await database.close();
});

async function ask(method: string, path: string, headers: Record<string, string> = {}, body?: string) {
  const response = await fetch(`${server.origin}/people/v1/${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const { status } = response;
  const kept = ["content-type", "cache-control", "access-control-allow-origin"].map((name) =>
    response.headers.get(name),
  );
  return { status, kept, cookie: response.headers.get("set-cookie"), body: await response.json() };
}

const ours = { origin: ORIGIN, "content-type": "application/json; charset=utf-8" };
const kept = ["application/json;charset=UTF-8", "no-store", null];

test("an answer is JSON that nobody keeps and no other page may read; a session is set by the cookie alone", async () => {
  expect(await ask("GET", "venue")).toEqual({
    ...{ status: 200, kept, cookie: null, body: { isDemo: true, publicOrigin: ORIGIN } },
  });
  const guest = await ask("POST", "guests", ours, "{}");
  expect(guest).toEqual({
    ...{ status: 200, kept, cookie: expect.stringMatching(/^tidebook=[\w-]{43}; .*HttpOnly/) },
    body: {
      person: {
        ...{ id: expect.any(String), name: expect.any(String), account: 3 },
        ...{ isGuest: true, freshUntil: expect.any(Number) },
      },
    },
  });
  const cookie = guest.cookie?.split(";")[0] ?? "";
  expect((await ask("GET", "session", { cookie })).body).toEqual(guest.body);
});

test("what is refused sets no cookie, and says why in the dialect's form", async () => {
  const refused = (status: number, code: number, msg: string) => ({ status, kept, cookie: null, body: { code, msg } });
  expect(await ask("POST", "guests", { "content-type": "application/json" }, "{}")).toEqual(
    refused(403, -2015, `Requests of people come from pages of ${ORIGIN} alone.`),
  );
  expect(await ask("POST", "guests", { ...ours, "content-type": "text/plain" }, "{}")).toEqual(
    refused(400, -1100, "Illegal characters found in parameter 'Content-Type'; legal range is 'application/json'."),
  );
  expect(await ask("GET", "keys")).toEqual(refused(401, -2015, "Sign in first."));
  expect(await ask("POST", "guests", ours, '{"more":1}')).toEqual(
    refused(400, -1130, `'body' Unrecognized key: "more".`),
  );
  expect((await ask("PUT", "guests", ours, "{}")).status).toBe(405);
});
