/** `npm run function -- <name>`: one function as a process of its own, configured by its environment alone. */
import { FUNCTIONS } from "../../engine/protocol/function-names.ts";

const name = process.argv[2] ?? "";
if (FUNCTIONS.some((known) => known === name)) {
  await import(`../${name}/main.ts`);
} else {
  console.error(`npm run function -- <name>, which is one of: ${FUNCTIONS.join(", ")}`);
  process.exitCode = 1;
}
