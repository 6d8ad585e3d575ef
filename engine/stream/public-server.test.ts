/** The stream's public port: sockets and probes, and nothing else. */
import { request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { FakeEngine } from "./fake-engine.ts";
import { openPublicServer } from "./public-server.ts";
import { createStreamServer } from "./stream-server.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function open(ready: boolean): Promise<number> {
  const engine = new FakeEngine();
  const stream = createStreamServer({ feed: engine, reads: engine.reads, history: null, log: () => {} });
  const probes = { live: () => true, ready: () => ({ ready }) };
  const server = await openPublicServer({ host: "127.0.0.1", port: 0, stream, probes });
  cleanUps.push(() => server.close());
  cleanUps.push(() => stream.close());
  return server.port;
}

const UNKNOWN = { code: -1020, msg: "This operation is not supported." };

test("probes are answered; metrics and every other request are no path of the public port", async () => {
  const port = await open(false);
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return [response.status, await response.json()];
  };
  expect([
    await ask("/livez"),
    await ask("/readyz"),
    await ask("/metrics"),
    await ask("/metrics?"),
    await ask("/api/v3/ping"),
  ]).toEqual([
    [200, { live: true }],
    [503, { ready: false }],
    [404, UNKNOWN],
    [404, UNKNOWN],
    [404, UNKNOWN],
  ]);
});

test("1,024 streams of usual length fit into one URL", async () => {
  const port = await open(true);
  const names = Array.from({ length: 1_024 }, (_, i) => `instrument${i}@trade`);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/stream?streams=${names.join("/")}`);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.send('{"method":"LIST_SUBSCRIPTIONS","id":1}');
  const answer = await new Promise((resolve) => socket.once("message", (text) => resolve(JSON.parse(String(text)))));
  expect(answer).toEqual({ result: names, id: 1 });
  socket.terminate();
});

test("a client is let in at /ws; an upgrade elsewhere is answered in plain HTTP", async () => {
  const port = await open(true);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/btcusdt@trade`);
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const refused = await new Promise((resolve) => {
    const headers = { connection: "Upgrade", upgrade: "websocket" };
    const asked = request({ host: "127.0.0.1", port, path: "/api/v3/ping", headers });
    asked.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        body += part;
      });
      response.on("end", () => resolve([response.statusCode, JSON.parse(body)]));
    });
    asked.end();
  });
  expect([socket.readyState, refused]).toEqual([WebSocket.OPEN, [404, UNKNOWN]]);
  socket.terminate();
});
