/** What everybody may see, on the process of `npm start`, or on the exchange that the environment names. */
import { marketDataSuite } from "./market-data-suite.ts";
import { openTarget } from "./target.ts";

marketDataSuite(openTarget);
