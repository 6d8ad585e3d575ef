/**
 * The contract of dead-letters through the Functions Framework: everything that is brought is kept, and the operator's four
 * requests. The database behind it is PGlite, the sink a server of the test's.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { historyUnavailable } from "../_shared/database.ts";
import type { PgliteDatabase } from "../_shared/pglite-database.ts";
import { contentTypeSent } from "../_shared/plain-request.ts";
import { resetHistory } from "../_shared/reset-history.ts";
import { type ServedFunction, serveFunction } from "../_shared/testing/framework-server.ts";
import { openMemoryDatabase } from "../persistence/testing/memory-database.ts";
import { installDeadLetters, resendTo } from "./deps.ts";
import type { DeadLetterDeps } from "./handler.ts";
import { letterStore } from "./letter-store.ts";
import "./index.ts";

const TOKEN = "operator-token-for-tests";
const NOW_MS = 1_767_225_600_123;

let database: PgliteDatabase;
let server: ServedFunction;
let deps: DeadLetterDeps;
let sinkAnswers = 202;
const sinkSaw: { readonly headers: IncomingMessage["headers"]; readonly body: Buffer }[] = [];
const log: object[] = [];

const sink = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  // The guard of this process sees the sink's requests too.
  const headers = { ...request.headers, "content-type": contentTypeSent(request.rawHeaders) };
  sinkSaw.push({ headers, body: Buffer.concat(chunks) });
  response.writeHead(sinkAnswers).end();
});

beforeAll(async () => {
  database = await openMemoryDatabase();
  await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve));
  server = await serveFunction("dead-letters", null);
});
afterAll(async () => {
  installDeadLetters(null);
  await server.close();
  sink.close();
  await database.close();
});
beforeEach(async () => {
  await database.query("truncate dead_letters.letters restart identity");
  sinkSaw.length = 0;
  log.length = 0;
  sinkAnswers = 202;
  deps = {
    store: letterStore(async () => database),
    resend: resendTo(`http://127.0.0.1:${(sink.address() as AddressInfo).port}/broker`),
    emptyHistory: () => resetHistory(database, "e1"),
    operatorToken: TOKEN,
    nowMs: () => NOW_MS,
    log: (line) => log.push(line),
    reportFault: ({ error }) => log.push({ fault: String(error) }),
  };
  installDeadLetters(deps);
});

const EVENT = {
  "content-type": "application/json",
  "ce-specversion": "1.0",
  "ce-id": "e1:1-2",
  "ce-source": "/tidebook/engines/e1",
  "ce-type": "tidebook.journal.batch.v1",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
};
const REFUSED = {
  ...EVENT,
  "ce-knativeerrordest": "http://persistence.tidebook.svc.cluster.local/",
  "ce-knativeerrorcode": "400",
  "ce-knativeerrordata": Buffer.from('{"outcome":"poison"}').toString("base64"),
  "ce-knativearrivaltime": "2026-11-21T00:00:00Z",
};
const LETTER = {
  letter: 1,
  state: "waiting",
  type: "tidebook.journal.batch.v1",
  source: "/tidebook/engines/e1",
  id: "e1:1-2",
  destination: "http://persistence.tidebook.svc.cluster.local/",
  errorCode: 400,
  error: '{"outcome":"poison"}',
  bytes: 4,
  arrivals: 1,
  first: NOW_MS,
  last: NOW_MS,
  settled: null,
};

async function bring(headers: Readonly<Record<string, string>>, body: string | Uint8Array): Promise<[number, string]> {
  const response = await fetch(`${server.origin}/`, { method: "POST", headers, body: Buffer.from(body) });
  return [response.status, await response.text()];
}

async function operate(method: string, path: string, token = TOKEN): Promise<[number, unknown]> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${server.origin}/ops/v1/dead-letters${path}`, { method, headers });
  return [response.status, await response.json()];
}

test("what is brought is kept and answered with an empty 204, garbage too; nothing is parsed", async () => {
  expect(await bring(REFUSED, "{{{{")).toEqual([204, ""]);
  expect(await bring(REFUSED, "{{{{")).toEqual([204, ""]);
  expect(await bring({ ...EVENT, "content-type": "application/json" }, "")).toEqual([204, ""]);
  expect(await bring({ "content-type": "application/cloudevents+json" }, "no envelope")).toEqual([204, ""]);
  expect(await bring({}, new Uint8Array([0, 255, 254]))).toEqual([204, ""]);
  const [status, letters] = await operate("GET", "");
  expect([status, (letters as object[]).length]).toEqual([200, 4]);
  expect((letters as object[]).at(-1)).toEqual({ ...LETTER, arrivals: 2 });
});

test("a structured event is named by its envelope", async () => {
  const envelope = { specversion: "1.0", id: "7", source: "/s", type: "t", knativeerrordest: "http://d", data: {} };
  await bring({ "content-type": "application/cloudevents+json; charset=utf-8" }, JSON.stringify(envelope));
  const [, letters] = await operate("GET", "?state=waiting");
  expect(letters).toMatchObject([{ id: "7", source: "/s", type: "t", destination: "http://d" }]);
});

test("an operator sees a letter whole: without what the broker added, with what it is sent by", async () => {
  await bring(REFUSED, "{{{{");
  expect(await operate("GET", "/1")).toEqual([200, { ...LETTER, headers: EVENT, body: "{{{{" }]);
  await bring({ ...EVENT, "ce-id": "binary" }, new Uint8Array([255, 0]));
  expect(await operate("GET", "/2")).toMatchObject([200, { id: "binary", bodyBase64: "/wA=" }]);
});

test("a replayed letter leaves in binary mode, byte by byte, once; the sink's no leaves it waiting", async () => {
  await bring(REFUSED, "{{{{");
  sinkAnswers = 503;
  const refused = { code: -1008, msg: "The event was not taken: the sink answered 503." };
  expect(await operate("POST", "/1")).toEqual([503, refused]);
  expect(await operate("GET", "")).toEqual([200, [LETTER]]);
  sinkAnswers = 202;
  const replayed = { ...LETTER, state: "replayed", settled: NOW_MS };
  expect(await operate("POST", "/1")).toEqual([200, { ...replayed, sent: true }]);
  expect(await operate("POST", "/1")).toEqual([200, { ...replayed, sent: false }]);
  expect(sinkSaw).toHaveLength(2);
  const [, { headers, body }] = sinkSaw as [unknown, (typeof sinkSaw)[0]];
  const sent = Object.entries(headers).filter(([name]) => /^ce-|^content-type$|^trace/.test(name));
  expect([Object.fromEntries(sent), body.toString()]).toEqual([EVENT, "{{{{"]);
});

test("without a sink a replay says so, and a discarded letter is settled", async () => {
  await bring(REFUSED, "{{{{");
  installDeadLetters({ ...deps, resend: null });
  const nobody = { code: -1008, msg: "There is nobody to hand events to: K_SINK is not set." };
  expect(await operate("POST", "/1")).toEqual([503, nobody]);
  expect(await operate("DELETE", "/1")).toEqual([200, { ...LETTER, state: "discarded", settled: NOW_MS }]);
});

test("without the token nothing is told; unknown letters, words and methods have their answers", async () => {
  await bring(REFUSED, "{{{{");
  const answers = [
    await operate("GET", "/1", "another-token-for-tests"),
    await operate("GET", "/2"),
    await operate("POST", "/nothing"),
    await operate("GET", "?state=lost"),
    await operate("PUT", "/1"),
    await operate("POST", ""),
  ];
  expect(answers).toEqual([
    [401, { code: -1002, msg: "You are not authorized to execute this request." }],
    [404, { code: -2010, msg: "letter_not_found: there is no such letter." }],
    [404, { code: -2010, msg: "letter_not_found: there is no such letter." }],
    [400, { code: -1130, msg: "'state' is one of waiting, replayed, discarded." }],
    [405, { code: -1020, msg: "This operation is not supported." }],
    [405, { code: -1020, msg: "This operation is not supported." }],
  ]);
});

test("an operator empties history: it is said what was there, and nobody without the token does it", async () => {
  await database.query("truncate engine_head, applied_ranges");
  await database.script(
    "insert into engine_head (engine, epoch, head_seq, claimed_by) values ('e1', 3, 12, 1800000000)",
  );
  await database.script("insert into applied_ranges values ('e1', 1, 12), ('e2', 1, 5)");
  const empty = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${server.origin}/ops/v1/history`, { method: "DELETE", headers });
    return [response.status, await response.json()];
  };
  const refused = await empty("another-token-for-tests");
  expect([refused[0], await empty(TOKEN), await empty(TOKEN)]).toEqual([
    401,
    [200, { outcome: "emptied", appliedSeq: 12, lineage: 1_800_000_000 }],
    [200, { outcome: "emptied", appliedSeq: 0, lineage: 1_800_000_000 }],
  ]);
  const rest = await database.query("select engine from applied_ranges");
  const heads = await database.query("select epoch, head_seq, lineage, claimed_by from engine_head");
  expect([rest, heads]).toEqual([
    [{ engine: "e2" }],
    [{ epoch: "1800000000", head_seq: "0", lineage: "1800000000", claimed_by: null }],
  ]);
});

test("while the database is away an event is to be sent again, and the log says which; the operator is told later", async () => {
  const away = letterStore(() => Promise.reject(historyUnavailable("away")));
  installDeadLetters({ ...deps, store: away });
  expect(await bring(REFUSED, "{{{{")).toEqual([503, '{"outcome":"unavailable"}']);
  const said = { type: LETTER.type, source: LETTER.source, eventId: LETTER.id, destination: LETTER.destination };
  expect(log).toEqual([{ at: "dead-letters", outcome: "not_kept", ...said, errorCode: 400, reason: "away" }]);
  expect((await operate("GET", ""))[0]).toBe(503);
});

test("more than 1 MiB is refused before it is read, and a batch of the largest kind is kept", async () => {
  expect((await bring(EVENT, new Uint8Array(1024 * 1024 + 1)))[0]).toBe(400);
  expect((await bring(EVENT, new Uint8Array(1024 * 1024)))[0]).toBe(204);
});
