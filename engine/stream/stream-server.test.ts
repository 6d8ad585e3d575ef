/** The stream server over real sockets: subscriptions, paths, limits, pings, shutdown. */
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { fakeInstrument } from "./fake-engine.ts";
import { type Harness, refusedUpgrade, START_MS, startHarness, until } from "./stream-harness.ts";

let harness: Harness | null = null;
afterEach(async () => {
  await harness?.stop();
  harness = null;
});
async function start(options: Parameters<typeof startHarness>[0] = {}): Promise<Harness> {
  harness = await startHarness(options);
  return harness;
}

test("a subscription is acknowledged, then its trades come, bare on /ws", async () => {
  const { engine, connect } = await start();
  const client = await connect("/ws/0");
  client.send({ method: "SUBSCRIBE", params: ["btcusdt@trade"], id: 1 });
  expect(await client.text()).toBe('{"result":null,"id":1}');
  engine.happen(START_MS + 5, [{ trade: ["sell", 10_050, 3] }]);
  expect(await client.text()).toBe(
    `{"e":"trade","E":${START_MS},"s":"BTCUSDT","t":1,"p":"100.50000000","q":"0.00003000","T":${START_MS + 5},"m":true,"M":true}`,
  );
});

test("an acknowledgement precedes the first event though the event happens before the reply is written", async () => {
  const { engine, connect } = await start();
  const client = await connect("/ws");
  client.send({ method: "SUBSCRIBE", params: ["btcusdt@trade"], id: "a1" });
  client.ws.once("message", () => {});
  // Trades every turn: the first that the client hears of must come behind its acknowledgement.
  let trading = true;
  const trade = (): void => {
    engine.happen(START_MS, [{ trade: ["buy", 1, 1] }]);
    if (trading) setImmediate(trade);
  };
  trade();
  expect(await client.text()).toBe('{"result":null,"id":"a1"}');
  expect(await client.json()).toMatchObject({ e: "trade" });
  trading = false;
});

test("/stream wraps events in the name that was asked for, and SET_PROPERTY changes that", async () => {
  const { engine, connect } = await start();
  const client = await connect("/stream?streams=btcusdt@trade/btcusdt%40bookTicker");
  engine.happen(START_MS, [{ trade: ["buy", 1, 1] }]);
  expect(await client.json()).toMatchObject({ stream: "btcusdt@trade", data: { t: 1 } });
  client.send({ method: "GET_PROPERTY", params: ["combined"], id: 1 });
  expect(await client.text()).toBe('{"result":true,"id":1}');
  client.send({ method: "SET_PROPERTY", params: ["combined", false], id: 2 });
  expect(await client.text()).toBe('{"result":null,"id":2}');
  engine.happen(START_MS, [{ trade: ["buy", 1, 1] }]);
  expect(await client.json()).toMatchObject({ e: "trade", t: 2 });
});

test("one frame of the feed is told by each live stream, in the order it happened", async () => {
  const { engine, connect } = await start();
  const client = await connect("/stream");
  const names = ["btcusdt@trade", "btcusdt@aggTrade", "btcusdt@bookTicker"];
  client.send({ method: "SUBSCRIBE", params: names, id: 1 });
  await client.text();
  engine.happen(START_MS, [
    { trade: ["buy", 100, 1], taker: 7 },
    { trade: ["buy", 100, 2], taker: 7 },
    { level: ["sell", 100, 0] },
    { trade: ["buy", 101, 4], taker: 7 },
    { level: ["sell", 101, 5] },
    { trade: ["buy", 101, 1], taker: 8 },
    { level: ["sell", 101, 4] },
    { level: ["buy", 90, 6] },
  ]);
  const told = (await client.untilAnswer()) as { stream: string; data: Record<string, unknown> }[];
  const of = (stream: string): unknown[] => told.filter((message) => message.stream === stream).map(({ data }) => data);
  expect(of("btcusdt@trade")).toMatchObject([{ t: 1 }, { t: 2 }, { t: 3 }, { t: 4 }]);
  const common = { e: "aggTrade", E: START_MS, s: "BTCUSDT", T: START_MS, m: false, M: true };
  expect(of("btcusdt@aggTrade")).toEqual([
    { ...common, a: 1, f: 1, l: 2, p: "1.00000000", q: "0.00003000" },
    { ...common, a: 3, f: 3, l: 3, p: "1.01000000", q: "0.00004000" },
    { ...common, a: 4, f: 4, l: 4, p: "1.01000000", q: "0.00001000" },
  ]);
  expect(of("btcusdt@bookTicker")).toEqual([
    { u: 4, s: "BTCUSDT", b: "0.90000000", B: "0.00006000", a: "1.01000000", A: "0.00004000" },
  ]);
});

