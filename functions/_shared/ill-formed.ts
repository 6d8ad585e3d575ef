/** The answer to what is not HTTP, or comes too slowly: Node's own has no body. */
import type { Duplex } from "node:stream";

export const NOT_HTTP = { code: -1100, msg: "The request is not well-formed HTTP." } as const;

const OTHERWISE = ["400 Bad Request", NOT_HTTP.msg] as const;
/** By the code of Node's error. */
const ILL_FORMED: Readonly<Record<string, readonly [status: string, msg: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "The headers are larger than 16 KiB."],
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "The request took too long to arrive."],
};

export function answerIllFormed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, msg] = ILL_FORMED[error.code ?? ""] ?? OTHERWISE;
  const body = JSON.stringify({ code: NOT_HTTP.code, msg });
  const headers = `Content-Type: application/json;charset=UTF-8\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`HTTP/1.1 ${status}\r\n${headers}\r\nConnection: close\r\n\r\n${body}`);
}
