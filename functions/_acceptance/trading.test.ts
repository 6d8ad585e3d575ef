/** Trading, on the process of `npm start`, or on the exchange that the environment names. */

import { openTarget } from "./target.ts";
import { tradingSuite } from "./trading-suite.ts";

tradingSuite(openTarget);
