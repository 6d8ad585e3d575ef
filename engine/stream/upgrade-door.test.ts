/** Who is let in to the stream, and what who is not is told. */
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { afterEach, expect, test } from "vitest";
import { proxyTrust } from "../api/client-address.ts";
import { type Admission, DEFAULT_LIMITS } from "../api/limits/limiter.ts";
import { type Harness, refusedUpgrade, START_MS, startHarness, until } from "./stream-harness.ts";

let harness: Harness | null = null;
afterEach(async () => {
  await harness?.stop();
  harness = null;
});
async function start(options: Parameters<typeof startHarness>[0]): Promise<Harness> {
  harness = await startHarness(options);
  return harness;
}

const ADMITTED: Admission = { outcome: "admitted", usedWeight: 2 };

/** Answers each address as it is told, and keeps who was asked about. */
function fakeLimiter(answer: (address: string) => Admission | Promise<Admission>) {
  const asked: string[] = [];
  const admitConnection = async (address: string): Promise<Admission> => {
    asked.push(address);
    return answer(address);
  };
  const listeners = new Set<(address: string) => void>();
  const followBans = (listener: (address: string) => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return { asked, listeners, limits: DEFAULT_LIMITS, admitConnection, followBans };
}

test("an address that tries too often is told 429, when to come back, and -1003", async () => {
  const limiter = fakeLimiter(() => ({ outcome: "over", limit: "connections", usedWeight: 600, retryAfterS: 17 }));
  const { port } = await start({ limiter });
  expect(await refusedUpgrade(port, "/ws")).toEqual({
    status: "429 Too Many Requests",
    retryAfter: "17",
    body: '{"code":-1003,"msg":"Too many connection attempts; current limit is 300 attempts per 5 MINUTE."}',
  });
  expect(limiter.asked).toEqual(["127.0.0.1"]);
});

test("an address that is over its weight is told so: a connection weighs, too", async () => {
  const limiter = fakeLimiter(() => ({ outcome: "over", limit: "weight", usedWeight: 6_001, retryAfterS: 1 }));
  const { port } = await start({ limiter });
  expect((await refusedUpgrade(port, "/stream")).body).toBe(
    '{"code":-1003,"msg":"Too much request weight used; current limit is 6000 request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API."}',
  );
});

test("a banned address is told 418, and until when", async () => {
  const limiter = fakeLimiter(() => ({ outcome: "banned", untilMs: START_MS + 120_000, retryAfterS: 120 }));
  const { port } = await start({ limiter });
  expect(await refusedUpgrade(port, "/ws/btcusdt@trade")).toEqual({
    status: "418 I'm a Teapot",
    retryAfter: "120",
    body: `{"code":-1003,"msg":"Way too much request weight used; IP banned until ${START_MS + 120_000}. Please use WebSocket Streams for live updates to avoid bans."}`,
  });
});

test("a header of somebody who is no proxy of ours is not believed; a proxy's is", async () => {
  const limiter = fakeLimiter(() => ADMITTED);
  const forged = await start({ limiter });
  await forged.connect("/ws", { headers: { "X-Forwarded-For": "203.0.113.9" } });
  await forged.stop();
  const proxied = await start({ limiter, proxies: proxyTrust(0, ["127.0.0.0/8"]) });
  await proxied.connect("/ws", { headers: { "X-Forwarded-For": "198.51.100.1, 203.0.113.9" } });
  expect(limiter.asked).toEqual(["127.0.0.1", "203.0.113.9"]);
});

test("a banned address loses its connections with 1008, others keep theirs", async () => {
  const { connect, stream } = await start({ proxies: proxyTrust(0, ["127.0.0.1"]) });
  const from = (address: string) => connect("/ws", { headers: { "X-Forwarded-For": address } });
  const [bad, worse, good] = [await from("203.0.113.9"), await from("203.0.113.9"), await from("203.0.113.10")];
  stream.closeAddress("203.0.113.9");
  expect(await bad.closed).toEqual({ code: 1008, reason: "address is banned" });
  expect(await worse.closed).toEqual({ code: 1008, reason: "address is banned" });
  expect(await good.untilAnswer()).toEqual([]);
  await until(() => stream.stats().connections === 1);
  expect(stream.stats().ended.banned).toBe(2);
});

test("who is banned anywhere loses its connections here, until the stream has closed", async () => {
  const limiter = fakeLimiter(() => ADMITTED);
  const { connect, stream } = await start({ limiter });
  const client = await connect("/ws");
  for (const listener of limiter.listeners) listener("127.0.0.1");
  expect((await client.closed).code).toBe(1008);
  await stream.close();
  expect(limiter.listeners.size).toBe(0);
});

test("while the counters cannot be asked everybody may in, and that is said once", async () => {
  const limiter = fakeLimiter(() => Promise.reject(new Error("redis is away")));
  const { connect, logged } = await start({ limiter });
  await connect("/ws");
  await connect("/ws");
  expect(logged).toEqual([{ at: "stream", outcome: "limiter_not_answering", error: "Error: redis is away" }]);
});

test("who leaves while the limiter is asked, and who comes as the stream closes, gets no connection", async () => {
  let answer: (admission: Admission) => void = () => {};
  const limiter = fakeLimiter(() => new Promise((resolve) => (answer = resolve)));
  const { port, stream } = await start({ limiter });
  const gone = connectTcp(port, "127.0.0.1");
  gone.write("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  await until(() => limiter.asked.length === 1);
  gone.resetAndDestroy();
  await once(gone, "close");
  answer(ADMITTED);
  const late = refusedUpgrade(port, "/ws");
  await until(() => limiter.asked.length === 2);
  const closed = stream.close();
  answer(ADMITTED);
  expect((await late).status).toBe("503 Service Unavailable");
  await closed;
  expect(stream.stats().connections).toBe(0);
});

test("frames that come right behind the request, while the limiter is asked, are not lost", async () => {
  let answer: (admission: Admission) => void = () => {};
  const limiter = fakeLimiter(() => new Promise((resolve) => (answer = resolve)));
  const { port, stream } = await start({ limiter });
  const eager = connectTcp(port, "127.0.0.1");
  const lines = ["GET /ws HTTP/1.1", "Host: x", "Connection: Upgrade", "Upgrade: websocket"];
  lines.push("Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
  eager.write(`${lines.join("\r\n")}\r\n\r\n`);
  await until(() => limiter.asked.length === 1);
  // A masked text frame, its mask all zero (RFC 6455 §5.3).
  const text = '{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}';
  eager.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]));
  answer(ADMITTED);
  await until(() => stream.stats().topics === 1);
  eager.destroy();
});