test("depth comes every second or every 100 ms, only when something changed, and partial depth with the same ids", async () => {
  const { engine, clock, connect } = await start();
  const client = await connect("/stream?streams=btcusdt@depth/btcusdt@depth@100ms/btcusdt@depth5@100ms");
  engine.happen(START_MS, [{ level: ["buy", 100, 1] }]);
  clock.advance(100);
  engine.happen(START_MS, [{ level: ["buy", 100, 2] }, { level: ["sell", 110, 1] }]);
  clock.advance(1_900);
  const told = await client.untilAnswer();
  const update = { e: "depthUpdate", s: "BTCUSDT" };
  const bids = [["1.00000000", "0.00002000"]];
  const asks = [["1.10000000", "0.00001000"]];
  const first = [["1.00000000", "0.00001000"]];
  expect(told).toEqual([
    { stream: "btcusdt@depth@100ms", data: { ...update, E: START_MS + 100, U: 1, u: 1, b: first, a: [] } },
    { stream: "btcusdt@depth5@100ms", data: { lastUpdateId: 1, bids: first, asks: [] } },
    { stream: "btcusdt@depth@100ms", data: { ...update, E: START_MS + 200, U: 2, u: 3, b: bids, a: asks } },
    { stream: "btcusdt@depth5@100ms", data: { lastUpdateId: 3, bids, asks } },
    { stream: "btcusdt@depth", data: { ...update, E: START_MS + 1_000, U: 1, u: 3, b: bids, a: asks } },
  ]);
});

test("a quiet market tells a new subscriber where it stands, once", async () => {
  const { engine, clock, connect } = await start();
  engine.happen(START_MS, [{ level: ["buy", 100, 1] }, { trade: ["buy", 100, 1] }]);
  const early = await connect(
    "/stream?streams=btcusdt@depth5/btcusdt@miniTicker/btcusdt@bookTicker/btcusdt@kline_1m/!miniTicker@arr",
  );
  clock.advance(2_000);
  expect(await early.untilAnswer()).toHaveLength(5);
  const late = await connect(
    "/stream?streams=btcusdt@depth5/btcusdt@miniTicker/btcusdt@bookTicker/btcusdt@kline_1m/!miniTicker@arr",
  );
  clock.advance(4_000);
  const told = (await late.untilAnswer()) as { stream: string }[];
  expect(told.map(({ stream }) => stream).sort()).toEqual([
    "!miniTicker@arr",
    "btcusdt@bookTicker",
    "btcusdt@depth5",
    "btcusdt@kline_1m",
    "btcusdt@miniTicker",
  ]);
  expect(await early.untilAnswer()).toEqual([]);
});

