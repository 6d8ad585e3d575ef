/** One HTTP request handed on, body and answer as streams: what an ingress and an activator do. */
import { type IncomingMessage, request as requestTo, type ServerResponse } from "node:http";

/** The upstream ended without an answer: whether it did anything, nobody knows. */
const CUT_OFF = { status: 502, body: '{"code":-1000,"msg":"upstream cut off"}' } as const;

/** Each request on a connection of its own, so that none is lost on one that is just being closed. */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, port: number, path: string): void {
  const { connection: _, ...headers } = incoming.headers;
  const upstream = requestTo(
    {
      host: "127.0.0.1",
      port,
      method: incoming.method,
      path,
      headers: { ...headers, "x-forwarded-for": incoming.socket.remoteAddress ?? "" },
      agent: false,
    },
    (answer) => {
      const { connection: __, "keep-alive": ___, ...answerHeaders } = answer.headers;
      // Answered before the body was whole: the rest of it is nobody's, and the connection goes with the answer.
      if (!incoming.complete) {
        outgoing.setHeader("connection", "close");
        outgoing.once("finish", () => incoming.destroy());
      }
      outgoing.writeHead(answer.statusCode ?? 502, answerHeaders);
      answer.pipe(outgoing);
      answer.on("error", () => outgoing.destroy());
    },
  );
  upstream.on("error", () => {
    if (outgoing.headersSent) outgoing.destroy();
    else refuse(incoming, outgoing, CUT_OFF.status, CUT_OFF.body);
  });
  // Also where the body has not begun: what refuses it by its headers answers now.
  upstream.flushHeaders();
  incoming.pipe(upstream);
  // A client that has gone takes its request along.
  outgoing.on("close", () => {
    if (!outgoing.writableFinished) upstream.destroy();
  });
}

export function refuse(incoming: IncomingMessage, outgoing: ServerResponse, status: number, body: string): void {
  incoming.resume();
  if (outgoing.headersSent || outgoing.destroyed) return;
  outgoing.writeHead(status, {
    "content-type": "application/json;charset=UTF-8",
    "content-length": Buffer.byteLength(body),
  });
  outgoing.end(body);
}
