/** Hostile input to the intake by event: it is answered by one of its words, executes nothing and never falls over. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ORDER_REQUESTED_TYPE } from "../../engine/protocol/order-events.ts";
import { fakeEdge, request } from "../_shared/testing/fake-edge.ts";
import { handleOrders } from "./handler.ts";

const TEXTS = [
  "alice-key-0123456789",
  "symbol=BTCUSDT&side=BUY",
  "timestamp=1",
  "signature=x&signature=y",
  "",
  "%%%",
  "=&=",
];
const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: "binary", maxLength: 60 }));
const order = fc.record({ apiKey: text, payload: text, signature: text }, { noNullPrototype: true });
const data = fc.oneof(
  order,
  fc.jsonValue({ maxDepth: 3 }),
  order.chain((good) => fc.constant({ ...good, account: 2 })),
);
const body = fc.oneof(
  data.map((value) => Buffer.from(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 120 }),
);
const headers = fc
  .record({
    "ce-specversion": fc.constantFrom("1.0", "1.0", "0.3"),
    "ce-type": fc.constantFrom(ORDER_REQUESTED_TYPE, ORDER_REQUESTED_TYPE, "other"),
    "ce-source": fc.constantFrom("/s", "", "a b"),
    "ce-id": fc.oneof(fc.constant("1"), text),
    "content-type": fc.constantFrom("application/json", "application/cloudevents+json", "text/plain"),
  })
  .map((all) => ({ ...all }));

test("whatever arrives as an order event is 200 with a refusal or 400, and no order is placed", async () => {
  const edge = fakeEdge();
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(headers, body, async (sent, rawBody) => {
      const reply = await handleOrders(request({ method: "POST", headers: sent, rawBody }), edge.deps);
      seen.add(reply.status);
      expect([200, 400]).toContain(reply.status);
      // Not "placed": nobody here has signed anything.
      if (reply.status === 200) expect(JSON.parse(reply.body).outcome).toBe("refused");
    }),
    { numRuns: 2_000 },
  );
  expect([seen, edge.engine.received, edge.faults]).toEqual([new Set([200, 400]), [], []]);
});
