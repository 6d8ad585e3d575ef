/** Registers the function `account` with the Functions Framework. */
import { registerHttp } from "../_shared/framework.ts";
import { handleAccount } from "./handler.ts";

registerHttp("account", handleAccount);
