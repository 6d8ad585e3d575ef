/** The function `orders` as a process of its own: `npm run function -- orders`, and what its image starts. */
import "./index.ts";
import { runEdgeFunction } from "../_shared/edge-run.ts";

runEdgeFunction("orders", process.env);
