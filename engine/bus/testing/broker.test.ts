/** The tests' broker against the table of what a real one was measured to do, row by row. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import {
  type BrokerOptions,
  type Delivery,
  HELD_MS_MAX,
  startBroker,
  type TestBroker,
  type Trigger,
} from "./broker.ts";
import { LocalServers } from "./local-server.ts";

const servers = new LocalServers();
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await servers.close();
});

interface Received {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A subscriber that answers by a function of how often it was asked, and keeps what it was sent. */
async function subscriber(answer: (response: ServerResponse, asked: number) => void) {
  const received: Received[] = [];
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    answer(response, received.length);
  });
  return { received, url: await servers.listen(server) };
}

const DELIVERY: Delivery = { retry: 3, backoffPolicy: "exponential", backoffDelayMs: 200, timeoutMs: 2_000 };
const BINARY = {
  "ce-specversion": "1.0",
  "ce-id": "1",
  "ce-source": "/test",
  "ce-type": "test.happened.v1",
  "content-type": "application/json",
};

async function broker(options: BrokerOptions): Promise<TestBroker & { readonly delays: number[] }> {
  const delays: number[] = [];
  const started = await startBroker({
    delay: async (ms) => {
      delays.push(ms);
    },
    ...options,
  });
  closers.push(() => started.close());
  return { ...started, delays };
}

async function post(url: string, headers: Record<string, string> = BINARY, body = '{"n":1}'): Promise<number> {
  const response = await fetch(url, { method: "POST", headers, body });
  await response.arrayBuffer();
  return response.status;
}

const to = (subscriberUrl: string, more: Partial<Trigger> = {}): Trigger => ({ name: "t", subscriberUrl, ...more });

/** One event to a subscriber that always answers so. */
async function answered(answer: (response: ServerResponse) => void, timeoutMs = 2_000) {
  const target = await subscriber(answer);
  const letters = await subscriber((response) => response.writeHead(204).end());
  const started = await broker({
    triggers: [to(target.url, { filters: [{ exact: { type: "test.happened.v1" } }] })],
    delivery: { ...DELIVERY, timeoutMs, deadLetterUrl: letters.url },
  });
  const status = await post(started.url);
  const codes = started.attempts.filter(({ trigger }) => trigger === "t").map(({ code }) => code);
  const letter = letters.received.map(({ headers }) => ({
    code: headers["ce-knativeerrorcode"],
    text: Buffer.from(String(headers["ce-knativeerrordata"] ?? ""), "base64").toString(),
    isFrom: headers["ce-knativeerrordest"] === target.url,
  }));
  return { status, codes, letter, delays: started.delays };
}

test("2xx without a body is done", async () => {
  for (const status of [200, 202, 204]) {
    expect(await answered((response) => response.writeHead(status).end())).toEqual({
      status: 202,
      codes: [status],
      letter: [],
      delays: [],
    });
  }
});

test("2xx with a body that is no event counts as 502: tried again, then a dead letter", async () => {
  expect(
    await answered((response) => response.writeHead(200, { "content-type": "application/json" }).end('{"hello":1}')),
  ).toEqual({
    status: 202,
    codes: [502, 502, 502, 502],
    letter: [{ code: "502", text: "received a non-empty response not recognized as CloudEvent", isFrom: true }],
    delays: [200, 400, 800],
  });
});

test("5xx, 404, 408, 409 and 429 are tried again, then a dead letter with code and base64 of the body", async () => {
  for (const status of [500, 503, 404, 408, 409, 429]) {
    expect(await answered((response) => response.writeHead(status).end("no"))).toEqual({
      status: 202,
      codes: [status, status, status, status],
      letter: [{ code: String(status), text: "no", isFrom: true }],
      delays: [200, 400, 800],
    });
  }
});

