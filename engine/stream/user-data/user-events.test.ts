/** User data streams over real sockets: what each account is told of what happens to it, whole and in order. */
import { afterEach, expect, test } from "vitest";
import { cancel, place, replace } from "../../sim/small-exchange.ts";
import { type ApiHarness, START_MS, startApi } from "../ws-api/api-harness.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function start(): Promise<ApiHarness> {
  const harness = await startApi();
  cleanUps.push(() => harness.stop());
  return harness;
}

/** A socket that hears one account by a signature. */
async function listen({ connect, trader }: ApiHarness, account: number, path?: string) {
  const client = await connect(path);
  const who = await trader(account);
  await client.call("userDataStream.subscribe.signature", who.signed());
  return client;
}

const NOTHING_DONE = {
  e: "executionReport",
  E: START_MS,
  s: "A0A1",
  o: "LIMIT",
  f: "GTC",
  P: "0.00000000",
  F: "0.00000000",
  g: -1,
  C: "",
  r: "NONE",
  l: "0.00000000",
  z: "0.00000000",
  L: "0.00000000",
  n: "0",
  N: null,
  T: START_MS,
  t: -1,
  m: false,
  M: false,
  O: START_MS,
  Z: "0.00000000",
  Y: "0.00000000",
  Q: "0.00000000",
  W: START_MS,
  V: "EXPIRE_MAKER",
};

test("a fill is told to both sides, each its own view, and then what its balances are", async () => {
  const harness = await start();
  const maker = await listen(harness, 1);
  const taker = await listen(harness, 2);
  const { exchange } = harness;
  await exchange.send(place(1, { side: "sell", quantityLots: 10, priceTicks: 100, clientOrderId: "m" }));
  const buy = { side: "buy", quantityLots: 15, priceTicks: 101, clientOrderId: "t", timeInForce: "ioc" } as const;
  await exchange.send(place(2, buy));
  const ofMaker = { ...NOTHING_DONE, c: "m", S: "SELL", q: "10.00000000", p: "100.00000000", i: 1 };
  const ofTaker = { ...NOTHING_DONE, c: "t", S: "BUY", q: "15.00000000", p: "101.00000000", i: 2, f: "IOC" };
  const fill = { l: "10.00000000", z: "10.00000000", L: "100.00000000", t: 1, Z: "1000.00000000", Y: "1000.00000000" };
  const position = { e: "outboundAccountPosition", E: START_MS, u: START_MS };
  const told = async (client: typeof maker, count: number) =>
    (await client.eventsUntil(count)).map(({ subscriptionId, event: { I, ...event } }) => [
      subscriptionId,
      event,
      typeof I,
    ]);
  const number = "number";
  expect(await told(maker, 4)).toEqual([
    [0, { ...ofMaker, x: "NEW", X: "NEW", w: true }, number],
    [0, { ...position, B: [{ a: "A0", f: "999990.00000000", l: "10.00000000" }] }, "undefined"],
    [0, { ...ofMaker, ...fill, x: "TRADE", X: "FILLED", w: false, m: true, n: "1.00000000", N: "A1" }, number],
    [
      0,
      {
        ...position,
        B: [
          { a: "A0", f: "999990.00000000", l: "0.00000000" },
          { a: "A1", f: "1000999.00000000", l: "0.00000000" },
        ],
      },
      "undefined",
    ],
  ]);
  expect(await told(taker, 4)).toEqual([
    [0, { ...ofTaker, x: "NEW", X: "NEW", w: true }, number],
    [0, { ...ofTaker, ...fill, x: "TRADE", X: "PARTIALLY_FILLED", w: true, n: "1.00000000", N: "A0" }, number],
    [
      0,
      {
        ...ofTaker,
        z: "10.00000000",
        Z: "1000.00000000",
        x: "EXPIRED",
        X: "EXPIRED",
        w: false,
        eR: "UNFILLED_IOC_QUANTITY_EXPIRED",
      },
      number,
    ],
    [
      0,
      {
        ...position,
        B: [
          { a: "A1", f: "999000.00000000", l: "0.00000000" },
          { a: "A0", f: "1000009.00000000", l: "0.00000000" },
        ],
      },
      "undefined",
    ],
  ]);
});

