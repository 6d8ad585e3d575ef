/** The function `users` as a process of its own: `npm run function -- users`, and what its image starts. */
import "./index.ts";
import { runEdgeFunction } from "../_shared/edge-run.ts";
import { log } from "../_shared/function-run.ts";
import { openedPeople } from "../_shared/people/opened-people.ts";

runEdgeFunction("users", process.env, (config) => openedPeople(config, "users", log));
