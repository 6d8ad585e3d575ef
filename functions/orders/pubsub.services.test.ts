/**
 * Orders through Pub/Sub, by Google's emulator: a topic, a push subscription, the real function under the Functions
 * Framework, a real engine, and the outcome back by the engine's sink. Skipped where the machine has no emulator (Google
 * Cloud SDK and Java).
 */
import type { PubSub } from "@google-cloud/pubsub";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hmacSha256 } from "../../engine/api/signature.ts";
import { pubSubSink } from "../../engine/bus/sinks/pubsub-sink.ts";
import {
  type EmulatedPubSub,
  findPubSubEmulator,
  openEmulatedPubSub,
} from "../../engine/bus/testing/pubsub-emulator.ts";
import type { HttpMessage } from "../../engine/protocol/journal-batch.ts";
import { ORDER_REQUESTED_TYPE } from "../../engine/protocol/order-events.ts";
import { newExchange } from "../../engine/sim/small-exchange.ts";
import { type EdgeDeps, installDeps } from "../_shared/deps.ts";
import { PushRecorder } from "../_shared/testing/push-recorder.ts";
import { edgeOn, registerTestKey } from "./testing/keyed-edge.ts";
import "./index.ts";

const program = findPubSubEmulator();
const where = program === null ? " (skipped: no Pub/Sub emulator or no Java on this machine)" : "";

describe.skipIf(program === null)(`orders through Pub/Sub${where}`, () => {
  let pubsub: EmulatedPubSub;
  let client: PubSub;
  const recorder = new PushRecorder("orders");

  beforeAll(async () => {
    pubsub = await openEmulatedPubSub(program as string);
    client = pubsub.client;
  });
  afterAll(async () => {
    recorder.stop();
    installDeps(null);
    await pubsub?.close();
  });

  test("an order by Pub/Sub is executed once, and its outcome leaves by the sink, readable to whoever subscribes", async () => {
    const exchange = await newExchange();
    await registerTestKey(exchange, { account: 1, apiKey: "pubsub-key-0001", secret: "secret" });
    const [requests] = await client.createTopic("requests");
    const [outcomes] = await client.createTopic("outcomes");
    const [listener] = await outcomes.createSubscription("outcomes-pull");
    const outSink = pubSubSink({ topic: outcomes.name, orderingKey: "e1" });
    const deps: EdgeDeps = {
      ...edgeOn(exchange),
      // The emulator sends no token.
      eventGate: { from: "push", verify: async () => ({ outcome: "valid" }) },
      publishOutcome: async (headers, body) => {
        const answer = await outSink.send({ headers, body });
        if (answer !== "accepted") throw new Error(answer);
      },
    };
    installDeps(() => deps);
    await requests.createSubscription("requests-push", {
      enableMessageOrdering: true,
      pushConfig: { pushEndpoint: await recorder.start() },
    });

    const query = "symbol=A0A1&side=SELL&type=LIMIT&timeInForce=GTC&quantity=5&price=10&newClientOrderId=by-pubsub";
    const payload = `${query}&timestamp=${exchange.clock.nowUs / 1_000}`;
    const signature = hmacSha256(Buffer.from("secret"), payload).toString("hex");
    const request: HttpMessage = {
      headers: {
        "content-type": "application/json",
        "ce-specversion": "1.0",
        "ce-type": ORDER_REQUESTED_TYPE,
        "ce-source": "/desk",
        "ce-id": "1",
      },
      body: JSON.stringify({ apiKey: "pubsub-key-0001", payload, signature }),
    };
    const inSink = pubSubSink({ topic: requests.name, orderingKey: "desk" });
    expect([await inSink.send(request), await inSink.send(request)]).toEqual(["accepted", "accepted"]);
    const heard = new Promise<readonly unknown[]>((resolve) => {
      const messages: unknown[] = [];
      listener.on("message", (message) => {
        message.ack();
        const { attributes, data } = message;
        const said = JSON.parse(data.toString()) as { outcome: string; result: { orderId: number } };
        messages.push([attributes["ce-type"], attributes["content-type"], said.outcome, said.result.orderId]);
        if (messages.length === 2) resolve(messages);
      });
    });
    await recorder.until((all) => all.length >= 2);
    const outcome = ["tidebook.order.outcome.v1", "application/json", "placed", 1];
    expect(await heard).toEqual([outcome, outcome]);
    expect(recorder.delivered.map(({ status }) => status)).toEqual([204, 204]);
    expect(exchange.engine.stats().openOrders).toBe(1);
    await listener.close();
    await inSink.close();
    await outSink.close();
  });
});
