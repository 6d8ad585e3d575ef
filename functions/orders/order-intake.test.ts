/** Orders by CloudEvent against a real engine: whatever a broker does with an event, it has one effect. */
import { beforeEach, expect, test, vi } from "vitest";
import { DEFAULT_LIMITS } from "../../engine/api/limits/limiter.ts";
import { MemoryLimiter } from "../../engine/api/limits/memory-limiter.ts";
import { hmacSha256 } from "../../engine/api/signature.ts";
import { ORDER_REQUESTED_TYPE, type OrderRequest } from "../../engine/protocol/order-events.ts";
import { FaultyDisk } from "../../engine/sim/faulty-disk.ts";
import { newExchange, openExchange, type RunningExchange } from "../../engine/sim/small-exchange.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import type { HttpReply, HttpRequest } from "../_shared/http.ts";
import { handleOrders } from "./handler.ts";
import { edgeOn, registerTestKey } from "./testing/keyed-edge.ts";

const KEYS = ["", "first-key-0001", "second-key-0002", "bound-key-0003"];
const SOURCE = "/desk/7";
/** What knative/base gives one try. */
const TRY_OF_A_TRIGGER_MS = 10_000;

let disk: FaultyDisk;
let exchange: RunningExchange;
let deps: EdgeDeps;

beforeEach(async () => {
  disk = new FaultyDisk();
  exchange = await newExchange({ disk });
  for (const [account, ipAllowList] of [
    [1, []],
    [2, []],
    [1, ["10.0.0.1"]],
  ] as const) {
    const key = ipAllowList.length > 0 ? 3 : account;
    await registerTestKey(exchange, { account, apiKey: KEYS[key] as string, secret: `secret ${key}`, ipAllowList });
  }
  deps = depsOn(exchange);
});

function depsOn(running: RunningExchange): EdgeDeps {
  return {
    ...edgeOn(running),
    reportFault: ({ error }) => {
      throw error;
    },
  };
}

const SELL = "symbol=A0A1&side=SELL&type=LIMIT&timeInForce=GTC&quantity=5&price=10";

/** A well-behaved sender's data; stamped with the exchange's time. */
function order(query = SELL, key = 1, windowMs = 5_000): OrderRequest {
  const payload = `${query}&recvWindow=${windowMs}&timestamp=${exchange.clock.nowUs / 1_000}`;
  return {
    apiKey: KEYS[key] as string,
    payload,
    signature: hmacSha256(Buffer.from(`secret ${key}`), payload).toString("hex"),
  };
}

function delivery(id: string, data: unknown, headers: Record<string, string> = {}): HttpRequest {
  return {
    method: "POST",
    path: "/",
    rawQuery: "",
    headers: {
      "ce-specversion": "1.0",
      "ce-type": ORDER_REQUESTED_TYPE,
      "ce-source": SOURCE,
      "ce-id": id,
      "content-type": "application/json",
      ...headers,
    },
    rawBody: Buffer.from(JSON.stringify(data)),
    remoteAddress: "127.0.0.1",
  };
}

const deliver = (id: string, data: unknown, headers = {}): Promise<HttpReply> =>
  handleOrders(delivery(id, data, headers), deps);

/** Status, what the outcome says, and the order's id and name where it was placed. */
function said({ status, body }: HttpReply): readonly unknown[] {
  if (status !== 200) return [status];
  const { outcome, result, error, clientOrderId } = JSON.parse(body);
  if (outcome !== "placed") return [status, outcome, error.code, clientOrderId];
  // What the outcome calls the order is what the engine calls it.
  expect(result.clientOrderId).toBe(clientOrderId);
  return [status, outcome, result.orderId, clientOrderId];
}

const ordersOpen = (): number => exchange.engine.stats().openOrders;

