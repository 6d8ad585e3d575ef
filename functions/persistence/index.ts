/** Registers the function `persistence` with the Functions Framework. */
import { registerEvents } from "../_shared/event-framework.ts";
import { persistenceDeps } from "./deps.ts";
import { handlePersistence } from "./handler.ts";

registerEvents("persistence", async ({ headers, rawBody }) => {
  const { status, body } = await handlePersistence({ headers, rawBody }, persistenceDeps());
  return { status, headers: body === "" ? {} : { "content-type": "application/json" }, body };
});
