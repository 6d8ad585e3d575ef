/**
 * A process that holds a journal, for the tests of the lock and of the full disk: opens the folder in argv[2] and prints one line.
 * `hold` (argv[3]): stays until it is killed. `try`: closes again.
 */
import { openJournal } from "../journal/journal.ts";
import { CounterMachine } from "./counter-machine.ts";

const [, , directory = "", mode = "try"] = process.argv;
try {
  const { journal, report } = await openJournal({
    directory,
    target: new CounterMachine(),
    engine: "e1",
    rulesVersion: 1,
    wallClockUs: () => 1_000_000,
    segmentBytes: 64 * 1024,
  });
  console.log(`open epoch ${report.epoch}`);
  if (mode === "hold") setInterval(() => {}, 60_000);
  else await journal.close();
} catch (error) {
  console.log(`refused ${(error as { code?: string }).code}`);
}
