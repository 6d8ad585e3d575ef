/** The function `dead-letters` as a process of its own: `npm run function -- dead-letters`, and what its image starts. */
import "./index.ts";
import { runFunction } from "../_shared/function-run.ts";
import { deadLetterDeps } from "./deps.ts";

runFunction("dead-letters", process.env, () => {
  // What is wrong with the settings is said now, and not to the first letter.
  deadLetterDeps();
  return {};
});
