/**
 * The contract of persistence over HTTP, through the Functions Framework's own server: 204, 400 and 503 are all that a
 * broker ever sees, and nothing that is wrong for good is a 5xx.
 */

import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { getTestServer } from "@google-cloud/functions-framework/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { OperationalError } from "../../engine/bus/engine-client.ts";
import { batchToHttp, cutBatches, heartbeatToHttp, JOURNAL_BATCH_TYPE } from "../../engine/protocol/journal-batch.ts";
import { installPersistence } from "./deps.ts";
import type { PersistenceDeps, PersistenceLogLine } from "./handler.ts";
import "./index.ts";

const server = getTestServer("persistence");
const calls: string[] = [];
const log: PersistenceLogLine[] = [];
let apply: PersistenceDeps["applyBatch"];

const [batch] = cutBatches({
  engine: "e1",
  epoch: 1,
  firstSeq: 1,
  lastSeq: 2,
  headSeq: 2,
  events: [{ type: "balance_changed", seq: 2, timeUs: 5, account: 1, asset: 0, freeAtoms: 7n, lockedAtoms: 0n }],
});
const good = batchToHttp(batch as NonNullable<typeof batch>);
const envelope = { specversion: "1.0", id: "i", source: "/tidebook/engines/e1", type: JOURNAL_BATCH_TYPE };
const structuredType = { "content-type": "application/cloudevents+json; charset=utf-8" };

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => {
  installPersistence(null);
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  calls.length = 0;
  log.length = 0;
  apply = async () => "applied";
  installPersistence({
    applyBatch: async (run) => {
      calls.push(`batch ${run.engine} ${run.firstSeq}-${run.lastSeq} of ${run.events.length}`);
      return apply(run);
    },
    applyHeartbeat: async (beat) => {
      calls.push(`heartbeat ${beat.engine} ${beat.headSeq}`);
      return "applied";
    },
    log: (line) => log.push(line),
  });
});

interface Sent {
  readonly status: number;
  readonly body: string;
}

/** With node:http, because fetch sets headers of its own. Chunks without a content-length are sent as they come. */
function send(headers: Readonly<Record<string, string>>, body: string | readonly Buffer[]): Promise<Sent> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", method: "POST", headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    if (typeof body === "string") sent.end(body);
    else {
      for (const chunk of body) sent.write(chunk);
      sent.end();
    }
  });
}

test("a batch in binary mode is applied and answered 204", async () => {
  expect(await send(good.headers, good.body)).toEqual({ status: 204, body: "" });
  const charset = { ...good.headers, "content-type": "application/json; charset=utf-8" };
  expect(await send(charset, good.body)).toEqual({ status: 204, body: "" });
  expect(calls).toEqual(["batch e1 1-2 of 1", "batch e1 1-2 of 1"]);
});

test("a batch in structured mode is applied and answered 204", async () => {
  const event = JSON.stringify({ ...envelope, datacontenttype: "application/json", data: JSON.parse(good.body) });
  expect(await send(structuredType, event)).toEqual({ status: 204, body: "" });
  expect(calls).toEqual(["batch e1 1-2 of 1"]);
});

test("a heartbeat is noted and answered 204", async () => {
  const { headers, body } = heartbeatToHttp({ engine: "e1", epoch: 1, headSeq: 9 });
  expect(await send(headers, body)).toEqual({ status: 204, body: "" });
  expect(calls).toEqual(["heartbeat e1 9"]);
});