test("an event delivered twice has one effect and gives the same outcome, whether or not it names its order", async () => {
  const named = order(`${SELL}&newClientOrderId=mine`);
  const nameless = order();
  const first = await deliver("1", named);
  const replies = [first, await deliver("1", named), await deliver("2", nameless), await deliver("2", nameless)];
  const made = JSON.parse(replies[2]?.body ?? "").clientOrderId;
  expect(made).toMatch(/^[0-9a-f]{22}$/);
  expect(replies.map(said)).toEqual([
    [200, "placed", 1, "mine"],
    [200, "placed", 1, "mine"],
    [200, "placed", 2, made],
    [200, "placed", 2, made],
  ]);
  expect(replies[1]).toEqual(first);
  expect(ordersOpen()).toBe(2);
});

test("limits by address are not asked for what comes from none", async () => {
  const limiter = new MemoryLimiter({ limits: { ...DEFAULT_LIMITS, requestsPer5Minutes: 1 }, nowMs: () => 0 });
  const limited = { ...deps, limiter };
  const bad = order("symbol=BTCUSDT");
  const replies = [bad, bad, order()].map((data, index) => handleOrders(delivery(`${index}`, data), limited));
  expect((await Promise.all(replies)).map((reply) => said(reply)[1])).toEqual(["refused", "refused", "placed"]);
  expect(limiter.addresses).toBe(0);
});

test("two deliveries at once have one effect", async () => {
  const data = order();
  const [one, other] = await Promise.all([deliver("1", data), deliver("1", data)]);
  expect([said(one as HttpReply), ordersOpen()]).toEqual([said(other as HttpReply), 1]);
});

test("out of order and late, each event still has its own effect, and once", async () => {
  const [a, b] = [order(`${SELL}&newClientOrderId=a`), order(`${SELL}&newClientOrderId=b`)];
  const second = await deliver("b", b);
  exchange.clock.nowUs += 4_900_000;
  const replies = [second, await deliver("a", a), await deliver("b", b), await deliver("a", a)];
  expect(replies.map(said)).toEqual([
    [200, "placed", 1, "b"],
    [200, "placed", 2, "a"],
    [200, "placed", 1, "b"],
    [200, "placed", 2, "a"],
  ]);
  expect(ordersOpen()).toBe(2);
});

test("the deadline is the event's own: nine seconds after the first delivery a copy is still known, behind the window nothing is executed", async () => {
  const data = order(`${SELL}&newClientOrderId=mine`, 1, 60_000);
  const first = await deliver("1", data);
  // Longer than any edge waits: a deadline counted from the arrival would have let the engine forget the command.
  exchange.clock.nowUs += 30_000_000;
  const copy = await deliver("1", data);
  exchange.clock.nowUs += 30_000_001;
  const late = await deliver("1", data);
  expect([first, copy, late].map(said)).toEqual([
    [200, "placed", 1, "mine"],
    [200, "placed", 1, "mine"],
    [200, "unknown", -1007, "mine"],
  ]);
  expect(ordersOpen()).toBe(1);
});

test("an event that comes for the first time behind its window is never executed, and its outcome claims nothing", async () => {
  const data = order(`${SELL}&newClientOrderId=mine`);
  exchange.clock.nowUs += 5_000_001;
  expect(said(await deliver("1", data))).toEqual([200, "unknown", -1007, "mine"]);
  expect(ordersOpen()).toBe(0);
});

test("a copy whose edge's clock is behind reaches the engine after the deadline, and is refused there", async () => {
  const data = order(`${SELL}&newClientOrderId=mine`);
  await deliver("1", data);
  const edgeUs = exchange.clock.nowUs;
  exchange.clock.nowUs += 6_000_000;
  await exchange.operate({ type: "open_account", name: "moves the engine's clock" });
  deps = { ...deps, nowUs: () => edgeUs };
  // Before its own deadline this edge does not say unknown yet.
  expect(said(await deliver("1", data))).toEqual([503]);
  expect(ordersOpen()).toBe(1);
});

