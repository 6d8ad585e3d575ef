/** User data by listen key, over real sockets: for clients that know nothing else. */
import { afterEach, expect, test } from "vitest";
import type { EngineReads } from "../../bus/engine-client.ts";
import { place } from "../../sim/small-exchange.ts";
import { type ApiClient, type ApiHarness, START_MS, startApi } from "../ws-api/api-harness.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function start(options: Parameters<typeof startApi>[0] = {}): Promise<ApiHarness> {
  const harness = await startApi(options);
  cleanUps.push(() => harness.stop());
  return harness;
}

/** The first messages that are no answers. */
function told(client: ApiClient, count: number): Promise<unknown[]> {
  return client.until((messages) => {
    const events = messages.filter((message) => !("result" in message));
    return events.length >= count ? events : undefined;
  });
}

/** Who hears account 1 by another key: what it has been told, nobody can still be about to hear. */
async function listening({ connect, trader }: ApiHarness): Promise<ApiClient> {
  const witness = await connect();
  const who = await trader(1);
  await witness.call("userDataStream.subscribe.signature", who.signed());
  return witness;
}

/** What a socket says it has subscribed to, behind all that it was told before. */
async function streamsOf(client: ApiClient): Promise<unknown> {
  client.send({ method: "LIST_SUBSCRIPTIONS", id: 1 });
  const { result } = await client.until((messages) => messages.find((message) => message.id === 1));
  return result;
}

const OFFER = { side: "sell", quantityLots: 1, priceTicks: 100, clientOrderId: "o" } as const;

test("events come bare on /ws, named by the key on /stream, in the socket's own unit", async () => {
  const harness = await start();
  const { connect, exchange, trader } = harness;
  const { apiKey } = await trader(1);
  const api = await connect();
  const { listenKey } = (await api.call("userDataStream.start", { apiKey })).result;
  const bare = await connect(`/ws/${listenKey}`);
  const named = await connect(`/stream?streams=${listenKey}/a0a1@trade&timeUnit=MICROSECOND`);
  // Whoever is asked next has been heard before: both hear by now.
  for (const client of [bare, named]) {
    client.send({ method: "LIST_SUBSCRIPTIONS", id: 1 });
    await client.until((messages) => messages.find((message) => message.id === 1));
  }
  await harness.heard(2);
  await exchange.operate({ type: "deposit", account: 1, asset: "A0", atoms: 5n, reference: "d" });
  const update = { e: "balanceUpdate", a: "A0", d: "5.00000000" };
  expect([(await told(bare, 1))[0], (await told(named, 1))[0]]).toEqual([
    { ...update, E: START_MS, T: START_MS },
    { stream: listenKey, data: { ...update, E: START_MS * 1_000, T: START_MS * 1_000 } },
  ]);
});

test("a key is asked for, extended and ended by its API key alone; what is not there is said so", async () => {
  const { connect, trader } = await start();
  const { apiKey } = await trader(1);
  const other = await trader(2);
  const api = await connect("/ws-api/v3?returnRateLimits=false");
  const { listenKey } = (await api.call("userDataStream.start", { apiKey })).result;
  const unknown = { status: 400, error: { code: -1125, msg: "This listenKey does not exist." } };
  expect([
    /^[A-Za-z0-9]{60,}$/.test(listenKey),
    (await api.call("userDataStream.start", { apiKey })).result.listenKey === listenKey,
    await api.call("userDataStream.ping", { apiKey, listenKey }),
    await api.call("userDataStream.ping", { apiKey: other.apiKey, listenKey }),
    await api.call("userDataStream.stop", { apiKey, listenKey }),
    await api.call("userDataStream.ping", { apiKey, listenKey }),
    (await api.call("userDataStream.ping", { listenKey })).error.code,
  ]).toEqual([true, true, { status: 200, result: {} }, unknown, { status: 200, result: {} }, unknown, -1102]);
});

test("a socket of a key that is none stands, and hears nothing of any account", async () => {
  const harness = await start();
  const client = await harness.connect(`/ws/${"x".repeat(64)}`);
  const witness = await listening(harness);
  await harness.exchange.send(place(1, OFFER));
  await witness.eventsUntil(2);
  expect([await streamsOf(client), client.messages.length]).toEqual([["x".repeat(64)], 1]);
});

test("with the API key that asked for it a listen key hears nothing more, neither now nor on a new socket", async () => {
  const harness = await start();
  const { connect, exchange, trader, heard } = harness;
  const { apiKey } = await trader(1);
  const api = await connect();
  const { listenKey } = (await api.call("userDataStream.start", { apiKey })).result;
  const before = await connect(`/ws/${listenKey}`);
  await heard(1);
  await exchange.operate({ type: "revoke_key", apiKey });
  const after = await connect(`/ws/${listenKey}`);
  const expired = { e: "listenKeyExpired", E: expect.any(Number), listenKey };
  expect([await told(before, 1), await told(after, 1)]).toEqual([[expired], [expired]]);
  const witness = await listening(harness);
  await exchange.operate({ type: "deposit", account: 1, asset: "A0", atoms: 5n, reference: "d" });
  await witness.eventsUntil(2);
  for (const client of [before, after]) await streamsOf(client);
  // What was told before, and this answer.
  expect([before.messages.length, after.messages.length]).toEqual([2, 2]);
});

test("an API key that is revoked while a socket connects by its listen key is heard of all the same", async () => {
  let harness: ApiHarness | null = null;
  let apiKey = "";
  const reads = new Proxy({} as EngineReads, {
    get: (_, name: keyof EngineReads) => {
      const engine = harness?.exchange.engine;
      const value = engine?.[name];
      if (name !== "keys") return typeof value === "function" ? value.bind(engine) : value;
      // The answer is on its way when the key goes.
      return async (account: number | null) => {
        const keys = await engine?.keys(account);
        await harness?.exchange.operate({ type: "revoke_key", apiKey });
        return keys;
      };
    },
  });
  harness = await start({ api: { reads } });
  ({ apiKey } = await harness.trader(1));
  const api = await harness.connect();
  const { listenKey } = (await api.call("userDataStream.start", { apiKey })).result;
  const client = await harness.connect(`/ws/${listenKey}`);
  expect(await told(client, 1)).toEqual([{ e: "listenKeyExpired", E: expect.any(Number), listenKey }]);
});
