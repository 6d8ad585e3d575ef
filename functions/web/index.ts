/** Registers the function `web` with the Functions Framework. */
import { http } from "@google-cloud/functions-framework";
import { installBodyGuard } from "../_shared/body-guard.ts";
import { leaveDomain } from "../_shared/framework-domain.ts";
import { plainRequest } from "../_shared/plain-request.ts";
import { webDeps } from "./deps.ts";
import { handleWeb } from "./handler.ts";

installBodyGuard();
http("web", (request, response) => {
  leaveDomain();
  // The guard may have answered while a body was still arriving.
  if (response.headersSent) return;
  const { status, headers, body } = handleWeb(plainRequest(request, request.socket.remoteAddress ?? ""), webDeps());
  response.writeHead(status, headers);
  response.end(body);
});
