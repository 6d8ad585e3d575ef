/** Registers the function `orders` with the Functions Framework. */
import { registerHttp } from "../_shared/framework.ts";
import { handleOrders } from "./handler.ts";

registerHttp("orders", handleOrders);
