/** One connection over its life: properties, faults, pings, limits, a day. */
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { type Harness, START_MS, startHarness, until } from "./stream-harness.ts";

let harness: Harness | null = null;
afterEach(async () => {
  await harness?.stop();
  harness = null;
});
async function start(options: Parameters<typeof startHarness>[0] = {}): Promise<Harness> {
  harness = await startHarness(options);
  return harness;
}

test.each([
  ["/ws", "false"],
  ["/stream", "true"],
])("on %s `combined` is %s at first, and what it is set to afterwards", async (path, first) => {
  const { connect } = await start();
  const client = await connect(path);
  const said: string[] = [];
  const ask = async (frame: object): Promise<void> => {
    client.send(frame);
    said.push(await client.text());
  };
  await ask({ method: "GET_PROPERTY", params: ["combined"], id: 1 });
  await ask({ method: "SET_PROPERTY", params: ["combined", first === "false"], id: "set" });
  await ask({ method: "GET_PROPERTY", params: ["combined"], id: null });
  expect(said).toEqual([
    `{"result":${first},"id":1}`,
    '{"result":null,"id":"set"}',
    `{"result":${first === "false"},"id":null}`,
  ]);
});

test("each fault is answered by its code and its words, and changes nothing", async () => {
  const { clock, connect, stream } = await start();
  const client = await connect("/ws/btcusdt@trade");
  const said: string[] = [];
  for (const frame of [
    '{"method":"SET_PROPERTY","params":["colour",true],"id":1}',
    '{"method":"SET_PROPERTY","params":["combined",1],"id":"a"}',
    '{"method":"UNSUBSCRIBE","params":["btcusdt@trade"],"id":1.5}',
    '{"method":"SUBSCRIBE","params":["a@trade",7],"id":4}',
    '{"method":"SUBSCRIBE","params":["a@trade"],"id":',
  ]) {
    client.send(frame);
    said.push(await client.text());
    clock.advance(1_000);
  }
  expect(said).toEqual([
    '{"code":0,"msg":"Unknown property","id":1}',
    '{"code":1,"msg":"Invalid value type: expected Boolean","id":"a"}',
    '{"code":2,"msg":"Invalid request: request ID must be an unsigned integer","id":null}',
    '{"code":2,"msg":"Invalid request: a stream name must be a string","id":4}',
    '{"code":3,"msg":"Invalid JSON: Unexpected end of JSON input","id":null}',
  ]);
  expect(stream.stats().topics).toBe(1);
});

test("a name that is no stream's is acknowledged, listed, and says nothing", async () => {
  const { engine, clock, connect } = await start();
  const client = await connect("/ws");
  const names = ["nosuch@trade", "BTCUSDT@trade", "btcusdt@nosuch", "!nosuch@arr", "ÄÖ@trade"];
  client.send({ method: "SUBSCRIBE", params: names, id: 1 });
  expect(await client.text()).toBe('{"result":null,"id":1}');
  engine.happen(START_MS, [{ level: ["buy", 1, 1] }, { trade: ["buy", 1, 1] }]);
  clock.advance(5_000);
  client.send({ method: "LIST_SUBSCRIPTIONS", id: 2 });
  expect(await client.json()).toEqual({ result: names, id: 2 });
});

test("who unsubscribes one of two streams hears the other on", async () => {
  const { engine, connect } = await start();
  const client = await connect("/stream?streams=btcusdt@trade/btcusdt@aggTrade");
  client.send({ method: "UNSUBSCRIBE", params: ["btcusdt@trade", "never@trade"], id: 1 });
  expect(await client.text()).toBe('{"result":null,"id":1}');
  engine.happen(START_MS, [{ trade: ["buy", 1, 1] }]);
  expect(await client.untilAnswer()).toMatchObject([{ stream: "btcusdt@aggTrade" }]);
});

test("a ping is sent every 20 s and not before, with a payload of its own", async () => {
  const { clock, connect } = await start();
  const client = await connect("/ws");
  const pings: string[] = [];
  client.ws.on("ping", (payload) => pings.push(String(payload)));
  for (let second = 0; second < 60; second++) {
    clock.advance(1_000);
    if (second % 10 === 9) await client.untilAnswer();
  }
  expect(pings).toEqual([20_000, 40_000, 60_000].map((ms) => String(START_MS + ms)));
});

test("a client that answers late, but within 60 s, stays", async () => {
  const { clock, connect, stream } = await start();
  const client = await connect("/ws", { autoPong: false });
  const first = once(client.ws, "ping");
  clock.advance(20_000);
  const [payload] = await first;
  clock.advance(59_000);
  client.ws.pong(payload);
  await client.untilAnswer();
  // The pings of 40 and 60 s are unanswered; the older of them ends it at 100 s.
  clock.advance(20_000);
  await client.untilAnswer();
  expect(stream.stats().connections).toBe(1);
  clock.advance(1_000);
  expect((await client.closed).code).toBe(1006);
  expect(stream.stats().ended.no_pong).toBe(1);
});

test.each([
  ["pings", (ws: { ping(): void }) => ws.ping()],
  ["pongs", (ws: { pong(): void }) => ws.pong()],
])("six %s within a second are too many", async (_, send) => {
  const { connect, stream } = await start();
  const client = await connect("/ws");
  for (let i = 0; i < 6; i++) send(client.ws);
  expect(await client.closed).toEqual({ code: 1008, reason: "too many messages" });
  await until(() => stream.stats().ended.too_many_messages === 1);
});

test("a connection lives for 24 hours", async () => {
  const dayMs = 24 * 3_600_000;
  // Pings, whose answers need turns of their own, have their own tests.
  const { clock, connect, stream } = await start({ limits: { pingIntervalMs: 2 * dayMs } });
  const client = await connect("/ws");
  clock.advance(dayMs - 1_000);
  expect(await client.untilAnswer()).toEqual([]);
  clock.advance(1_000);
  expect(await client.closed).toEqual({ code: 1001, reason: "connection life is over" });
  await until(() => stream.stats().ended.life_over === 1);
});
