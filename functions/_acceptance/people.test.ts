/** People, on one machine. */
import { peopleSuite } from "./people-suite.ts";
import { openTarget } from "./target.ts";

peopleSuite(openTarget);
