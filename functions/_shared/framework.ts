/**
 * A handler under the Functions Framework: Express' request in, plain values through, Express' response out.
 */
import { type HttpFunction, http, type Request } from "@google-cloud/functions-framework";
import { clientAddress, NO_PROXIES } from "../../engine/api/client-address.ts";
import { refusalBody, unknownError } from "../../engine/api/refusal.ts";
import { operationalCode } from "../../engine/bus/engine-client.ts";
import { reply } from "./answer.ts";
import { installBodyGuard } from "./body-guard.ts";
import { type EdgeDeps, edgeDeps } from "./deps.ts";
import { leaveDomain } from "./framework-domain.ts";
import type { Handler, HttpReply } from "./http.ts";
import { plainRequest } from "./plain-request.ts";

/** Registers one function. Its dependencies are asked for at each request, so that a process can install them late. */
export function registerHttp(name: string, handler: Handler<EdgeDeps>): void {
  installBodyGuard();
  http(name, asHttpFunction(handler));
}

function asHttpFunction(handler: Handler<EdgeDeps>): HttpFunction {
  return async (request, response) => {
    leaveDomain();
    const answer = await answerOf(handler, request);
    // The guard may have answered while the body was still arriving.
    if (response.headersSent) return;
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  };
}

/** The connection's, or what proxies of ours appended. */
function addressOf(request: Request, { proxies = NO_PROXIES }: EdgeDeps): string {
  return clientAddress(request.socket.remoteAddress ?? "", request.headers["x-forwarded-for"], proxies);
}

async function answerOf(handler: Handler<EdgeDeps>, request: Request): Promise<HttpReply> {
  let deps: EdgeDeps;
  try {
    deps = edgeDeps();
  } catch (error) {
    // Nothing was sent; an operator reads which part is missing.
    if (operationalCode(error) !== "not_sent") return reply(500, refusalBody(unknownError()));
    return reply(503, { code: -1008, msg: error instanceof Error ? error.message : "engine not configured" });
  }
  return handler(plainRequest(request, addressOf(request, deps)), deps);
}
