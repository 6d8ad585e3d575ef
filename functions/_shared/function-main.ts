/** `npm run function -- <name>`: one function as a process of its own, configured by its environment alone. */
import { readdirSync } from "node:fs";

/** Each is a folder beside this one; those that begin with `_` are none. */
const FUNCTIONS = readdirSync(new URL("..", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith("_"))
  .map(({ name }) => name)
  .sort();

const name = process.argv[2] ?? "";
if (FUNCTIONS.includes(name)) {
  await import(`../${name}/main.ts`);
} else {
  console.error(`npm run function -- <name>, which is one of: ${FUNCTIONS.join(", ")}`);
  process.exitCode = 1;
}
