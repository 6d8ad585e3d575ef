/** The WebSocket API, on the process of `npm start`, or on the exchange that the environment names. */

import { openTarget } from "./target.ts";
import { websocketApiSuite } from "./websocket-api-suite.ts";

websocketApiSuite(openTarget);