test("a kline is told every two seconds while it changes, and once more, closed, when its time is over", async () => {
  const { engine, clock, connect } = await start();
  const client = await connect("/ws/btcusdt@kline_1m");
  const summary = (event: unknown): unknown => {
    const { E, k } = event as { E: number; k: { t: number; o: string; c: string; v: string; n: number; x: boolean } };
    return [E - START_MS, k.t - START_MS, k.o, k.c, k.v, k.n, k.x];
  };
  engine.happen(START_MS + 1, [{ trade: ["buy", 100, 1] }]);
  clock.advance(10_000);
  engine.happen(START_MS + 10_000, [{ trade: ["buy", 120, 2] }]);
  clock.advance(60_000);
  expect((await client.untilAnswer("a")).map(summary)).toEqual([
    [2_000, 0, "1.00000000", "1.00000000", "0.00001000", 1, false],
    [12_000, 0, "1.00000000", "1.20000000", "0.00003000", 2, false],
    [60_200, 0, "1.00000000", "1.20000000", "0.00003000", 2, true],
    [62_000, 60_000, "1.20000000", "1.20000000", "0.00000000", 0, false],
  ]);
  // A minute without trades closes flat at the price before it.
  clock.advance(52_000);
  expect((await client.untilAnswer("b")).map(summary)).toEqual([
    [120_200, 60_000, "1.20000000", "1.20000000", "0.00000000", 0, true],
    [122_000, 120_000, "1.20000000", "1.20000000", "0.00000000", 0, false],
  ]);
});

test("trades that the engine has no longer are reported as missed, and what follows is told", async () => {
  const { engine, clock, connect, stream, logged } = await start();
  const client = await connect("/ws/btcusdt@trade");
  engine.happen(START_MS, [{ trade: ["buy", 1, 1] }]);
  engine.happen(START_MS, [{ trade: ["buy", 2, 1] }], "lost");
  engine.eventsKeptFromSeq = engine.seq + 1;
  engine.happen(START_MS, [{ trade: ["buy", 3, 1] }]);
  await until(() => logged.length > 0);
  clock.advance(1_000);
  await until(() => stream.stats().following);
  engine.happen(START_MS, [{ trade: ["buy", 4, 1] }]);
  expect(logged[0]).toEqual({
    at: "stream",
    outcome: "trades_missed",
    instrument: "BTCUSDT",
    afterTradeId: 1,
    toTradeId: 2,
  });
  expect(((await client.untilAnswer()) as { t: number }[]).map(({ t }) => t)).toEqual([1, 3, 4]);
  // Nothing of before is claimed: the ticker begins anew until history is joined.
  expect(await stream.reads.ticker(0)).toMatchObject({ firstTradeId: 3, trades: 2, lastTicks: 4 });
});

test("the read port answers from the copies, and knows no instrument that is not listed", async () => {
  const { engine, stream } = await start();
  engine.happen(START_MS, [
    { level: ["buy", 3, 1] },
    { level: ["buy", 4, 2] },
    { level: ["sell", 9, 1] },
    { trade: ["sell", 4, 7] },
  ]);
  expect(await stream.reads.depth(0, 1)).toEqual({ instrument: 0, updateId: 3, bids: [[4, 2]], asks: [[9, 1]] });
  expect(await stream.reads.recentTrades(0, 5)).toEqual(engine.book().trades);
  expect(await stream.reads.candles(0, "1h")).toMatchObject([
    { openTicks: 4, volumeLots: 7n, takerBuyLots: 0n, trades: 1 },
  ]);
  expect(await stream.reads.depth(7, 1)).toBeNull();
  expect(await stream.reads.ticker(7)).toBeNull();
  expect(await stream.reads.recentTrades(7, 5)).toEqual([]);
  expect(await stream.reads.candles(7, "1m")).toEqual([]);
});

test("an unknown instrument is acknowledged and silent, until it is listed", async () => {
  const { engine, clock, connect } = await start();
  const client = await connect("/ws");
  client.send({ method: "SUBSCRIBE", params: ["ethusdt@trade", "ethusdt@depth@100ms", "nonsense"], id: 1 });
  expect(await client.text()).toBe('{"result":null,"id":1}');
  clock.advance(1_000);
  engine.happen(START_MS, [{ add: fakeInstrument(1, "ETHUSDT") }]);
  engine.happen(START_MS, [
    { level: ["buy", 5, 1], on: 1 },
    { trade: ["buy", 5, 1], on: 1 },
  ]);
  engine.happen(START_MS, [{ level: ["buy", 6, 1], on: 1 }]);
  clock.advance(100);
  client.send({ method: "LIST_SUBSCRIPTIONS", id: 2 });
  expect(await client.json()).toMatchObject({ e: "trade", s: "ETHUSDT", t: 1 });
  expect(await client.json()).toMatchObject({ e: "depthUpdate", s: "ETHUSDT", u: 2 });
  expect(await client.json()).toEqual({ result: ["ethusdt@trade", "ethusdt@depth@100ms", "nonsense"], id: 2 });
});

