/** The function `users` as a process of its own: `npm run function -- users`, and what its image starts. */
import "./index.ts";
import { runEdgeFunction } from "../_shared/edge-run.ts";

runEdgeFunction("users", process.env);
