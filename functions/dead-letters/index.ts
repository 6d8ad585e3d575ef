/** Registers the function `dead-letters` with the Functions Framework. */
import { registerEvents } from "../_shared/event-framework.ts";
import { deadLetterDeps } from "./deps.ts";
import { handleDeadLetters } from "./handler.ts";

registerEvents("dead-letters", async (request) => handleDeadLetters(request, deadLetterDeps()));
