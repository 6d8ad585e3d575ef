/** The operator's command line, on one machine. */
import { commandLineSuite } from "./command-line-suite.ts";
import { openTarget } from "./target.ts";

commandLineSuite(openTarget);
