/** The sink to a broker, against a server that answers as it is told. */
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { heartbeatToHttp } from "../../protocol/journal-batch.ts";
import { startBroker } from "../testing/broker.ts";
import { LocalServers } from "../testing/local-server.ts";
import { sinkFrom } from "./configured-sink.ts";
import { BROKER_RETRY_BUDGET_MS, httpSink, POST_TIMEOUT_MS, RETRY_AFTER_MAX_MS, retryAfterMs } from "./http-sink.ts";

const servers = new LocalServers();
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await servers.close();
});

const EVENT = heartbeatToHttp({ engine: "e1", epoch: 1, headSeq: 9 });

async function serve(listener: RequestListener): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(listener);
  return { url: await servers.listen(server), server };
}

function sinkTo(url: string, options: Partial<Parameters<typeof httpSink>[0]> = {}) {
  const sink = httpSink({ url, ...options });
  closers.push(() => sink.close());
  return sink;
}

test("an event goes out in binary mode, byte for byte, and its connection is used again", async () => {
  const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
  let connections = 0;
  const { url, server } = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(202).end("accepted");
  });
  server.on("connection", () => {
    connections += 1;
  });
  const sink = sinkTo(url);
  expect([await sink.send(EVENT), await sink.send(EVENT)]).toEqual(["accepted", "accepted"]);
  const sent = seen.map(({ headers, body }) => ({
    ce: Object.entries(headers).filter(([name]) => name.startsWith("ce-") || name === "content-type"),
    body,
  }));
  const expected = { ce: expect.arrayContaining(Object.entries(EVENT.headers)), body: EVENT.body };
  expect([sent, connections]).toEqual([[expected, expected], 1]);
});

test("2xx is taken; what speaks of the event is poison; the moment, our own rights and everything else are for later", async () => {
  const { url } = await serve((request, response) => {
    request.resume();
    response.writeHead(Number(request.headers["ce-answer"]), { location: "/elsewhere" }).end("no");
  });
  const sink = sinkTo(url);
  const answers: Record<string, number[]> = { accepted: [], poison: [], later: [] };
  for (const status of [
    200, 202, 204, 301, 307, 400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 502, 503,
  ]) {
    const headers = { ...EVENT.headers, "ce-answer": String(status) };
    answers[await sink.send({ ...EVENT, headers })]?.push(status);
  }
  expect(answers).toEqual({
    accepted: [200, 202, 204],
    poison: [400, 405, 413, 415, 422],
    later: [301, 307, 401, 403, 404, 408, 409, 429, 500, 502, 503],
  });
});

test("nobody there, a cut connection and silence are for later, and the reason is told", async () => {
  const reasons: string[] = [];
  const onFailure = (reason: string): void => {
    reasons.push(reason);
  };
  const gone = await serve(() => {});
  gone.server.close();
  const cut = await serve((request) => request.socket.destroy());
  const silent = await serve(() => {});
  const answers = [
    await sinkTo(gone.url, { onFailure }).send(EVENT),
    await sinkTo(cut.url, { onFailure }).send(EVENT),
    await sinkTo(silent.url, { onFailure, timeoutMs: 30 }).send(EVENT),
  ];
  expect([answers, reasons]).toEqual([
    ["later", "later", "later"],
    ["no answer", "no answer", "no answer"],
  ]);
});

test("a broker that asks to be left alone is, until then", async () => {
  let asked = 0;
  const { url } = await serve((request, response) => {
    request.resume();
    asked += 1;
    response.writeHead(asked === 1 ? 503 : 202, { "retry-after": "3" }).end();
  });
  let nowMs = 0;
  const sink = sinkTo(url, { nowMs: () => nowMs });
  const answers: unknown[] = [await sink.send(EVENT), await sink.send(EVENT)];
  nowMs = 2_999;
  answers.push(await sink.send(EVENT), asked);
  nowMs = 3_000;
  answers.push(await sink.send(EVENT), asked);
  expect(answers).toEqual(["later", "later", "later", 1, "accepted", 2]);
});

test("Retry-After is seconds or a date, within reason", () => {
  const nowMs = Date.parse("2026-11-21T05:00:00Z");
  const values = [undefined, "0", "2", "999999999", "Sat, 21 Nov 2026 05:00:07 GMT", "Sat, 21 Nov 2026 04:00:00 GMT"];
  const read = [...values, "soon", "-5", ""].map((value) => retryAfterMs(value, nowMs));
  expect(read).toEqual([0, 0, 2_000, RETRY_AFTER_MAX_MS, 7_000, 0, 0, 0, 0]);
});

test("a sink that closes gives up what is under way, and refuses what comes", async () => {
  let arrived: () => void = () => {};
  const reached = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const { url } = await serve(() => arrived());
  const sink = sinkTo(url);
  const underWay = sink.send(EVENT);
  await reached;
  await sink.close();
  expect([await underWay, await sink.send(EVENT)]).toEqual(["later", "later"]);
});

test("the time limit lies above all that a broker may take over one event", () => {
  const [tries, tryMs, waitsMs] = [6, 10_000, 31_000];
  expect(BROKER_RETRY_BUDGET_MS).toBeGreaterThanOrEqual(tries * tryMs + waitsMs);
  expect(POST_TIMEOUT_MS).toBeGreaterThan(BROKER_RETRY_BUDGET_MS);
});

test("a broker that answers only when its subscriber has is waited for", async () => {
  let asked = 0;
  const { url: subscriberUrl } = await serve((request, response) => {
    request.resume();
    asked += 1;
    response.writeHead(asked < 3 ? 503 : 204).end();
  });
  const broker = await startBroker({ triggers: [{ name: "t", subscriberUrl }], delay: async () => {} });
  closers.push(() => broker.close());
  expect([await sinkTo(broker.url).send(EVENT), asked]).toEqual(["accepted", 3]);
});

test("no sink where none is named, and never two", async () => {
  const engine = "e1";
  expect(sinkFrom({ engine, knativeSink: null, pubSubTopic: null })).toBeNull();
  expect(() => sinkFrom({ engine, knativeSink: "http://broker/", pubSubTopic: "projects/p/topics/t" })).toThrow(
    "events leave by one way",
  );
});

test.each([{ "ce-subject": "a\r\nX-Other: b" }, { "ce-subject": "\u2603" }, { "ce subject": "a" }])(
  "an event whose headers cannot be sent is poison, and nothing is sent: %o",
  async (headers) => {
    let asked = 0;
    const { url } = await serve((_request, response) => {
      asked += 1;
      response.writeHead(202).end();
    });
    const sink = sinkTo(url);
    expect([await sink.send({ headers: headers as Record<string, string>, body: "{}" }), asked]).toEqual(["poison", 0]);
  },
);