const { "ce-id": _id, ...withoutId } = good.headers;
const { id: _structuredId, ...envelopeWithoutId } = envelope;
const data = JSON.parse(good.body) as object;
const POISON: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ["garbage as JSON", good.headers, "{{{{"],
  ["garbage as text", { "content-type": "text/plain" }, "hello"],
  ["an empty body", good.headers, ""],
  ["no content type", {}, good.body],
  ["bytes that are not UTF-8", structuredType, '{"a":"\\ud800"}\u0000'],
  ["a missing ce-id", withoutId, good.body],
  ["a structured event without id", structuredType, JSON.stringify({ ...envelopeWithoutId, data })],
  ["a structured event that is null", structuredType, "null"],
  ["another specversion", { ...good.headers, "ce-specversion": "0.3" }, good.body],
  ["another type", { ...good.headers, "ce-type": "tidebook.trades.executed.v1" }, good.body],
  ["a source that is no URI reference", { ...good.headers, "ce-source": "a b" }, good.body],
  ["the batch content type", { "content-type": "application/cloudevents-batch+json" }, JSON.stringify([envelope])],
  ["data as a JSON string", structuredType, JSON.stringify({ ...envelope, data: good.body })],
  ["data of another shape", good.headers, JSON.stringify({ ...data, events: [{ type: "nothing" }] })],
  ["an amount that is a number", good.headers, good.body.replace('"7"', "7")],
  ["data above 256 KiB", good.headers, JSON.stringify({ ...data, padding: "x".repeat(256 * 1024) })],
];
for (const [name, headers, body] of POISON) {
  test(`${name} is poison: 400, never 5xx, and nothing is applied`, async () => {
    expect((await send(headers, body)).status).toBe(400);
    expect(calls).toEqual([]);
  });
}

test("a body above 1 MiB is refused by its declared length, before it is read", async () => {
  const { port } = server.address() as AddressInfo;
  const status = await new Promise<number>((resolve, reject) => {
    const headers = { ...good.headers, "content-length": String(900 * 1024 * 1024) };
    const sent = request({ port, host: "127.0.0.1", method: "POST", headers, agent: false }, (response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    sent.on("error", reject);
    sent.write("{");
  });
  expect({ status, calls }).toEqual({ status: 400, calls: [] });
});

test("a chunked body is counted and cut off above 1 MiB, though it never ends; a small one is applied", async () => {
  const chunked = { ...good.headers, "transfer-encoding": "chunked" };
  const { port } = server.address() as AddressInfo;
  const outcome = await new Promise<string>((resolve) => {
    const sent = request({ port, host: "127.0.0.1", method: "POST", headers: chunked, agent: false }, (response) => {
      resolve(`answered ${response.statusCode}`);
      response.resume();
    });
    // The answer may be lost with the connection, while the client is still writing.
    sent.on("error", () => resolve("answered 400"));
    for (let bytes = 0; bytes < 2 * 1024 * 1024; bytes += 65_536) sent.write(Buffer.alloc(65_536, " "));
  });
  expect({ outcome, calls }).toEqual({ outcome: "answered 400", calls: [] });
  expect((await send(chunked, [Buffer.from(good.body)])).status).toBe(204);
});

test("a compressed body is refused unread, because its length says nothing of its size", async () => {
  const headers = { ...good.headers, "content-encoding": "gzip", "transfer-encoding": "chunked" };
  const reply = await send(headers, [gzipSync(good.body)]);
  expect({ ...reply, calls }).toEqual({ status: 400, body: '{"outcome":"too_large"}', calls: [] });
});

test("a database that cannot be asked is 503, an error nobody foresaw too, and both are logged", async () => {
  apply = () => Promise.reject(new OperationalError("history_unavailable", "closed"));
  expect(await send(good.headers, good.body)).toEqual({ status: 503, body: '{"outcome":"unavailable"}' });
  apply = () => Promise.reject(new Error("unforeseen"));
  expect((await send(good.headers, good.body)).status).toBe(503);
  const range = { engine: "e1", firstSeq: 1, lastSeq: 2 };
  expect(log).toEqual([
    { at: "persistence", outcome: "unavailable", reason: "closed", ...range },
    { at: "persistence", outcome: "unavailable", reason: "unforeseen", ...range },
  ]);
});

test("a sender that is fenced off is answered 400 by name, a value that no column takes likewise", async () => {
  apply = async () => "stale_epoch";
  expect(await send(good.headers, good.body)).toEqual({ status: 400, body: '{"outcome":"stale_epoch"}' });
  apply = () => Promise.reject(Object.assign(new Error("out of range"), { code: "22003" }));
  expect(await send(good.headers, good.body)).toEqual({ status: 400, body: '{"outcome":"poison"}' });
});
