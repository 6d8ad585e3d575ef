/** Unpatched clients, on the process of `npm start`, or on the exchange that the environment names. */
import { clientsSuite } from "./clients/clients-suite.ts";
import { openTarget } from "./target.ts";

clientsSuite(openTarget);
