/**
 * One connection of a client that writes whatever bytes it likes, and reads what comes back as strictly as HTTP says.
 *
 * Shares no code with the server or with node:http: a hostile client is not held back by a library's manners, and an
 * answer that only a tolerant parser takes is a fault.
 */
import { connect, type Socket } from "node:net";

const ANSWER_WITHIN_MS = 25_000;
const HEAD_END = "\r\n\r\n";
const CHUNK_END = "\r\n";

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; the last of a name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export type Exchange =
  | { readonly outcome: "answered"; readonly answer: HttpAnswer }
  /** The other side ended the connection without a whole answer. */
  | { readonly outcome: "closed"; readonly received: string }
  /** Neither within the time. */
  | { readonly outcome: "silent"; readonly received: string };

export class HttpLane {
  readonly #port: number;
  readonly #localAddress: string | undefined;
  #socket: Socket | null = null;
  #received = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};

  /** @param localAddress of this machine, from which to come; not given: whichever. */
  constructor(port: number, localAddress?: string) {
    this.#port = port;
    this.#localAddress = localAddress;
  }

  /** Writes bytes, without waiting for anything. */
  write(bytes: Buffer | string): void {
    this.#open().write(bytes);
  }

  /** Ends our half; the other may still answer. */
  halfClose(): void {
    this.#open().end();
  }

  /** One request, one answer. */
  exchange(bytes: Buffer, isHead = false): Promise<Exchange> {
    this.write(bytes);
    return this.read(isHead);
  }

  /** The next answer on the connection. @param isHead it is one to HEAD, which has no body. */
  async read(isHead = false): Promise<Exchange> {
    const deadline = AbortSignal.timeout(ANSWER_WITHIN_MS);
    for (;;) {
      const found = answerIn(this.#received, isHead, this.#ended);
      if (found !== null) {
        this.#received = this.#received.subarray(found.bytes);
        // What an interim answer invites to is on its way already.
        if (found.answer.status < 200) continue;
        if (found.answer.headers.get("connection") === "close") this.close();
        return { outcome: "answered", answer: found.answer };
      }
      const ended = this.#ended;
      if (ended || deadline.aborted) {
        const received = this.#received.toString("latin1");
        this.close();
        return { outcome: ended ? "closed" : "silent", received };
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        deadline.addEventListener("abort", () => resolve(), { once: true });
      });
    }
  }

  /** Resolves once the other side has ended the connection. @returns what it had said. */
  async untilClosed(): Promise<string> {
    while (!this.#ended) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#received.toString("latin1");
  }

  get isOpen(): boolean {
    return this.#socket !== null && !this.#ended;
  }

  close(): void {
    this.#socket?.destroy();
    this.#forget();
  }

  /** Without a farewell: a reset. */
  reset(): void {
    this.#socket?.resetAndDestroy();
    this.#forget();
  }

  #forget(): void {
    this.#socket = null;
    this.#received = Buffer.alloc(0);
    this.#ended = false;
  }

  #open(): Socket {
    if (this.#socket !== null && !this.#ended) return this.#socket;
    this.close();
    const socket = connect({
      port: this.#port,
      host: "127.0.0.1",
      noDelay: true,
      allowHalfOpen: true,
      ...(this.#localAddress !== undefined && { localAddress: this.#localAddress }),
    });
    this.#socket = socket;
    const current = (): boolean => this.#socket === socket;
    const onEnd = (): void => {
      if (!current()) return;
      this.#ended = true;
      this.#wake();
    };
    socket.on("data", (chunk) => {
      if (!current()) return;
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    // A reset is an end; what had come before it is looked at.
    socket.on("error", onEnd);
    socket.on("end", onEnd);
    socket.on("close", onEnd);
    return socket;
  }
}

/** null: it is not whole yet. @throws Error for what is no HTTP. */
function answerIn(
  received: Buffer,
  isHead: boolean,
  ended: boolean,
): { readonly answer: HttpAnswer; readonly bytes: number } | null {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const [statusLine = "", ...lines] = received.toString("latin1", 0, headEnd).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] ([1-5][0-9]{2})( .*)?$/.exec(statusLine)?.[1]);
  if (!Number.isInteger(status)) throw new Error(`no status line: ${statusLine.slice(0, 80)}`);
  const headers = new Map(lines.map((line) => headerOf(line)));
  const start = headEnd + HEAD_END.length;
  const answer = (body: Buffer, bytes: number) => ({
    answer: { status, headers, body: body.toString("utf8") },
    bytes,
  });
  const none = Buffer.alloc(0);
  if (isHead || status < 200 || status === 204 || status === 304) return answer(none, start);
  if (headers.get("transfer-encoding") === "chunked") return chunkedIn(received, start, answer);
  const declared = headers.get("content-length");
  if (declared === undefined) return ended ? answer(received.subarray(start), received.length) : null;
  const end = start + Number(declared);
  return received.length < end ? null : answer(received.subarray(start, end), end);
}

function headerOf(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  if (colon < 1) throw new Error(`no header: ${line.slice(0, 80)}`);
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function chunkedIn<T>(received: Buffer, start: number, answer: (body: Buffer, bytes: number) => T): T | null {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const lineEnd = received.indexOf(CHUNK_END, at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(received.toString("latin1", at, lineEnd), 16);
    const dataEnd = lineEnd + CHUNK_END.length + size;
    if (received.length < dataEnd + CHUNK_END.length) return null;
    if (size === 0) return answer(Buffer.concat(chunks), dataEnd + CHUNK_END.length);
    chunks.push(received.subarray(lineEnd + CHUNK_END.length, dataEnd));
    at = dataEnd + CHUNK_END.length;
  }
}
