/**
 * The clients of the fan-out bench, in a process of their own: raw TCP connections that speak just enough WebSocket to
 * connect and to count frames. A real client library would cost more than the server that is measured.
 *
 * Arguments: port, path, number of connections. Says "ready" to its parent, then the number of text frames received so
 * far whenever it is asked anything.
 */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

const OPCODE_TEXT = 1;
const CONNECTS_AT_ONCE = 50;

let frames = 0;

/** Counts text frames in a stream of bytes; frames and their headers may be cut anywhere. */
class FrameCounter {
  #payloadLeft = 0;
  #header = Buffer.alloc(0);

  take(chunk: Buffer): void {
    let bytes = chunk;
    let at = 0;
    if (this.#header.length > 0) {
      bytes = Buffer.concat([this.#header, chunk]);
      this.#header = Buffer.alloc(0);
    }
    for (;;) {
      const skipped = Math.min(this.#payloadLeft, bytes.length - at);
      this.#payloadLeft -= skipped;
      at += skipped;
      if (this.#payloadLeft > 0 || at === bytes.length) return;
      const length = bytes[at + 1];
      const headerBytes = length === undefined || length < 126 ? 2 : length === 126 ? 4 : 10;
      if (bytes.length - at < headerBytes) {
        this.#header = Buffer.from(bytes.subarray(at));
        return;
      }
      if ((bytes[at]! & 0x0f) === OPCODE_TEXT) frames += 1;
      this.#payloadLeft =
        headerBytes === 2
          ? length!
          : headerBytes === 4
            ? bytes.readUInt16BE(at + 2)
            : Number(bytes.readBigUInt64BE(at + 2));
      at += headerBytes;
    }
  }
}

function openClient(port: number, path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const counter = new FrameCounter();
    let answer = Buffer.alloc(0);
    let isOpen = false;
    socket.once("error", reject);
    socket.on("data", (chunk) => {
      if (isOpen) return counter.take(chunk);
      answer = Buffer.concat([answer, chunk]);
      const end = answer.indexOf("\r\n\r\n");
      if (end < 0) return;
      isOpen = true;
      counter.take(answer.subarray(end + 4));
      resolve(socket);
    });
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
    );
  });
}

const [port, path, count] = process.argv.slice(2);
for (let opened = 0; opened < Number(count); opened += CONNECTS_AT_ONCE) {
  const some = Math.min(CONNECTS_AT_ONCE, Number(count) - opened);
  await Promise.all(Array.from({ length: some }, () => openClient(Number(port), path!)));
}
process.on("message", () => process.send?.(frames));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