test("after a restart a copy has no second effect: it is told what the first was, unknown behind the deadline", async () => {
  const data = order(`${SELL}&newClientOrderId=mine`, 1, 10_000);
  const nameless = order(SELL, 1, 10_000);
  await deliver("1", data);
  await deliver("2", nameless);
  const { nowUs } = exchange.clock;
  await exchange.engine.close();
  exchange = await openExchange({ disk });
  exchange.clock.nowUs = nowUs + 1_000_000;
  deps = depsOn(exchange);
  const copies = [await deliver("1", data), await deliver("2", nameless)];
  exchange.clock.nowUs = nowUs + 10_000_001;
  const late = [await deliver("1", data), await deliver("2", nameless)];
  expect([...copies, ...late].map((reply) => said(reply).slice(0, 2))).toEqual([
    [200, "placed"],
    [200, "placed"],
    [200, "unknown"],
    [200, "unknown"],
  ]);
  expect(ordersOpen()).toBe(2);
});

test("another order of the same key under a used id is told what became of the first, and changes nothing", async () => {
  await deliver("1", order(`${SELL}&newClientOrderId=first`));
  const reply = await deliver("1", order(`${SELL.replace("quantity=5", "quantity=7")}&newClientOrderId=second`));
  expect(JSON.parse(reply.body).result).toMatchObject({ orderId: 1, clientOrderId: "first" });
  expect(ordersOpen()).toBe(1);
});

test("nobody else can use up an event's id: the same source and id under another key is another order", async () => {
  await deliver("1", order(`${SELL}&newClientOrderId=theirs`, 2));
  expect(said(await deliver("1", order(`${SELL}&newClientOrderId=mine`)))).toEqual([200, "placed", 2, "mine"]);
  expect(ordersOpen()).toBe(2);
});

test("a business refusal is an outcome: balance, parameters, signature, key, address, a time ahead", async () => {
  const good = order(`${SELL}&newClientOrderId=x`);
  exchange.clock.nowUs += 2_000_000;
  const ahead = order(`${SELL}&newClientOrderId=x`);
  exchange.clock.nowUs -= 2_000_000;
  const refusals = [
    order(`${SELL.replace("quantity=5", "quantity=9000000")}&newClientOrderId=x`),
    order(`${SELL.replace("SELL", "SIDEWAYS")}&newClientOrderId=x`),
    { ...good, signature: "0".repeat(64) },
    { ...good, apiKey: "no-such-key" },
    order(`${SELL}&newClientOrderId=x`, 3),
    ahead,
    { ...good, payload: `${good.payload}&symbol=A0A1` },
    { ...good, payload: `${good.payload}&signature=${good.signature}` },
  ];
  const replies = await Promise.all(refusals.map((data, index) => deliver(`r${index}`, data)));
  expect(replies.map((reply) => said(reply).slice(0, 3))).toEqual([
    [200, "refused", -2010],
    [200, "refused", -1117],
    [200, "refused", -1022],
    [200, "refused", -2015],
    [200, "refused", -2015],
    [200, "refused", -1021],
    [200, "refused", -1101],
    [200, "refused", -1101],
  ]);
  expect(ordersOpen()).toBe(0);
});

test("an event that is none of ours is 400, with no outcome and no effect", async () => {
  const data = order();
  const replies = [
    await deliver("1", data, { "ce-type": "tidebook.order.requested.v2" }),
    await deliver("", data),
    await deliver("1", { ...data, account: 2 }),
    await deliver("1", { apiKey: data.apiKey, payload: data.payload }),
    await deliver("1", [data]),
    await deliver("1", data, { "content-type": "application/cloudevents-batch+json" }),
  ];
  expect(replies.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400]);
  expect(ordersOpen()).toBe(0);
});

test("while the engine is away the event is for later", async () => {
  const data = order();
  await exchange.engine.close();
  expect(said(await deliver("1", data))).toEqual([503]);
});

test("an engine that does not answer is not waited for until the broker has given up: later, and the answer then", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const data = order(`${SELL}&newClientOrderId=mine`);
    const { engine } = deps;
    let submitted: () => void = () => {};
    const reached = new Promise<void>((resolve) => {
      submitted = resolve;
    });
    const submit: EdgeDeps["engine"]["submit"] = async (...command) => {
      await engine.submit(...command);
      submitted();
      return new Promise(() => {});
    };
    const silent = { ...deps, engine: { ...deps.engine, submit } };
    const first = handleOrders(delivery("1", data), silent);
    await reached;
    await vi.advanceTimersByTimeAsync(TRY_OF_A_TRIGGER_MS - 1_000);
    expect([said(await first), said(await deliver("1", data)), ordersOpen()]).toEqual([
      [503],
      [200, "placed", 1, "mine"],
      1,
    ]);
  } finally {
    vi.useRealTimers();
  }
});

