/** `npm run function -- <name>`: one function as a process of its own, configured by its environment alone. */
const FUNCTIONS = ["orders", "account", "market-data", "users", "persistence", "dead-letters"];

const name = process.argv[2] ?? "";
if (FUNCTIONS.includes(name)) {
  await import(`../${name}/main.ts`);
} else {
  console.error(`npm run function -- <name>, which is one of: ${FUNCTIONS.join(", ")}`);
  process.exitCode = 1;
}

export {};