test("what is unsubscribed falls silent, and a stream without readers costs nothing", async () => {
  const { engine, connect, stream } = await start();
  const client = await connect("/ws/btcusdt@trade/btcusdt@depth");
  expect(stream.stats().topics).toBe(2);
  client.send({ method: "UNSUBSCRIBE", params: ["btcusdt@trade", "btcusdt@depth"], id: null });
  expect(await client.text()).toBe('{"result":null,"id":null}');
  expect(stream.stats().topics).toBe(0);
  engine.happen(START_MS, [{ trade: ["buy", 1, 1] }]);
  expect(await client.untilAnswer()).toEqual([]);
});

test("subscribing twice tells everything once", async () => {
  const { engine, connect } = await start();
  const client = await connect("/ws/btcusdt@trade");
  client.send({ method: "SUBSCRIBE", params: ["btcusdt@trade", "btcusdt@trade"], id: 1 });
  await client.text();
  engine.happen(START_MS, [{ trade: ["buy", 1, 1] }]);
  expect(await client.untilAnswer()).toHaveLength(1);
});

test("a fault is answered and the connection goes on", async () => {
  const { connect } = await start();
  const client = await connect("/ws");
  client.send("{nonsense");
  expect(await client.json()).toMatchObject({ code: 3, id: null });
  client.send({ method: "LIST_SUBSCRIPTIONS", id: 1 });
  expect(await client.text()).toBe('{"result":[],"id":1}');
});

test("stream 1,025 of a connection is refused, and so is a name without end", async () => {
  const { connect } = await start();
  const client = await connect("/ws");
  const names = Array.from({ length: 1_024 }, (_, i) => `s${i}@trade`);
  client.send({ method: "SUBSCRIBE", params: names, id: 1 });
  expect(await client.text()).toBe('{"result":null,"id":1}');
  client.send({ method: "SUBSCRIBE", params: ["s0@trade"], id: 2 });
  expect(await client.text()).toBe('{"result":null,"id":2}');
  client.send({ method: "SUBSCRIBE", params: ["more@trade"], id: 3 });
  expect(await client.text()).toBe('{"code":2,"msg":"Invalid request: a connection has at most 1024 streams","id":3}');
  client.send({ method: "SUBSCRIBE", params: ["x".repeat(101)], id: 4 });
  expect(await client.text()).toBe(
    '{"code":2,"msg":"Invalid request: a stream name has at most 100 characters","id":4}',
  );
});

test("five messages a second are heard, pings included; the sixth cuts the connection with 1008", async () => {
  const { clock, connect, stream } = await start();
  const client = await connect("/ws");
  for (let second = 0; second < 2; second++) {
    client.ws.ping();
    for (let id = 1; id <= 4; id++) client.send({ method: "LIST_SUBSCRIPTIONS", id });
    for (let id = 1; id <= 4; id++) expect(await client.text()).toBe(`{"result":[],"id":${id}}`);
    clock.advance(1_000);
  }
  for (let id = 1; id <= 6; id++) client.send({ method: "LIST_SUBSCRIPTIONS", id });
  expect(await client.closed).toEqual({ code: 1008, reason: "too many messages" });
  await until(() => stream.stats().ended.too_many_messages === 1);
});

test("a message above the size limit cuts the connection with 1009", async () => {
  const { connect } = await start();
  const client = await connect("/ws");
  client.send("x".repeat(65_537));
  expect((await client.closed).code).toBe(1009);
});

test("a client's ping is answered with its own payload", async () => {
  const { connect } = await start();
  const client = await connect("/ws");
  client.ws.ping("tide");
  const [payload] = await once(client.ws, "pong");
  expect(String(payload)).toBe("tide");
});