test("the outcome is one event in binary mode that names its request and carries its trace", async () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const { headers, body } = await deliver("1", order(`${SELL}&newClientOrderId=mine`), {
    "ce-traceparent": traceparent,
  });
  expect(headers).toEqual({
    "content-type": "application/json",
    "ce-specversion": "1.0",
    "ce-type": "tidebook.order.outcome.v1",
    "ce-source": "/tidebook/orders",
    "ce-id": expect.stringMatching(/^[0-9a-f]{32}:placed$/),
    "ce-traceparent": traceparent,
  });
  expect(JSON.parse(body)).toMatchObject({
    outcome: "placed",
    request: { source: SOURCE, id: "1" },
    clientOrderId: "mine",
    result: { symbol: "A0A1", orderId: 1, status: "NEW", fills: [] },
  });
});

/** The same event as Pub/Sub pushes it. */
function pushed(id: string, data: OrderRequest): HttpRequest {
  const { headers, rawBody } = delivery(id, data);
  const body = {
    message: { data: Buffer.from(rawBody).toString("base64"), attributes: headers, messageId: "9" },
    subscription: "projects/p/subscriptions/s",
  };
  return {
    ...delivery(id, data),
    headers: { "content-type": "application/json", authorization: "Bearer good" },
    rawBody: Buffer.from(JSON.stringify(body)),
  };
}

test("a push is answered 204 once the outcome is handed over, 503 until then, and its copies are handed over alike", async () => {
  const published: (readonly [string | undefined, string])[] = [];
  let takes = false;
  deps = {
    ...deps,
    reportFault: () => {},
    eventGate: {
      from: "push",
      verify: async (authorization) =>
        authorization === "Bearer good" ? { outcome: "valid" } : { outcome: "invalid", reason: "" },
    },
    publishOutcome: async (headers, body) => {
      if (!takes) throw new Error("the sink does not answer");
      published.push([headers["ce-id"], body]);
    },
  };
  const event = pushed("1", order(`${SELL}&newClientOrderId=mine`));
  const { publishOutcome: _without, ...alone } = deps;
  const replies = [await handleOrders(event, alone), await handleOrders(event, deps)];
  takes = true;
  replies.push(await handleOrders(event, deps), await handleOrders(event, deps));
  expect(replies.map(({ status }) => status)).toEqual([503, 503, 204, 204]);
  expect(replies.at(-1)).toEqual({ status: 204, headers: {}, body: "" });
  expect(published[1]).toEqual(published[0]);
  expect([JSON.parse(published[0]?.[1] ?? "").result.orderId, ordersOpen()]).toEqual([1, 1]);
});

test("with the push settings every form of event needs the token, and without them no push is taken", async () => {
  const data = order();
  const unproven = { ...pushed("1", data), headers: { "content-type": "application/json" } };
  const structured: HttpRequest = {
    ...delivery("1", data),
    headers: { "content-type": "application/cloudevents+json" },
    rawBody: Buffer.from(
      JSON.stringify({ specversion: "1.0", id: "1", source: SOURCE, type: ORDER_REQUESTED_TYPE, data }),
    ),
  };
  const pushOnly: EdgeDeps = {
    ...deps,
    eventGate: { from: "push", verify: async () => ({ outcome: "invalid", reason: "" }) },
  };
  const closed = [unproven, delivery("1", data), structured].map((request) => handleOrders(request, pushOnly));
  expect((await Promise.all(closed)).map(({ status }) => status)).toEqual([401, 401, 401]);
  expect((await handleOrders(pushed("1", data), deps)).status).toBe(403);
  expect(ordersOpen()).toBe(0);
});
