/** The function `market-data` as a process of its own: `npm run function -- market-data`, and what its image starts. */
import "./index.ts";
import { runEdgeFunction } from "../_shared/edge-run.ts";

runEdgeFunction("market-data", process.env);
