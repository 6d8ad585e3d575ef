/**
 * A WebSocket client that may break every rule of RFC 6455: frames of any kind, masked or not, whole or in pieces, and a
 * reader that stops reading. What the server sends is read strictly: it may not mask, fragment, or send reserved bits.
 */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const FIN = 0x80;
const MASKED = 0x80;
const LENGTH_IN_BYTE_MAX = 125;
const LENGTH_IN_TWO_BYTES_MAX = 65_535;
const OPEN_WITHIN_MS = 20_000;

export interface FrameShape {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Given: false for all but the last fragment. */
  readonly fin?: boolean;
  /** Given: reserved bits, 0x10 … 0x70. */
  readonly reserved?: number;
  readonly masked?: boolean;
  /** What the frame says its length is; not given: the truth. */
  readonly declared?: bigint;
}

export function frameBytes({ opcode, payload, fin = true, reserved = 0, masked = true, declared }: FrameShape): Buffer {
  const length = declared ?? BigInt(payload.length);
  const first = (fin ? FIN : 0) | reserved | opcode;
  const mask = masked ? MASKED : 0;
  const head =
    length <= LENGTH_IN_BYTE_MAX
      ? Buffer.from([first, mask | Number(length)])
      : length <= LENGTH_IN_TWO_BYTES_MAX
        ? Buffer.from([first, mask | 126, Number(length >> 8n), Number(length & 0xffn)])
        : Buffer.concat([Buffer.from([first, mask | 127]), bigLength(length)]);
  if (!masked) return Buffer.concat([head, payload]);
  const key = randomBytes(4);
  const body = Buffer.from(payload);
  for (let index = 0; index < body.length; index++) body[index] = (body[index] ?? 0) ^ (key[index & 3] ?? 0);
  return Buffer.concat([head, key, body]);
}

function bigLength(length: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(length);
  return bytes;
}

export type Opened =
  | { readonly outcome: "open"; readonly socket: RawWebSocket }
  /** The handshake was answered with something else. */
  | { readonly outcome: "refused"; readonly text: string };

export class RawWebSocket {
  readonly messages: string[] = [];
  pongs = 0;
  /** What was wrong with the server's own frames; "" for nothing. */
  fault = "";
  /** Of its close frame; null: none has come. */
  closeCode: number | null = null;
  isClosed = false;
  readonly #socket: Socket;
  #received: Buffer;
  #reading = true;
  #wakes: (() => void)[] = [];

  private constructor(socket: Socket, rest: Buffer) {
    this.#socket = socket;
    this.#received = rest;
    socket.on("data", (chunk) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#readFrames();
      this.#wake();
    });
    const onEnd = (): void => {
      this.isClosed = true;
      this.#wake();
    };
    socket.on("error", onEnd);
    socket.on("close", onEnd);
    socket.on("end", () => socket.end());
    this.#readFrames();
  }

  /** @param target of the request line, as it is. @param headers more lines, each with its CRLF. */
  static async open(port: number, target: string, headers = "", localAddress?: string): Promise<Opened> {
    const from = localAddress === undefined ? {} : { localAddress };
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true, ...from });
    const key = randomBytes(16).toString("base64");
    const upgrade = "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    socket.write(`GET ${target} HTTP/1.1\r\n${upgrade}Sec-WebSocket-Key: ${key}\r\n${headers}\r\n`, "latin1");
    let received = Buffer.alloc(0);
    const headEnd = await new Promise<number>((resolve) => {
      const timeout = setTimeout(() => resolve(-1), OPEN_WITHIN_MS);
      const done = (end: number): void => {
        clearTimeout(timeout);
        resolve(end);
      };
      socket.on("data", (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        const end = received.indexOf("\r\n\r\n");
        if (end >= 0 && received.toString("latin1", 0, 12) === "HTTP/1.1 101") done(end + 4);
      });
      socket.on("end", () => done(-1));
      socket.on("error", () => done(-1));
      socket.on("close", () => done(-1));
    });
    socket.removeAllListeners("data");
    if (headEnd < 0) {
      socket.destroy();
      return { outcome: "refused", text: received.toString("utf8") };
    }
    return { outcome: "open", socket: new RawWebSocket(socket, received.subarray(headEnd)) };
  }

  text(text: string): void {
    this.frame({ opcode: OPCODE.text, payload: Buffer.from(text) });
  }

  frame(shape: FrameShape): void {
    this.write(frameBytes(shape));
  }

  write(bytes: Buffer): void {
    if (!this.isClosed && this.#socket.writable) this.#socket.write(bytes);
  }

  stopReading(): void {
    this.#reading = false;
    this.#socket.pause();
  }

  readAgain(): void {
    this.#reading = true;
    this.#socket.resume();
  }

  /** Resolves once it holds, or the connection has ended, or the time is over: whether it holds. */
  async until(holds: () => boolean, withinMs: number): Promise<boolean> {
    const deadline = AbortSignal.timeout(withinMs);
    while (!holds() && !this.isClosed && !deadline.aborted) {
      await new Promise<void>((resolve) => {
        this.#wakes.push(resolve);
        deadline.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    return holds();
  }

  close(): void {
    this.#socket.destroy();
  }

  #wake(): void {
    const wakes = this.#wakes;
    this.#wakes = [];
    for (const wake of wakes) wake();
  }

  #readFrames(): void {
    while (this.#reading && this.#received.length >= 2) {
      const [first = 0, second = 0] = this.#received;
      if ((first & 0x70) !== 0 || (first & FIN) === 0 || (second & MASKED) !== 0) {
        this.fault = `a server's frame begins with ${first.toString(16)} ${second.toString(16)}`;
        this.close();
        return;
      }
      const sized = lengthOf(this.#received, second);
      if (sized === null || this.#received.length < sized.start + sized.length) return;
      const payload = this.#received.subarray(sized.start, sized.start + sized.length);
      this.#received = this.#received.subarray(sized.start + sized.length);
      this.#take(first & 0x0f, payload);
    }
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.text) this.messages.push(payload.toString("utf8"));
    else if (opcode === OPCODE.ping) this.frame({ opcode: OPCODE.pong, payload });
    else if (opcode === OPCODE.pong) this.pongs += 1;
    else if (opcode === OPCODE.close) {
      this.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.frame({ opcode: OPCODE.close, payload: Buffer.from(payload) });
    } else this.fault = `a server's frame of opcode ${opcode}`;
  }
}

function lengthOf(received: Buffer, second: number): { readonly start: number; readonly length: number } | null {
  if (second < 126) return { start: 2, length: second };
  if (second === 126) return received.length < 4 ? null : { start: 4, length: received.readUInt16BE(2) };
  return received.length < 10 ? null : { start: 10, length: Number(received.readBigUInt64BE(2)) };
}
