/**
 * Bytes that are no HTTP, or HTTP that two readers would read differently: each is answered as one thing, in the dialect's form,
 * and what is hidden in a body is never a request.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Target } from "../target.ts";
import { type HttpAnswer, HttpLane } from "./http-lane.ts";

const HEAD = "Host: exchange\r\n";
const LAST = `GET /api/v3/ping HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`;
/** What must never be answered: it would be read out of another request's body. */
const HIDDEN = `GET /api/v3/time HTTP/1.1\r\n${HEAD}\r\n`;
const post = (headers: string, body: string): string => `POST /api/v3/order HTTP/1.1\r\n${HEAD}${headers}\r\n${body}`;
const get = (headers: string, target = "/api/v3/ping"): string => `GET ${target} HTTP/1.1\r\n${HEAD}${headers}\r\n`;
const HEADERS_TOO_MANY = Array.from({ length: 3_000 }, (_, index) => `a${index}: b\r\n`).join("");

/** Each is followed by LAST, whose answer (200) is there wherever the connection was still worth anything. */
const SHAPES: readonly (readonly [what: string, bytes: string, statuses: readonly number[]])[] = [
  ["a length and chunks", post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${HIDDEN}`), [400]],
  ["chunks and a length", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", `5c\r\n${HIDDEN}`), [400]],
  ["two lengths", post("Content-Length: 0\r\nContent-Length: 50\r\n", HIDDEN), [400]],
  ["the same length twice", post("Content-Length: 5\r\nContent-Length: 5\r\n", "a=b&c"), [400]],
  ["a list of lengths", post("Content-Length: 0, 50\r\n", HIDDEN), [400]],
  ["a length below zero", post("Content-Length: -1\r\n", ""), [400]],
  ["a length with a plus", post("Content-Length: +5\r\n", "a=b&c"), [400]],
  ["a hexadecimal length", post("Content-Length: 0x5\r\n", "a=b&c"), [400]],
  ["a length beyond 2^64", post("Content-Length: 18446744073709551621\r\n", "a=b&c"), [400]],
  ["a length of 1 TB", post("Content-Length: 1099511627776\r\n", ""), [413]],
  ["an encoding that is none", post("Transfer-Encoding: xchunked\r\n", `0\r\n\r\n${HIDDEN}`), [400]],
  ["an encoding before chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), [400, 200]],
  ["chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), [400]],
  ["an encoding with a space before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), [400]],
  ["a folded encoding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"), [400]],
  ["an encoding behind a vertical tab", post("Transfer-Encoding:\vchunked\r\n", "0\r\n\r\n"), [400]],
  ["a chunk of no size", post("Transfer-Encoding: chunked\r\n", "zz\r\n\r\n"), [400]],
  ["a chunk below zero", post("Transfer-Encoding: chunked\r\n", "-5\r\nabcde\r\n0\r\n\r\n"), [400]],
  ["a chunk beyond 2^64", post("Transfer-Encoding: chunked\r\n", "10000000000000005\r\nabcde\r\n0\r\n\r\n"), [400]],
  ["a chunk without an end", post("Transfer-Encoding: chunked\r\n", "5\r\nabcdeX\r\n0\r\n\r\n"), [400]],
  ["chunk sizes that end in LF", post("Transfer-Encoding: chunked\r\n", "5\nabcde\n0\n\n"), [400]],
  [
    "a huge chunk extension",
    post("Transfer-Encoding: chunked\r\n", `5;${"x".repeat(20_000)}\r\nabcde\r\n0\r\n\r\n`),
    [400],
  ],
  ["a request in the body of a GET", get(`Content-Length: ${HIDDEN.length}\r\n`) + HIDDEN, [200, 200]],
  ["a request in the body of a POST", post(`Content-Length: ${HIDDEN.length}\r\n`, HIDDEN), [400, 200]],
  ["lines that end in LF", "GET /api/v3/ping HTTP/1.1\nHost: exchange\n\n", [400]],
  ["lines that end in CR", "GET /api/v3/ping HTTP/1.1\rHost: exchange\r\r", [400]],
  ["a NUL in a header", get("X: a\0b\r\n"), [400]],
  ["a NUL in the target", get("", "/api/v3/ping\0"), [400]],
  ["a space in the target", get("", "/api/v3/pi ng"), [400]],
  ["a header without a name", get(": x\r\n"), [400]],
  ["a header without a colon", get("nonsense\r\n"), [400]],
  ["a folded header", get("X: a\r\n b\r\n"), [400]],
  ["headers beyond 16 KiB", get(`X: ${"x".repeat(20_000)}\r\n`), [431]],
  ["3,000 headers", get(HEADERS_TOO_MANY), [431]],
  ["a target beyond 16 KiB", get("", `/api/v3/ping?${"x".repeat(20_000)}`), [431]],
  ["no host", "GET /api/v3/ping HTTP/1.1\r\n\r\n", [200, 200]],
  ["two hosts", get("Host: other\r\n"), [200, 200]],
  ["a method in lower case", "get /api/v3/ping HTTP/1.1\r\n\r\n", [400]],
  ["a method of a thousand letters", `${"X".repeat(1_000)} / HTTP/1.1\r\n\r\n`, [400]],
  ["HTTP/0.9", "GET /api/v3/ping\r\n\r\n", [400]],
  ["HTTP/1.2", "GET /api/v3/ping HTTP/1.2\r\n\r\n", [400]],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400]],
  ["a TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400]],
  ["nothing but NULs", "\0".repeat(100), [400]],
  ["a target with a host", get("", "http://exchange/api/v3/ping"), [404, 200]],
  ["a target with another host", get("", "http://evil.example/ops/v1/keys"), [404, 200]],
  ["a target of nothing but a star", `OPTIONS * HTTP/1.1\r\n${HEAD}\r\n`, [404, 200]],
  ["an expectation that is none", get("Expect: nonsense\r\n"), [200, 200]],
  ["an upgrade to what is none", get("Connection: Upgrade\r\nUpgrade: h2c\r\n"), [404]],
  ["an upgrade of no path of ours", get("Connection: Upgrade\r\nUpgrade: websocket\r\n", "/wss"), [404]],
];

/** Of HTTP, as our own servers speak it: a refusal says why in JSON, whoever made it. */
export function httpFault({ status, headers, body }: HttpAnswer): string {
  if (headers.get("content-type") !== "application/json;charset=UTF-8")
    return `${status} is ${headers.get("content-type")}`;
  const { code, msg } = JSON.parse(body);
  return status < 400 || (code < 0 && typeof msg === "string") ? "" : `${status} says ${body}`;
}

/** Declares the suite's tests. @param open the exchange under test; closed at the end. */
export function rawHttpSuite(open: () => Promise<Target>): void {
  let target: Target;
  let port: number;
  beforeAll(async () => {
    target = await open();
    port = Number(new URL(target.http.origin).port);
  });
  afterAll(() => target?.close());

  test.each(SHAPES)("%s: read in one way alone, and answered in JSON", async (_what, bytes, statuses) => {
    const lane = new HttpLane(port);
    lane.write(Buffer.from(bytes + LAST, "latin1"));
    const answers = await answersOn(lane);
    lane.close();
    expect([answers.map(({ status }) => status), answers.map(httpFault).filter((fault) => fault !== "")]).toEqual([
      statuses,
      [],
    ]);
    expect(answers.filter(({ body }) => body.includes("serverTime"))).toEqual([]);
  });

  test("a hundred requests in one write are answered one after the other, in their order", async () => {
    const lane = new HttpLane(port);
    const symbols = Array.from({ length: 100 }, (_, index) => `S${index}`);
    lane.write(
      symbols.map((symbol) => get("", `/api/v3/trades?symbol=${symbol}&limit=${"x".repeat(symbol.length)}`)).join("") +
        LAST,
    );
    const answers = await answersOn(lane);
    lane.close();
    expect(answers.map(({ status }) => status)).toEqual([...symbols.map(() => 400), 200]);
  });

  test("whoever closes half of a connection still gets an answer; half a request gets none, or a refusal", async () => {
    const whole = new HttpLane(port);
    whole.write(get(""));
    whole.halfClose();
    const answers = await answersOn(whole);
    const halves = ["", "GET /api", get("").slice(0, -2), post("Content-Length: 10\r\n", "a=b")].map(async (bytes) => {
      const lane = new HttpLane(port);
      lane.write(bytes);
      lane.halfClose();
      const said = await answersOn(lane);
      lane.close();
      return said.filter(({ status }) => status !== 400);
    });
    expect([answers.map(({ status }) => status), await Promise.all(halves)]).toEqual([[200], [[], [], [], []]]);
  });

  test("connections that are reset at any byte of a request leave nothing behind", async () => {
    const request = post("Content-Length: 9\r\n", "symbol=AB");
    for (let bytes = 1; bytes < request.length; bytes += 3) {
      const lane = new HttpLane(port);
      lane.write(request.slice(0, bytes));
      lane.reset();
    }
    const lane = new HttpLane(port);
    lane.write(LAST);
    expect((await answersOn(lane)).map(({ status }) => status)).toEqual([200]);
    lane.close();
  });
}

/** All that come until the other side has closed, or has said that it will. */
export async function answersOn(lane: HttpLane): Promise<readonly HttpAnswer[]> {
  const answers: HttpAnswer[] = [];
  for (;;) {
    const exchange = await lane.read();
    if (exchange.outcome === "silent") throw new Error(`neither an answer nor an end: ${exchange.received}`);
    if (exchange.outcome === "closed") return answers;
    answers.push(exchange.answer);
    if (exchange.answer.headers.get("connection") === "close") return answers;
  }
}