const ITS_OWN: readonly (readonly [origin: string, host: string])[] = [
  // As python's websocket-client does by default: the origin of the address that it connects to.
  ["http://127.0.0.1:8080", "127.0.0.1:8080"],
  ["https://exchange.example.org", "exchange.example.org"],
  ["https://exchange.example.org", "exchange.example.org:443"],
  ["http://exchange.example.org", "EXCHANGE.example.org"],
  ["http://[::1]:8080", "[::1]:8080"],
];
const ANOTHERS: readonly (readonly [origin: string, host: string])[] = [
  ["https://evil.example", "exchange.example.org"],
  ["https://exchange.example.org.evil.example", "exchange.example.org"],
  ["https://exchange.example.org:8443", "exchange.example.org"],
  ["https://exchange.example.org", "exchange.example.org:8443"],
  ["http://exchange.example.org", "exchange.example.org:443"],
  ["null", "exchange.example.org"],
  ["null", "null"],
  ["", "exchange.example.org"],
  ["exchange.example.org", "exchange.example.org"],
  ["file://exchange.example.org", "exchange.example.org"],
  ["https://exchange.example.org", ""],
];

/** The harness has no WebSocket API: who is let in is told 404. */
async function askedBy(origin: string | null, host: string, path = "/ws-api/v3"): Promise<string> {
  const headers = origin === null ? [] : [`Origin: ${origin}`];
  const { status, body } = await refusedUpgrade(harness?.port ?? 0, path, headers, host);
  return `${status} ${body}`;
}
const REFUSED = `403 Forbidden {"code":-2015,"msg":"This page's origin may not open the WebSocket API."}`;

test("I45: the WebSocket API is opened by programs and by pages of the very origin they ask, of no other, before anything is counted", async () => {
  const limiter = fakeLimiter(() => ADMITTED);
  await start({ limiter });
  for (const [origin, host] of ANOTHERS)
    expect([origin, host, await askedBy(origin, host)]).toEqual([origin, host, REFUSED]);
  expect(limiter.asked).toEqual([]);
  for (const [origin, host] of ITS_OWN) expect(await askedBy(origin, host)).toMatch(/^404 /);
  expect(await askedBy(null, "exchange.example.org")).toMatch(/^404 /);
});

test("a page of the public origin may open it wherever the request says that it came to", async () => {
  await start({ publicOrigin: "https://exchange.example.org" });
  expect(await askedBy("https://exchange.example.org", "stream:8080")).toMatch(/^404 /);
  expect(await askedBy("http://exchange.example.org", "stream:8080")).toBe(REFUSED);
});

test("market streams are open to every page, and a cookie that comes along changes nothing", async () => {
  const { connect } = await start({ publicOrigin: "https://exchange.example.org" });
  const client = await connect("/ws/btcusdt@trade", {
    origin: "https://evil.example",
    headers: { cookie: "session=1" },
  });
  expect(await client.untilAnswer()).toEqual([]);
});

test("a time unit that is none is refused with 400 and -1194, more than 1,024 streams with -1130", async () => {
  const { port } = await start({});
  expect(await refusedUpgrade(port, "/ws/btcusdt@trade?timeUnit=SECOND")).toEqual({
    status: "400 Bad Request",
    retryAfter: "",
    body: '{"code":-1194,"msg":"Invalid value for time unit; expected either MICROSECOND or MILLISECOND."}',
  });
  const names = Array.from({ length: 1_025 }, (_, i) => `s${i}@trade`).join("/");
  expect(await refusedUpgrade(port, `/stream?streams=${names}`)).toEqual({
    status: "400 Bad Request",
    retryAfter: "",
    body: '{"code":-1130,"msg":"Too many streams are named for one connection."}',
  });
});
