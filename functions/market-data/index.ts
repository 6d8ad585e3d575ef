/** Registers the function `market-data` with the Functions Framework. */
import { registerHttp } from "../_shared/framework.ts";
import { handleMarketData } from "./handler.ts";

registerHttp("market-data", handleMarketData);
