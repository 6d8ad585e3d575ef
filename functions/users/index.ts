/** Registers the function `users` with the Functions Framework. */
import { registerHttp } from "../_shared/framework.ts";
import { handleUsers } from "./handler.ts";

registerHttp("users", handleUsers);
