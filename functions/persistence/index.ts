/**
 * Registers `persistence` with the Functions Framework: CloudEvents by the `http` signature and the raw body, because
 * the framework's own cloudEvent signature acknowledges batches and garbage.
 */
import { http } from "@google-cloud/functions-framework";
import { boundRequestBodies } from "../_shared/body-bound.ts";
import { persistenceDeps } from "./deps.ts";
import { BODY_BYTES_MAX, handlePersistence } from "./handler.ts";

boundRequestBodies(BODY_BYTES_MAX);

http("persistence", async (request, response) => {
  if (response.headersSent) return;
  const { headers, rawBody = new Uint8Array() } = request;
  const { status, body } = await handlePersistence({ headers, rawBody }, persistenceDeps());
  response.status(status).type("json").send(body);
});
