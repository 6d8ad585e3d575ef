/**
 * Frames that break RFC 6455, floods, and readers who do not read: the socket is closed by the right name or the frame is
 * answered, and everybody else's goes on.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Target } from "../target.ts";
import { type FrameShape, frameBytes, OPCODE, RawWebSocket } from "./raw-websocket.ts";

const WITHIN_MS = 20_000;
const PING = '{"id":7,"method":"ping"}';
const text = (payload: string | Buffer, more: Partial<FrameShape> = {}): Buffer =>
  frameBytes({ opcode: OPCODE.text, payload: Buffer.from(payload), ...more });
const control = (opcode: number, payload: Buffer, more: Partial<FrameShape> = {}): Buffer =>
  frameBytes({ opcode, payload, ...more });
const BAD_UTF8 = [
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xc0, 0x80]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xf0, 0x9f, 0x98]),
];
const closing = (code: number): Buffer => {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return control(OPCODE.close, payload);
};

const PROTOCOL = 1002;
const INVALID = 1007;
const POLICY = 1008;
const TOO_LARGE = 1009;

/** On both families of sockets. */
const BROKEN: readonly (readonly [what: string, bytes: readonly Buffer[], code: number])[] = [
  ...BAD_UTF8.map((payload, index) => [`bad UTF-8 (${index})`, [text(payload)], INVALID] as const),
  [
    "bad UTF-8 across fragments",
    [text(Buffer.from([0xc3]), { fin: false }), control(OPCODE.continuation, Buffer.from([0x28]))],
    INVALID,
  ],
  ["a frame without a mask", [text(PING, { masked: false })], PROTOCOL],
  ["a reserved bit", [text(PING, { reserved: 0x40 })], PROTOCOL],
  ["all reserved bits", [text(PING, { reserved: 0x70 })], PROTOCOL],
  ["an opcode that is none", [control(3, Buffer.alloc(0))], PROTOCOL],
  ["a control opcode that is none", [control(11, Buffer.alloc(0))], PROTOCOL],
  ["a continuation of nothing", [control(OPCODE.continuation, Buffer.from(PING))], PROTOCOL],
  ["a text within a text", [text("{", { fin: false }), text(PING)], PROTOCOL],
  ["a fragmented ping", [control(OPCODE.ping, Buffer.alloc(0), { fin: false })], PROTOCOL],
  ["a ping of 126 bytes", [control(OPCODE.ping, Buffer.alloc(126))], PROTOCOL],
  ["a close of one byte", [control(OPCODE.close, Buffer.alloc(1))], PROTOCOL],
  ["a close by a code that is none", [closing(999)], PROTOCOL],
  ["a close by a code that nobody may send", [closing(1_006)], PROTOCOL],
  ["a close with a reason of bad UTF-8", [control(OPCODE.close, Buffer.from([3, 232, 0xff]))], INVALID],
  ["a message of a gigabyte, announced", [text("", { declared: 2n ** 30n })], TOO_LARGE],
  ["a message of 2^63 bytes, announced", [text("", { declared: 2n ** 63n })], TOO_LARGE],
  ["a message of 70,000 bytes", [text("x".repeat(70_000))], TOO_LARGE],
  [
    "70,000 bytes in fragments",
    Array.from({ length: 70 }, (_, index) =>
      index === 0
        ? text("x".repeat(1_000), { fin: false })
        : control(OPCODE.continuation, Buffer.alloc(1_000, "x"), { fin: false }),
    ),
    TOO_LARGE,
  ],
];
const FAMILIES = ["/ws", "/ws-api/v3"] as const;