test("a cancel is told with its own id and the order's; a replacement is a cancel and a new order", async () => {
  const harness = await start();
  const client = await listen(harness, 1);
  const { exchange } = harness;
  await exchange.send(place(1, { side: "buy", quantityLots: 1, priceTicks: 100, clientOrderId: "first" }));
  const second = { side: "buy", quantityLots: 1, priceTicks: 99, clientOrderId: "second" } as const;
  await exchange.send(replace(1, "first", "stop_on_failure", second));
  await exchange.send(cancel(1, "second", "away"));
  const events = await client.eventsUntil(7);
  const shown = events.map(({ event: { e, x, X, c, C, w } }) => (e === "executionReport" ? [x, X, c, C, w] : [e]));
  expect(shown).toEqual([
    ["NEW", "NEW", "first", "", true],
    ["outboundAccountPosition"],
    ["CANCELED", "CANCELED", "x", "first", false],
    ["NEW", "NEW", "second", "", true],
    ["outboundAccountPosition"],
    ["CANCELED", "CANCELED", "away", "second", false],
    ["outboundAccountPosition"],
  ]);
});

test("funds that come and go are told as they change what is there: a withdrawal when it is held, not when it is paid", async () => {
  const harness = await start();
  const client = await listen(harness, 1, "/ws-api/v3?timeUnit=MICROSECOND");
  const { exchange } = harness;
  const reference = "w1";
  await exchange.operate({ type: "deposit", account: 1, asset: "A0", atoms: 5n, reference: "d1" });
  await exchange.operate({ type: "hold_withdrawal", account: 1, asset: "A0", atoms: 3n, reference });
  await exchange.operate({ type: "settle_withdrawal", reference });
  const T = START_MS * 1_000;
  const position = { e: "outboundAccountPosition", E: T, u: T };
  expect((await client.eventsUntil(5)).map(({ event }) => event)).toEqual([
    { e: "balanceUpdate", E: T, a: "A0", d: "5.00000000", T },
    { ...position, B: [{ a: "A0", f: "1000005.00000000", l: "0.00000000" }] },
    { e: "balanceUpdate", E: T, a: "A0", d: "-3.00000000", T },
    { ...position, B: [{ a: "A0", f: "1000002.00000000", l: "3.00000000" }] },
    { ...position, B: [{ a: "A0", f: "1000002.00000000", l: "0.00000000" }] },
  ]);
});

test("who listens late hears what happens from then on, of orders that were there before too", async () => {
  const harness = await start();
  const { exchange } = harness;
  await exchange.send(place(1, { side: "sell", quantityLots: 10, priceTicks: 100, clientOrderId: "before" }));
  const client = await listen(harness, 1);
  await exchange.send(place(2, { side: "buy", quantityLots: 4, priceTicks: 100, clientOrderId: "t" }));
  const [{ event }] = await client.eventsUntil(1);
  expect([event.x, event.c, event.z, event.q, event.X]).toEqual([
    "TRADE",
    "before",
    "4.00000000",
    "10.00000000",
    "PARTIALLY_FILLED",
  ]);
});

test("a key that is revoked takes its subscription with it, and no other's", async () => {
  const harness = await start();
  const client = await harness.connect();
  const alice = await harness.trader(1);
  const bob = await harness.trader(2);
  await client.call("userDataStream.subscribe.signature", alice.signed());
  await client.call("userDataStream.subscribe.signature", bob.signed());
  await harness.exchange.operate({ type: "revoke_key", apiKey: alice.apiKey });
  expect([await client.eventsUntil(1), (await client.call("session.subscriptions")).result]).toEqual([
    [{ subscriptionId: 0, event: { e: "eventStreamTerminated", E: START_MS } }],
    [{ subscriptionId: 1 }],
  ]);
});

test.each([
  ["may not read any more", { permissions: ["trade"] }],
  ["is disabled", { disabled: true }],
  ["has expired by its new end", { expiresUs: START_MS * 1_000 - 1 }],
] as const)("a key that %s loses its subscription", async (_, change) => {
  const harness = await start();
  const client = await harness.connect();
  const { apiKey, signed } = await harness.trader(1).then((alice) => ({ ...alice, signed: alice.signed() }));
  await client.call("userDataStream.subscribe.signature", signed);
  const key = { type: "set_key", apiKey, permissions: ["read"], ipAllowList: [], expiresUs: 0, label: "" } as const;
  await harness.exchange.operate({ ...key, disabled: false });
  await harness.exchange.operate({ ...key, disabled: false, ...change });
  expect((await client.eventsUntil(1)).map(({ event }) => event.e)).toEqual(["eventStreamTerminated"]);
});
