/**
 * What engine/stream asks of the past when it begins to follow an instrument: `POST /v1/history/<method>` (engine/bus/http/rpc.ts).
 *
 * Internal: the route table leads nobody here, and without the internal token there is no answer. It lies in this function
 * and not in the stream, so that the stream needs no database of its own.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { operationalCode } from "../../engine/bus/engine-client.ts";
import { HISTORY_PORT } from "../../engine/bus/http/rpc.ts";
import { toWire } from "../../engine/protocol/wire-json.ts";
import type { EdgeDeps } from "../_shared/deps.ts";
import { type HttpReply, type HttpRequest, headerOf } from "../_shared/http.ts";

type HistoryPortDeps = Pick<EdgeDeps, "history" | "internalToken" | "reportFault">;

const PREFIX = `/v1/${HISTORY_PORT}/`;

export function isHistoryCall(path: string): boolean {
  return path.startsWith(PREFIX);
}

/** Never rejects. 401 without the token, 404 no such method, 400 not its arguments, 503 while the database is away. */
export async function answerHistoryCall(request: HttpRequest, deps: HistoryPortDeps): Promise<HttpReply> {
  const { internalToken, history } = deps;
  if (internalToken === undefined || !isBearer(headerOf(request.headers, "authorization"), internalToken)) {
    return answer(401, { message: "the internal token is missing or another one" });
  }
  // Here and not above: its schemas would cost every start of this function, and few starts are for the stream.
  const { rpcMethod } = await import("../../engine/bus/http/rpc-methods.ts");
  const name = request.path.slice(PREFIX.length);
  const method = request.method === "POST" ? rpcMethod({ history }, HISTORY_PORT, name) : null;
  if (method === null) return answer(404, { message: "no such method" });
  const call = method.receive(request.rawBody);
  if (call === null) return answer(400, { message: "not the arguments of this method" });
  try {
    return answer(200, { result: await call() });
  } catch (error) {
    const code = operationalCode(error);
    if (code !== null) return answer(503, { code, message: (error as Error).message });
    deps.reportFault({ at: `${HISTORY_PORT}.${name}`, error });
    return answer(500, { message: "a fault of the answering side" });
  }
}

/** Equal lengths, whatever was sent, so that the comparison's time says nothing. */
function isBearer(sent: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(sent), digest(`Bearer ${token}`));
}

function answer(status: number, body: object): HttpReply {
  return { status, headers: { "content-type": "application/json" }, body: toWire(body) };
}