/** Declares the suite's tests. @param open the exchange under test; closed at the end. */
export function rawFramesSuite(open: () => Promise<Target>): void {
  let target: Target;
  let port: number;
  const sockets: RawWebSocket[] = [];
  beforeAll(async () => {
    target = await open();
    port = Number(new URL(target.http.origin).port);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.close();
    await target?.close();
  });

  const connect = async (path: string): Promise<RawWebSocket> => {
    const opened = await RawWebSocket.open(port, path);
    if (opened.outcome === "refused") throw new Error(opened.text);
    sockets.push(opened.socket);
    return opened.socket;
  };
  const codeOf = async (socket: RawWebSocket): Promise<number | null> => {
    await socket.until(() => socket.closeCode !== null, WITHIN_MS);
    return socket.closeCode;
  };

  test.each(BROKEN)("%s closes the socket by its name, on both families", async (_what, frames, code) => {
    const codes = FAMILIES.map(async (path) => {
      const socket = await connect(path);
      for (const bytes of frames) socket.write(bytes);
      return [await codeOf(socket), socket.fault, socket.messages];
    });
    expect(await Promise.all(codes)).toEqual(FAMILIES.map(() => [code, "", []]));
  });

  test("a request in a thousand fragments of a byte, with pings between them, is one request", async () => {
    const socket = await connect("/ws-api/v3");
    const padded = Buffer.from(PING.padEnd(1_000));
    const pieces = [...padded].map((byte, index) =>
      frameBytes({
        opcode: index === 0 ? OPCODE.text : OPCODE.continuation,
        payload: Buffer.from([byte]),
        fin: index === padded.length - 1,
      }),
    );
    socket.write(
      Buffer.concat([...pieces.slice(0, 500), control(OPCODE.ping, Buffer.from("between")), ...pieces.slice(500)]),
    );
    await socket.until(() => socket.messages.length > 0, WITHIN_MS);
    expect([socket.pongs, socket.messages.map((message) => JSON.parse(message))]).toEqual([
      1,
      [expect.objectContaining({ id: 7, status: 200 })],
    ]);
  });

  test("a binary frame is read as the text that it holds, or refused as what it is not", async () => {
    const socket = await connect("/ws-api/v3");
    socket.write(control(OPCODE.binary, Buffer.from([0xff, 0x00, 0x80])));
    await socket.until(() => socket.messages.length > 0, WITHIN_MS);
    expect(socket.messages.map((message) => JSON.parse(message).status)).toEqual([400]);
  });

  test.each(FAMILIES)("a flood of pings closes the socket by its name: %s", async (path) => {
    const socket = await connect(path);
    const pings = Array.from({ length: 2_000 }, () => control(OPCODE.ping, Buffer.alloc(100)));
    socket.write(Buffer.concat(pings));
    expect([await codeOf(socket), socket.fault]).toEqual([POLICY, ""]);
  });

  test("thousands of subscriptions are refused beyond 1,024 of one socket, and a flood of requests closes it", async () => {
    const socket = await connect("/ws");
    const names = (from: number): string[] => Array.from({ length: 1_000 }, (_, index) => `m${from + index}@trade`);
    socket.text(JSON.stringify({ method: "SUBSCRIBE", params: names(0), id: 1 }));
    socket.text(JSON.stringify({ method: "SUBSCRIBE", params: names(1_000), id: 2 }));
    socket.text(JSON.stringify({ method: "LIST_SUBSCRIPTIONS", id: 3 }));
    await socket.until(() => socket.messages.length === 3, WITHIN_MS);
    const [first, second, third] = socket.messages.map((message) => JSON.parse(message));
    expect([first, second.code, third.result.length <= 1_024]).toEqual([{ result: null, id: 1 }, 2, true]);
    for (let id = 4; id < 1_000; id++) socket.text(JSON.stringify({ method: "SUBSCRIBE", params: names(id), id }));
    expect(await codeOf(socket)).toBe(POLICY);
  });

  test("who asks and asks and never reads is cut, and the answers are not kept for it", async () => {
    const socket = await connect("/ws-api/v3");
    socket.stopReading();
    const ask = JSON.stringify({ id: 1, method: "exchangeInfo" });
    const askMore = (count: number): void => {
      for (let asked = 0; asked < count && !socket.isClosed; asked++) socket.text(ask);
    };
    askMore(20_000);
    const other = await connect("/ws-api/v3");
    const deadline = AbortSignal.timeout(WITHIN_MS);
    let pings = 0;
    while (!socket.isClosed && !deadline.aborted) {
      other.text(PING);
      pings += 1;
      await other.until(() => other.messages.length === pings, WITHIN_MS);
      // Who does not read learns of the end by what it sends. How much it takes is a matter of the answers' length.
      askMore(1_000);
    }
    expect([socket.isClosed, other.messages.length]).toEqual([true, pings]);
  });

  test("five hundred sockets that come and go without a word leave none behind", async () => {
    const all = await Promise.all(
      Array.from({ length: 500 }, (_, index) => connect(index % 2 === 0 ? "/ws/btcusdt@trade" : "/ws-api/v3")),
    );
    for (const socket of all) socket.close();
    const socket = await connect("/ws-api/v3");
    socket.text(PING);
    expect(await socket.until(() => socket.messages.length === 1, WITHIN_MS)).toBe(true);
  });
}
