/** Registers the function `funding` with the Functions Framework. */
import { registerHttp } from "../_shared/framework.ts";
import { fundingParts } from "./deps.ts";
import { handleFunding } from "./handler.ts";

registerHttp("funding", async (request, deps) => handleFunding(request, { ...deps, ...fundingParts() }));
