/** Keys, on one machine. */
import { keysSuite } from "./keys-suite.ts";
import { openTarget } from "./target.ts";

keysSuite(openTarget);
