/** The contract of funding/: its paths and events through the Functions Framework, on a real engine. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../_shared/database.ts";
import { installDeps } from "../_shared/deps.ts";
import { call, type ServedFunction, serveFunction } from "../_shared/testing/framework-server.ts";
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { installFunding } from "./deps.ts";
import { type FundingExchange, fundingExchange, OPERATOR_TOKEN } from "./testing/funding-exchange.ts";
import "./index.ts";

let database: Database;
let funding: FundingExchange;
let server: ServedFunction;

beforeAll(async () => {
  database = await openMemoryDatabase();
  funding = await fundingExchange(database, "contract");
  installFunding(funding.deps);
  server = await serveFunction("funding", null);
  installDeps(() => funding.deps);
  await funding.persist();
});
afterAll(async () => {
  installFunding(null);
  await server.close();
  await database.close();
});

const operator = { authorization: `Bearer ${OPERATOR_TOKEN}` };
const JSON_TYPE = "application/json;charset=UTF-8";

test("an event is a POST to the root; taken, it is answered 204 without a body", async () => {
  const response = await fetch(`${server.origin}/`, {
    method: "POST",
    headers: {
      ...{ "ce-specversion": "1.0", "ce-type": "tidebook.deposit.confirmed.v1", "ce-source": "/custody", "ce-id": "1" },
      "content-type": "application/json",
    },
    body: JSON.stringify({ account: 1, asset: "A0", amount: "5", reference: "contract" }),
  });
  expect([response.status, await response.text()]).toEqual([204, ""]);
});

test("the audit's answer to an operator", async () => {
  await funding.persist();
  const side = (total: number) => ({
    accounts: `${total}.00000000`,
    deposited: `${total}.00000000`,
    withdrawn: "0.00000000",
  });
  const { headSeq } = funding.exchange.engine.stats();
  expect(await call(server.origin, "GET", "/ops/v1/audit", { headers: operator })).toEqual({
    status: 200,
    contentType: JSON_TYPE,
    body: {
      ...{ outcome: "balanced", reasons: [], frozen: false, asOfSeq: headSeq, tablesSeq: headSeq },
      ...{ time: 1_700_000_000_000, lastHeld: { time: 1_700_000_000_000, seq: headSeq } },
      assets: [
        { asset: "A0", engine: side(2_000_005), tables: side(2_000_005) },
        { asset: "A1", engine: side(2_000_000), tables: side(2_000_000) },
      ],
    },
  });
});

test("a statement in the words of the API", async () => {
  const { body } = await funding.signed(1, "GET", "/api/v3/statement", "asset=A0");
  const deposit = (amount: string, reference: string) => ({
    ...{ id: expect.any(Number), seq: expect.any(Number), time: 1_700_000_000_000, type: "DEPOSITED" },
    ...{ amount, change: amount, reference },
  });
  expect(body).toEqual({
    asset: "A0",
    opening: "0.00000000",
    entries: [deposit("1000000.00000000", "start 1 A0"), deposit("5.00000000", "contract")],
    closing: "1000005.00000000",
    asOfSeq: funding.exchange.engine.stats().headSeq,
  });
});

test.each([
  ["GET", "/sapi/v1/capital/withdraw/history", {}, 400, -1102],
  ["POST", "/sapi/v1/capital/withdraw/history", {}, 405, -1020],
  ["GET", "/ops/v1/withdrawals", {}, 401, -1002],
  ["GET", "/ops/v1/withdrawals", operator, 200, undefined],
  ["DELETE", "/ops/v1/withdrawals/a", operator, 405, -1020],
  ["GET", "/api/v3/order", {}, 404, undefined],
] as const)("%s %s with %j is answered %i", async (method, path, headers, status, code) => {
  const answer = await call(server.origin, method, path, { headers });
  expect([answer.status, (answer.body as { code?: number }).code]).toEqual([
    status,
    status === 404 ? expect.any(Number) : code,
  ]);
});

test("an address to deposit to is not given here", async () => {
  expect(await funding.signed(1, "GET", "/sapi/v1/capital/deposit/address", "coin=A0")).toEqual({
    status: 400,
    body: { code: -1020, msg: "This operation is not supported." },
  });
});
