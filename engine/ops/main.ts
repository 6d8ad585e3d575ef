/** `npm run ops -- …`: the operator's command line. Exits 0: done; 1: refused or failed; 2: not understood. */
import { JournalError } from "../journal/journal-error.ts";
import { parseCommandLine } from "./command-line.ts";
import { UsageError } from "./command-spec.ts";
import { NoExchange, OperatorRefused, operatorApi } from "./operator-api.ts";
import { plainText } from "./plain-text.ts";
import { settingsFrom } from "./settings.ts";

try {
  const line = parseCommandLine(process.argv.slice(2));
  if (line.kind === "help") {
    console.log(line.text);
  } else {
    const settings = settingsFrom(line.settings, process.env);
    const answer = await line.command.run({
      api: () => operatorApi(settings.origin, settings.token()),
      journalFolder: settings.journalFolder,
      positionals: line.positionals,
      options: line.options,
    });
    console.log(line.json ? JSON.stringify(answer, null, 2) : plainText(answer));
    if (["damaged", "mismatch"].includes(String((answer as { outcome?: unknown }).outcome))) process.exitCode = 1;
  }
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\nnpm run ops -- --help tells what there is.`);
    process.exitCode = 2;
  } else if (error instanceof OperatorRefused) {
    console.error(`refused (${error.code}): ${error.message}`);
    process.exitCode = 1;
  } else if (error instanceof NoExchange || error instanceof JournalError) {
    console.error(error.message);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
