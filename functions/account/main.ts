/** The function `account` as a process of its own: `npm run function -- account`, and what its image starts. */
import "./index.ts";
import { runEdgeFunction } from "../_shared/edge-run.ts";

runEdgeFunction("account", process.env);
