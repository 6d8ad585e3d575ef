/** Dead letters as a process of its own, by its environment. */
import "./index.ts";
import { log, runFunction } from "../_shared/function-run.ts";
import { connectDeadLetters, installDeadLetters } from "./deps.ts";

runFunction("dead-letters", process.env, () => {
  const { deps, close } = connectDeadLetters(process.env, log);
  installDeadLetters(deps);
  return { close };
});