test("no response within the limit, or a cut connection, is tried again", async () => {
  const cut = await answered((response) => response.destroy());
  const silent = await answered(() => {}, 30);
  expect([cut.codes, silent.codes]).toEqual([
    [-1, -1, -1, -1],
    [-1, -1, -1, -1],
  ]);
  expect([cut.letter, silent.letter]).toEqual([
    [{ code: "-1", text: "", isFrom: true }],
    [{ code: "-1", text: "", isFrom: true }],
  ]);
});

test("every other 4xx, and a 3xx, is not tried again: a dead letter at once", async () => {
  for (const status of [400, 401, 403, 410, 413, 422, 301]) {
    expect(await answered((response) => response.writeHead(status, { location: "/" }).end("no"))).toEqual({
      status: 202,
      codes: [status],
      letter: [{ code: String(status), text: "no", isFrom: true }],
      delays: [],
    });
  }
});

test("2xx with an event, binary or structured, is published again as a reply", async () => {
  const replies: ((response: ServerResponse) => void)[] = [
    (response) =>
      response
        .writeHead(200, { ...BINARY, "ce-type": "test.answered.v1", "content-type": "application/json" })
        .end('{"ok":true}'),
    (response) =>
      response
        .writeHead(200, { "content-type": "application/cloudevents+json" })
        .end('{"specversion":"1.0","id":"1","source":"/test","type":"test.answered.v1","data":{"ok":true}}'),
  ];
  for (const reply of replies) {
    const target = await subscriber(reply);
    const listener = await subscriber((response) => response.writeHead(204).end());
    const { url } = await broker({
      triggers: [
        to(target.url, { filters: [{ exact: { type: "test.happened.v1" } }] }),
        { name: "answers", subscriberUrl: listener.url, filters: [{ prefix: { type: "test.answered." } }] },
      ],
    });
    expect(await post(url)).toBe(202);
    expect(target.received).toHaveLength(1);
    expect(listener.received.map(({ headers, body }) => [headers["ce-type"], headers["ce-id"], body])).toEqual([
      ["test.answered.v1", "1", '{"ok":true}'],
    ]);
  }
});

test("a try that succeeds ends the retries", async () => {
  const target = await subscriber((response, asked) => response.writeHead(asked < 3 ? 503 : 204).end());
  const { url, attempts } = await broker({ triggers: [to(target.url)], delivery: DELIVERY });
  await post(url);
  expect(attempts.map(({ code }) => code)).toEqual([503, 503, 204]);
});

test("linear waits are the delay times the retry's number, and without a policy there are none", async () => {
  const target = await subscriber((response) => response.writeHead(503).end());
  const waits: number[][] = [];
  for (const delivery of [
    { retry: 3, backoffPolicy: "linear", backoffDelayMs: 100, timeoutMs: 2_000 },
    { retry: 3, timeoutMs: 2_000 },
  ] satisfies Delivery[]) {
    const { url, delays, lost } = await broker({ triggers: [to(target.url)], delivery });
    await post(url);
    expect(lost).toHaveLength(1);
    waits.push(delays);
  }
  expect(waits).toEqual([
    [0, 100, 200],
    [0, 0, 0],
  ]);
});

test("the ingress takes one event, binary or structured, and refuses a batch and everything else", async () => {
  const target = await subscriber((response) => response.writeHead(204).end());
  const { url } = await broker({ triggers: [to(target.url)] });
  const structured = { specversion: "1.0", id: "2", source: "/test", type: "test.happened.v1", data: { n: 2 } };
  const { "ce-id": _id, ...withoutId } = BINARY;
  const statuses = [
    await post(url),
    await post(url, { "content-type": "application/cloudevents+json" }, JSON.stringify(structured)),
    await post(url, { "content-type": "application/cloudevents-batch+json" }, JSON.stringify([structured])),
    await post(url, { ...BINARY, "ce-id": "" }),
    await post(url, withoutId),
    await post(url, { ...BINARY, "ce-specversion": "0.3" }),
    await post(url, { "content-type": "application/cloudevents+json" }, "["),
    await post(url, { "content-type": "application/json" }, "{}"),
    (await fetch(url)).status,
  ];
  expect(statuses).toEqual([202, 202, 400, 400, 400, 400, 400, 400, 405]);
  expect(target.received.map(({ headers, body }) => [headers["ce-id"], headers["content-type"], body])).toEqual([
    ["1", "application/json", '{"n":1}'],
    ["2", "application/json", '{"n":2}'],
  ]);
  expect(target.received.every(({ headers }) => headers["ce-knativearrivaltime"] !== undefined)).toBe(true);
});