test("a ping comes every 20 s; who answers stays for a day, who does not is cut after 60 s", async () => {
  const { clock, connect, stream } = await start();
  const polite = await connect("/ws");
  const mute = await connect("/ws", { autoPong: false });
  // A pong that answers nothing does not count.
  mute.ws.on("ping", () => mute.ws.pong("unasked"));
  for (let seconds = 20; seconds <= 80; seconds += 20) {
    const asked = Promise.all(
      seconds < 80 ? [once(polite.ws, "ping"), once(mute.ws, "ping")] : [once(polite.ws, "ping")],
    );
    clock.advance(20_000);
    await asked;
    // The answer is in when a later question is answered.
    await polite.untilAnswer();
  }
  expect((await mute.closed).code).toBe(1006);
  await until(() => stream.stats().connections === 1);
  expect(stream.stats().ended.no_pong).toBe(1);
});

test("a connection ends with 1001 when its life is over", async () => {
  const { clock, connect } = await start({ limits: { connectionLifeMs: 10_000 } });
  const client = await connect("/ws");
  clock.advance(9_000);
  expect(await client.untilAnswer()).toEqual([]);
  clock.advance(1_000);
  expect(await client.closed).toEqual({ code: 1001, reason: "connection life is over" });
});

test("a planned stop is announced, then closes with 1001, and newcomers get 503", async () => {
  const { connect, stream, port } = await start();
  const bare = await connect("/ws");
  const combined = await connect("/stream");
  const stopped = stream.close();
  expect(await bare.text()).toBe(`{"e":"serverShutdown","E":${START_MS}}`);
  expect(await combined.text()).toBe(`{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":${START_MS}}}`);
  expect(await bare.closed).toEqual({ code: 1001, reason: "server shutdown" });
  await stopped;
  expect((await refusedUpgrade(port, "/ws")).status).toBe("503 Service Unavailable");
});

test("the WebSocket API is not there yet: 404; a path of nobody's is left to the server", async () => {
  const { port } = await start();
  expect((await refusedUpgrade(port, "/ws-api/v3")).status).toBe("404 Not Found");
  expect((await refusedUpgrade(port, "/elsewhere")).status).toBe("");
});

test("connections beyond the limit get 503", async () => {
  const { connect, port } = await start({ limits: { connectionsMax: 1 } });
  await connect("/ws");
  expect((await refusedUpgrade(port, "/ws")).status).toBe("503 Service Unavailable");
});

test("a reader that stops reading is cut with the others unharmed, and no more than the cap waited for it", async () => {
  const bufferedBytesMax = 1_048_576;
  const { engine, clock, connect, stream, logged } = await start({ limits: { bufferedBytesMax, closeGraceMs: 1 } });
  const reader = await connect("/ws/btcusdt@trade");
  const stalled = await connect("/ws/btcusdt@trade");
  stalled.ws.pause();
  let heard = 0;
  reader.ws.on("message", () => {
    heard += 1;
  });
  let made = 0;
  let waitedMax = 0;
  const happenings = Array.from({ length: 500 }, () => ({ trade: ["buy", 1, 1] as const }));
  // The kernel takes some megabytes before anything waits in the process.
  while (logged.length === 0) {
    expect(made).toBeLessThan(1_000_000);
    engine.happen(START_MS, happenings);
    made += happenings.length;
    await until(() => heard === made);
    waitedMax = Math.max(waitedMax, stream.stats().bufferedBytes);
    clock.advance(1);
  }
  expect(logged).toEqual([{ at: "stream", outcome: "cut_slow_reader" }]);
  expect(stream.stats()).toMatchObject({ connections: 1, ended: { slow_reader: 1 } });
  expect(waitedMax).toBeGreaterThan(bufferedBytesMax / 2);
  expect(waitedMax).toBeLessThanOrEqual(bufferedBytesMax);
  expect(reader.ws.readyState).toBe(WebSocket.OPEN);
});
