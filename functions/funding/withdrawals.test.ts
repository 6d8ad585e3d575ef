/** Withdrawals and deposits on a real engine: what a trader asks for, what an operator decides, what the world says. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { OperationalError } from "../../engine/bus/engine-client.ts";
import type { Database } from "../_shared/database.ts";
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { type FundingExchange, fundingExchange } from "./testing/funding-exchange.ts";
import { sweep } from "./withdrawals.ts";

let database: Database;
let funding: FundingExchange;
let tests = 0;

beforeAll(async () => {
  database = await openMemoryDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  tests += 1;
  funding = await fundingExchange(database, `w${tests}`);
});

const APPLY = "/sapi/v1/capital/withdraw/apply";
const MINE = "coin=A0&amount=250&address=bc1q-somewhere&network=BTC&addressTag=7";

async function balanceOf(account: number): Promise<readonly [free: bigint, locked: bigint]> {
  const { value } = await funding.exchange.engine.account(account);
  const held = value?.balances[0];
  return [held?.freeAtoms ?? 0n, held?.lockedAtoms ?? 0n];
}

async function applied(query = MINE, account = 1): Promise<string> {
  const { status, body } = await funding.signed(account, "POST", APPLY, query);
  expect([status, Object.keys(body)]).toEqual([200, ["id"]]);
  return body.id;
}

const decide = (reference: string, body: object) => funding.operator("POST", `/ops/v1/withdrawals/${reference}`, body);
const states = async (query = "") =>
  (await funding.operator("GET", `/ops/v1/withdrawals${query}`)).body.map(({ state }: { state: string }) => state);

test("a withdrawal is held at once, approved, told to the payer, and gone when it is paid", async () => {
  const reference = await applied();
  expect(await balanceOf(1)).toEqual([999_750n, 250n]);
  expect((await funding.operator("GET", "/ops/v1/withdrawals")).body).toEqual([
    {
      ...{ reference, state: "requested", account: 1, asset: "A0", amount: "250.00000000" },
      ...{ address: "bc1q-somewhere", addressTag: "7", network: "BTC", requested: 1_700_000_000_000 },
      ...{ decided: null, reason: "", txId: "" },
    },
  ]);
  expect(await decide(reference, { action: "approve" })).toEqual({
    status: 200,
    body: { reference, state: "approved" },
  });
  expect(funding.sent).toEqual([
    {
      headers: {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-type": "tidebook.withdrawal.approved.v1",
        "ce-source": "/tidebook/funding",
        "ce-id": `${funding.engineName}:${reference}:approved`,
      },
      body: {
        ...{ reference, account: 1, asset: "A0", amount: "250.00000000" },
        ...{ address: "bc1q-somewhere", addressTag: "7", network: "BTC" },
      },
    },
  ]);
  expect(await balanceOf(1)).toEqual([999_750n, 250n]);
  expect((await funding.event("tidebook.withdrawal.paid.v1", { reference, txId: "0xabc" })).status).toBe(204);
  expect(await balanceOf(1)).toEqual([999_750n, 0n]);
  expect((await funding.operator("GET", "/ops/v1/withdrawals?state=paid")).body).toMatchObject([
    { reference, state: "paid", txId: "0xabc" },
  ]);
  // The same word again changes nothing; another one contradicts.
  expect((await funding.event("tidebook.withdrawal.paid.v1", { reference, txId: "0xabc" })).status).toBe(204);
  expect((await funding.event("tidebook.withdrawal.failed.v1", { reference })).status).toBe(409);
  expect(await balanceOf(1)).toEqual([999_750n, 0n]);
});

test("a refused withdrawal gives the money back, once, and cannot be approved", async () => {
  const reference = await applied();
  const refusal = { action: "refuse", reason: "not this address" };
  expect(await decide(reference, refusal)).toEqual({ status: 200, body: { reference, state: "refused" } });
  expect(await decide(reference, refusal)).toEqual({ status: 200, body: { reference, state: "refused" } });
  expect(await balanceOf(1)).toEqual([1_000_000n, 0n]);
  expect((await decide(reference, { action: "approve" })).body).toEqual({
    code: -2010,
    msg: "withdrawal_not_held: it is paid or refused already.",
  });
  expect((await funding.operator("GET", "/ops/v1/withdrawals?state=refused")).body).toMatchObject([
    { reference, reason: "not this address" },
  ]);
  expect(funding.sent).toEqual([]);
});

test("whoever has approved cannot refuse; the payer's failure gives the money back", async () => {
  const reference = await applied();
  await decide(reference, { action: "approve" });
  expect(await decide(reference, { action: "refuse" })).toEqual({
    status: 409,
    body: { code: -2010, msg: "approved_already: whoever pays was told already: only their word can end it now." },
  });
  expect(await balanceOf(1)).toEqual([999_750n, 250n]);
  const failed = { reference, reason: "no such address" };
  expect((await funding.event("tidebook.withdrawal.failed.v1", failed)).status).toBe(204);
  expect((await funding.event("tidebook.withdrawal.failed.v1", failed)).status).toBe(204);
  expect(await balanceOf(1)).toEqual([1_000_000n, 0n]);
  expect((await funding.event("tidebook.withdrawal.paid.v1", { reference })).status).toBe(409);
  expect(await states()).toEqual(["refused"]);
});

test("the same withdrawOrderId again is the same withdrawal; with other terms, or of another account, it is not", async () => {
  const query = `${MINE}&withdrawOrderId=my-1`;
  const reference = await applied(query);
  expect(await applied(query)).toBe(reference);
  expect(await balanceOf(1)).toEqual([999_750n, 250n]);
  const other = await funding.signed(1, "POST", APPLY, query.replace("amount=250", "amount=251"));
  expect(other).toEqual({
    status: 400,
    body: { code: -1130, msg: "Data sent for parameter 'withdrawOrderId' is not valid." },
  });
  expect(await applied(query, 2)).not.toBe(reference);
  expect([await balanceOf(1), await balanceOf(2)]).toEqual([
    [999_750n, 250n],
    [999_750n, 250n],
  ]);
});

test.each([
  ["coin=A9&amount=1&address=a", 400, -4018],
  ["coin=A0&amount=0.5&address=a", 400, -1111],
  ["coin=A0&amount=0&address=a", 400, -1130],
  ["coin=A0&amount=1000001&address=a", 400, -4026],
  ["coin=A0&amount=9223372036854775808&address=a", 400, -1130],
  ["coin=A0&amount=99999999999999999999&address=a", 400, -1130],
  ["coin=A0&amount=1", 400, -1102],
  ["coin=A0&address=a", 400, -1102],
  ["coin=A0&amount=-1&address=a", 400, -1100],
  ["coin=A0&amount=1&address=a%20b", 400, -1100],
] as const)("refused, and nothing held: %s", async (query, status, code) => {
  const answer = await funding.signed(1, "POST", APPLY, query);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(await balanceOf(1)).toEqual([1_000_000n, 0n]);
  expect(await states()).toEqual([]);
  const rows = "select reference from funding.withdrawals where engine = $1";
  expect(await database.query(rows, [funding.engineName])).toEqual([]);
  expect(funding.faults).toEqual([]);
});

test("a key that may trade and read may not withdraw; one that may withdraw sees its own alone", async () => {
  const weak = await fundingExchange(database, "weak", ["read", "trade"]);
  expect(await weak.signed(1, "POST", APPLY, MINE)).toEqual({
    status: 401,
    body: { code: -2015, msg: "Invalid API-key, IP, or permissions for action." },
  });
  const reference = await applied();
  await applied(MINE, 2);
  const { body } = await funding.signed(1, "GET", "/sapi/v1/capital/withdraw/history");
  expect(body.map(({ id }: { id: string }) => id)).toEqual([reference]);
});

test("a key that was revoked while this edge still believed in it holds nothing", async () => {
  const { deps, exchange } = funding;
  const believed = await deps.reads.keyByApiKey("key-of-account-1");
  await exchange.operate({ type: "revoke_key", apiKey: "key-of-account-1" });
  const reads = new Proxy(deps.reads, {
    get: (of, name) => (name === "keyByApiKey" ? () => believed : Reflect.get(of, name).bind(of)),
  });
  funding.deps = { ...deps, reads };
  const answer = await funding.signed(1, "POST", APPLY, MINE);
  expect([answer.status, answer.body.code, await balanceOf(1)]).toEqual([401, -2015, [1_000_000n, 0n]]);
});

test("one operator approves while another says that it is paid: the payer is not told to pay again", async () => {
  const reference = await applied();
  const { deps, exchange } = funding;
  const decideLate: typeof deps.withdrawals.decide = async (...decision) => {
    await exchange.operate({ type: "settle_withdrawal", reference });
    return deps.withdrawals.decide(...decision);
  };
  funding.deps = { ...deps, withdrawals: { ...deps.withdrawals, decide: decideLate } };
  expect((await decide(reference, { action: "approve" })).status).toBe(409);
  funding.deps = deps;
  expect((await decide(reference, { action: "paid", txId: "0xabc" })).status).toBe(200);
  expect([funding.sent, await states(), await balanceOf(1)]).toEqual([[], ["paid"], [999_750n, 0n]]);
});

test("an account has a hundred withdrawals open and no more; the same one again is still answered", async () => {
  for (let index = 0; index < 99; index++)
    await funding.exchange.operate({
      type: "hold_withdrawal",
      account: 1,
      asset: "A0",
      atoms: 1n,
      reference: `o${index}`,
    });
  const last = await applied(`${MINE}&withdrawOrderId=last`);
  const refused = await funding.signed(1, "POST", APPLY, MINE);
  expect(refused).toEqual({ status: 400, body: { code: -4015, msg: "Withdraw is limited." } });
  expect(await applied(`${MINE}&withdrawOrderId=last`)).toBe(last);
  await funding.exchange.operate({ type: "release_withdrawal", reference: "o1" });
  await applied();
});

test("a withdrawal's history is told in the dialect's words, newest first, by coin, state and id", async () => {
  const paid = await applied(`${MINE}&withdrawOrderId=first`);
  funding.exchange.clock.nowUs += 60_000_000;
  const open = await applied("coin=A1&amount=3&address=b");
  await decide(paid, { action: "approve" });
  await decide(paid, { action: "paid", txId: "0xfeed" });
  const history = (query = "") => funding.signed(1, "GET", "/sapi/v1/capital/withdraw/history", query);
  const both = [
    {
      ...{ id: open, amount: "3.00000000", transactionFee: "0.00000000", coin: "A1", status: 2, address: "b" },
      ...{ addressTag: "", txId: "", applyTime: "2023-11-14 22:14:20", network: "", transferType: 0, info: "" },
      ...{ confirmNo: 0, walletType: 0, txKey: "" },
    },
    {
      ...{ id: paid, amount: "250.00000000", transactionFee: "0.00000000", coin: "A0", status: 6 },
      ...{ address: "bc1q-somewhere", addressTag: "7", txId: "0xfeed", applyTime: "2023-11-14 22:13:20" },
      ...{
        network: "BTC",
        transferType: 0,
        withdrawOrderId: "first",
        info: "",
        confirmNo: 0,
        walletType: 0,
        txKey: "",
      },
      completeTime: "2023-11-14 22:14:20",
    },
  ];
  expect((await history()).body).toEqual(both);
  expect((await history("coin=A0")).body).toEqual([both[1]]);
  expect((await history("status=2")).body).toEqual([both[0]]);
  expect((await history("withdrawOrderId=first")).body).toEqual([both[1]]);
  expect((await history(`idList=${open}`)).body).toEqual([both[0]]);
  expect((await history("limit=1&offset=1")).body).toEqual([both[1]]);
  expect((await history(`endTime=${1_700_000_000_000}`)).body).toEqual([both[1]]);
});

test("a confirmed deposit is credited once, however often and by whatever id it comes, and a copy that differs is refused", async () => {
  const deposit = { account: 2, asset: "A0", amount: "12.0", reference: "tx-1" };
  const type = "tidebook.deposit.confirmed.v1";
  expect((await funding.event(type, deposit, "a")).status).toBe(204);
  // Until history has it nobody can say whether a copy is one: it comes again.
  expect((await funding.event(type, deposit, "a")).status).toBe(503);
  expect((await funding.event(type, { ...deposit, amount: "13" }, "b")).status).toBe(503);
  expect(await balanceOf(2)).toEqual([1_000_012n, 0n]);
  await funding.persist();
  expect((await funding.event(type, deposit, "a")).status).toBe(204);
  expect((await funding.event(type, deposit, "c")).status).toBe(204);
  expect((await funding.event(type, { ...deposit, amount: "13" }, "d")).status).toBe(409);
  expect((await funding.event(type, { ...deposit, account: 1 }, "e")).status).toBe(409);
  expect(await balanceOf(2)).toEqual([1_000_012n, 0n]);
  expect((await funding.signed(2, "GET", "/sapi/v1/capital/deposit/hisrec", "coin=A0&limit=1")).body).toEqual([
    {
      ...{ id: expect.stringMatching(/^\d+$/), amount: "12.00000000", coin: "A0", network: "", status: 1, address: "" },
      ...{ addressTag: "", txId: "tx-1", insertTime: 1_700_000_000_000, completeTime: 1_700_000_000_000 },
      ...{ transferType: 0, confirmTimes: "1/1", unlockConfirm: 1, walletType: 0 },
    },
  ]);
  expect((await funding.signed(2, "GET", "/sapi/v1/capital/deposit/hisrec")).body).toHaveLength(3);
});

test.each([
  ["tidebook.deposit.confirmed.v1", { account: 9, asset: "A0", amount: "1", reference: "r" }, 400],
  ["tidebook.deposit.confirmed.v1", { account: 1, asset: "NO", amount: "1", reference: "r" }, 400],
  ["tidebook.deposit.confirmed.v1", { account: 1, asset: "A0", amount: "0.5", reference: "r" }, 400],
  ["tidebook.deposit.confirmed.v1", { account: 1, asset: "A0", amount: "0", reference: "r" }, 400],
  ["tidebook.deposit.confirmed.v1", { account: 1, asset: "A0", amount: 1, reference: "r" }, 400],
  ["tidebook.deposit.confirmed.v1", { account: 1, asset: "A0", amount: "1", reference: "" }, 400],
  ["tidebook.deposit.confirmed.v1", { account: 1, asset: "A0", amount: "1", reference: "a\0b" }, 400],
  ["tidebook.deposit.confirmed.v1", { account: 1, asset: "A0", amount: "1", reference: "\ud800" }, 400],
  ["tidebook.withdrawal.failed.v1", { reference: "r", reason: "\0" }, 400],
  ["tidebook.withdrawal.paid.v1", { reference: "nobody's" }, 400],
  ["tidebook.withdrawal.failed.v1", { reference: "nobody's" }, 400],
  ["tidebook.withdrawal.approved.v1", { reference: "nobody's" }, 400],
] as const)("poison stays poison: %s %j", async (type, data, status) => {
  expect((await funding.event(type, data)).status).toBe(status);
  expect(funding.faults).toEqual([]);
});

test("automatic approval lets it go out at once; what a sink did not take goes out with the next sweep", async () => {
  let isAway = true;
  const { deps, sent } = funding;
  funding.deps = {
    ...deps,
    approval: "automatic",
    async publishOutcome(headers, body) {
      if (isAway) throw new OperationalError("not_sent", "planted");
      await deps.publishOutcome?.(headers, body);
    },
  };
  const reference = await applied();
  expect([await states(), sent.length]).toEqual([["approved"], 0]);
  await sweep(funding.deps);
  expect(sent.length).toBe(0);
  isAway = false;
  await sweep(funding.deps);
  await sweep(funding.deps);
  expect(sent.map(({ body }) => (body as { reference: string }).reference)).toEqual([reference]);
});

test("a refusal that the engine did not hear of is told again by the next sweep", async () => {
  const reference = await applied();
  const { deps } = funding;
  const away = (): Promise<never> => Promise.reject(new OperationalError("not_sent", "planted"));
  funding.deps = { ...deps, engine: { submit: away, submitOperator: away } };
  expect((await decide(reference, { action: "refuse" })).status).toBe(503);
  expect(await balanceOf(1)).toEqual([999_750n, 250n]);
  funding.deps = deps;
  expect((await decide(reference, { action: "approve" })).status).toBe(409);
  await sweep(funding.deps);
  expect([await balanceOf(1), await states()]).toEqual([[1_000_000n, 0n], ["refused"]]);
});

test("withdrawals that are over, however many, keep no sweep from what is held", async () => {
  const insert = `insert into funding.withdrawals select $1, 'old ' || n, 1, 0, 1, 'a', '', '', '', n, 'refused', n, null, '', ''
    from generate_series(1, 1500) n`;
  await database.transaction((tx) => tx.query(insert, [funding.engineName]));
  const reference = await applied();
  const { deps } = funding;
  const away = (): Promise<never> => Promise.reject(new OperationalError("not_sent", "planted"));
  funding.deps = { ...deps, publishOutcome: away };
  expect((await decide(reference, { action: "approve" })).status).toBe(503);
  await sweep(deps);
  expect(funding.sent.map(({ body }) => (body as { reference: string }).reference)).toEqual([reference]);
});

test("a hold whose destination was lost is shown, and can be refused or marked as paid, but not approved", async () => {
  const reference = await applied();
  await database.transaction((tx) => tx.query("delete from funding.withdrawals where reference = $1", [reference]));
  expect((await funding.operator("GET", "/ops/v1/withdrawals")).body).toMatchObject([
    { reference, state: "requested", address: "", amount: "250.00000000" },
  ]);
  expect((await decide(reference, { action: "approve" })).body.msg).toMatch(/^destination_unknown:/);
  expect((await decide(reference, { action: "refuse" })).status).toBe(200);
  expect(await balanceOf(1)).toEqual([1_000_000n, 0n]);
});

test("without the operator's token nothing is told, with it an unknown reference is 404 and an unknown action 400", async () => {
  for (const path of ["/ops/v1/withdrawals", "/ops/v1/audit"])
    expect(await funding.operator("GET", path, undefined, "another-token")).toEqual({
      status: 401,
      body: { code: -1002, msg: "You are not authorized to execute this request." },
    });
  expect((await decide("nobody", { action: "approve" })).status).toBe(404);
  expect((await decide("nobody", { action: "paid" })).status).toBe(404);
  expect((await decide("nobody", { action: "hold" })).status).toBe(400);
  expect((await decide("%00", { action: "refuse" })).status).toBe(404);
  expect((await decide("nobody", { action: "refuse", reason: "\0" })).status).toBe(400);
  expect((await funding.operator("GET", "/ops/v1/withdrawals?state=lost")).status).toBe(400);
});