test("an event that no trigger matches is accepted and dropped", async () => {
  const target = await subscriber((response) => response.writeHead(204).end());
  const { url } = await broker({
    triggers: [to(target.url, { filters: [{ exact: { type: "other" } }, { prefix: { source: "/test" } }] })],
  });
  expect([await post(url), target.received]).toEqual([202, []]);
});

test("the producer waits for the subscribers, or is answered on acceptance, as is asked for", async () => {
  let release: () => void = () => {};
  const target = await subscriber((response) => {
    release = () => response.writeHead(204).end();
    // The producer's answer must not come before this one, so the first broker is asked by a race.
    asked();
  });
  let asked: () => void = () => {};
  const reached = () =>
    new Promise<void>((resolve) => {
      asked = resolve;
    });
  const waiting = await broker({ triggers: [to(target.url)] });
  const first = reached();
  let isAnswered = false;
  const answer = post(waiting.url).then((status) => {
    isAnswered = true;
    return status;
  });
  await first;
  const early = isAnswered;
  release();
  expect([early, await answer]).toEqual([false, 202]);

  const prompt = await broker({ triggers: [to(target.url)], answersAt: "accepted" });
  const second = reached();
  expect(await post(prompt.url)).toBe(202);
  await second;
  release();
  await prompt.idle();
  expect(prompt.attempts.map(({ code }) => code)).toEqual([204]);
});

/** Ids in the order in which the subscriber got them. */
async function unlucky(misfortune: NonNullable<BrokerOptions["misfortune"]>): Promise<readonly unknown[]> {
  let arrived: () => void = () => {};
  const target = await subscriber((response) => {
    response.writeHead(204).end();
    arrived();
  });
  // What is held waits for the next event, never for the time.
  const delay = (ms: number): Promise<void> => (ms === HELD_MS_MAX ? new Promise(() => {}) : Promise.resolve());
  const overtaken = misfortune.overtakenPercent !== undefined;
  const started = await broker({
    triggers: [to(target.url)],
    answersAt: overtaken ? "accepted" : "delivered",
    misfortune,
    delay,
  });
  for (let id = 1; id <= 20; id += 1) await post(started.url, { ...BINARY, "ce-id": String(id) });
  while (overtaken && target.received.length < 19) {
    await new Promise<void>((resolve) => {
      arrived = resolve;
    });
  }
  return target.received.map(({ headers }) => headers["ce-id"]);
}

test("by seed, events come twice, are overtaken, or never come; the same seed does the same", async () => {
  const all = Array.from({ length: 20 }, (_, index) => String(index + 1));
  const twice = await unlucky({ seed: 1, duplicatePercent: 40 });
  const lost = await unlucky({ seed: 1, lostPercent: 40 });
  const overtaken = await unlucky({ seed: 3, overtakenPercent: 30 });
  const inOrder = [...overtaken].sort((a, b) => Number(a) - Number(b));
  expect([[...new Set(twice)], twice.length > 20, overtaken.length >= 19]).toEqual([all, true, true]);
  expect(overtaken).not.toEqual(inOrder);
  expect(lost.length).toBeLessThan(20);
  expect(await unlucky({ seed: 1, lostPercent: 40 })).toEqual(lost);
  expect(await unlucky({ seed: 2, lostPercent: 40 })).not.toEqual(lost);
});
