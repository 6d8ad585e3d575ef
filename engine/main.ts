/**
 * `npm run engine`: the engine as a process of its own, until it is told to stop.
 *
 * Exits 0 after SIGINT or SIGTERM, once what was taken is answered and the journal is sealed; 1 when it could not start or
 * can no longer promise anything. A second signal does not wait, and a signal during the start ends it at once: nothing is
 * promised yet.
 */
import { type EngineProcess, startEngineProcess } from "./engine-process.ts";
import { type EngineSettings, readEngineSettings } from "./settings.ts";

const log = (line: object): void => console.log(JSON.stringify(line));

let running: EngineProcess | null = null;
let stopping = false;

const read = readEngineSettings(process.env);
if (read.outcome === "mistakes") {
  console.error(`The engine cannot start: ${read.mistakes.length} mistake(s) in the environment.`);
  for (const mistake of read.mistakes) console.error(`  ${mistake}`);
  process.exitCode = 1;
} else {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop(signal));
  void start(read.settings);
}

async function start(settings: EngineSettings): Promise<void> {
  try {
    running = await startEngineProcess({ settings, log, onFatal: (error) => die("The engine stopped: ", error) });
    log({ at: "engine", outcome: "started", startMs: Math.round(performance.now()) });
  } catch (error) {
    die("The engine cannot start: ", error);
  }
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  if (stopping) process.exit(130);
  stopping = true;
  log({ at: "engine", outcome: "stopping", signal });
  const startedMs = performance.now();
  try {
    await running?.close();
    log({ at: "engine", outcome: "stopped", stopMs: Math.round(performance.now() - startedMs) });
    process.exit(0);
  } catch (error) {
    die("The engine stopped, but not in order: ", error);
  }
}

/** Nothing is drained or sealed: what was acknowledged is in the journal, and the next start finds it. */
function die(what: string, error: unknown): never {
  const { message, code } = error as { message?: unknown; code?: unknown };
  const hint = code === "EADDRINUSE" ? " (set another TIDEBOOK_INTERNAL_PORT)" : "";
  console.error(`${what}${String(message ?? error)}${hint}`);
  process.exit(1);
}
