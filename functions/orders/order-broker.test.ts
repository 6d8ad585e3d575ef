/**
 * Orders by CloudEvent through the tests' broker and the Functions Framework to a real engine: what the broker repeats,
 * overtakes, delays and sends again has one effect, and every request ends in its outcome.
 */
import { createServer } from "node:http";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { afterEach, expect, test } from "vitest";
import { hmacSha256 } from "../../engine/api/signature.ts";
import { httpSink } from "../../engine/bus/sinks/http-sink.ts";
import { startBroker } from "../../engine/bus/testing/broker.ts";
import { LocalServers } from "../../engine/bus/testing/local-server.ts";
import { ORDER_OUTCOME_TYPE, ORDER_REQUESTED_TYPE } from "../../engine/protocol/order-events.ts";
import { newExchange } from "../../engine/sim/small-exchange.ts";
import { installDeps } from "../_shared/deps.ts";
import { fakeEdge } from "../_shared/testing/fake-edge.ts";
import { edgeOn, registerTestKey } from "./testing/keyed-edge.ts";
import "./index.ts";

const ORDERS = 40;

const servers = new LocalServers();
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  installDeps(null);
  for (const close of closers.splice(0).reverse()) await close();
  await servers.close();
});

for (const seed of [1, 2, 3]) {
  test(`each order has one effect and its outcome through repetition, overtaking and delay, SEED=${seed}`, async () => {
    const exchange = await newExchange();
    await registerTestKey(exchange, { account: 1, apiKey: "broker-key-0001", secret: "secret" });
    let asked = 0;
    installDeps(() => ({
      ...edgeOn(exchange),
      // Every fifth delivery finds the edge not ready: 503, and the broker brings it again.
      prepare: async () => {
        asked += 1;
        if (asked % 5 === 0) throw Object.assign(new Error("not yet"), { code: "not_sent" });
      },
    }));

    const heard: { id: unknown; type: unknown; said: { outcome: string; clientOrderId: string } }[] = [];
    const listener = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const said = JSON.parse(Buffer.concat(chunks).toString());
      heard.push({ id: request.headers["ce-id"], type: request.headers["ce-type"], said });
      response.writeHead(204).end();
    });
    const letters: unknown[] = [];
    const deadLetters = createServer((request, response) => {
      letters.push(request.headers["ce-knativeerrorcode"]);
      request.resume();
      response.writeHead(204).end();
    });
    const subscriberUrl = await servers.listen(getTestServer("orders"));
    const delivery = { retry: 5, timeoutMs: 10_000, deadLetterUrl: await servers.listen(deadLetters) };
    const broker = await startBroker({
      triggers: [
        { name: "orders", subscriberUrl, filters: [{ exact: { type: ORDER_REQUESTED_TYPE } }], delivery },
        {
          name: "outcomes",
          subscriberUrl: await servers.listen(listener),
          filters: [{ exact: { type: ORDER_OUTCOME_TYPE } }],
        },
      ],
      answersAt: "accepted",
      misfortune: { seed, duplicatePercent: 40, overtakenPercent: 30, delayMsMax: 5 },
    });
    closers.push(() => broker.close());
    const sink = httpSink({ url: broker.url });
    closers.push(() => sink.close());

    const names = Array.from({ length: ORDERS }, (_, index) => `order-${index}`);
    for (const name of names) {
      const query = `symbol=A0A1&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=10&newClientOrderId=${name}`;
      const payload = `${query}&recvWindow=60000&timestamp=${exchange.clock.nowUs / 1_000}`;
      const signature = hmacSha256(Buffer.from("secret"), payload).toString("hex");
      const headers = {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-type": ORDER_REQUESTED_TYPE,
        "ce-source": "/desk",
        "ce-id": name,
      };
      const body = JSON.stringify({ apiKey: "broker-key-0001", payload, signature });
      expect(await sink.send({ headers, body })).toBe("accepted");
    }
    await broker.idle();

    const open = await exchange.engine.openOrders(1, null);
    expect(open.value.map(({ clientOrderId }) => clientOrderId).sort()).toEqual([...names].sort());
    expect([...new Set(heard.map(({ said }) => said.clientOrderId))].sort()).toEqual([...names].sort());
    expect(new Set(heard.map(({ said, type }) => [said.outcome, type].join(" ")))).toEqual(
      new Set([`placed ${ORDER_OUTCOME_TYPE}`]),
    );
    // One id for each outcome, however often it was said.
    expect(new Set(heard.map(({ id }) => id)).size).toBe(ORDERS);
    const { duplicates } = exchange.engine.stats();
    const refused = broker.attempts.filter(({ code }) => code === 503).length;
    expect([letters, broker.lost, heard.length > ORDERS, duplicates > 0, refused > 0]).toEqual([
      [],
      [],
      true,
      true,
      true,
    ]);
  });
}

test("an ill-formed request is a dead letter at the first try, and nobody hears an outcome", async () => {
  installDeps(() => fakeEdge().deps);
  const letters: unknown[] = [];
  const deadLetters = createServer((request, response) => {
    const { "ce-id": id, "ce-knativeerrorcode": code } = request.headers;
    letters.push([id, code]);
    request.resume();
    response.writeHead(204).end();
  });
  const subscriberUrl = await servers.listen(getTestServer("orders"));
  const delivery = { retry: 5, timeoutMs: 10_000, deadLetterUrl: await servers.listen(deadLetters) };
  const broker = await startBroker({ triggers: [{ name: "orders", subscriberUrl, delivery }] });
  closers.push(() => broker.close());
  const sink = httpSink({ url: broker.url });
  closers.push(() => sink.close());
  const headers = {
    "content-type": "application/json",
    "ce-specversion": "1.0",
    "ce-type": ORDER_REQUESTED_TYPE,
    "ce-source": "/desk",
    "ce-id": "bad",
  };
  await sink.send({ headers, body: '{"payload":"x"}' });
  expect([letters, broker.attempts.map(({ trigger, code }) => [trigger, code])]).toEqual([
    [["bad", "400"]],
    [
      ["orders", 400],
      ["orders/dead-letter", 204],
    ],
  ]);
});
