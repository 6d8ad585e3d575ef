/** The function `web` as a process of its own: `npm run function -- web`, and what its image starts. */
import "./index.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import { runFunction } from "../_shared/function-run.ts";
import { splitTarget } from "../_shared/http.ts";
import { installWeb, webOf } from "./deps.ts";
import { handleWeb, type WebDeps } from "./handler.ts";

/** The framework answers it for every function of its kind, with 404. */
const ROBOTS_PATH = "/robots.txt";
const NO_BODY = new Uint8Array(0);

runFunction("web", process.env, () => {
  const deps = webOf(process.env);
  installWeb(deps);
  return {
    state: () => ({ files: deps.files }),
    answerFirst: (request, response) => answerRobots(request, response, deps),
  };
});

function answerRobots({ url = "", method = "", headers }: IncomingMessage, response: ServerResponse, deps: WebDeps) {
  const target = splitTarget(url);
  if (target.path !== ROBOTS_PATH) return false;
  const reply = handleWeb({ method, ...target, headers, rawBody: NO_BODY, remoteAddress: "" }, deps);
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
  return true;
}
