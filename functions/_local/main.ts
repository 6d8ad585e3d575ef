/**
 * `npm start`: the exchange in one process, until it is told to stop.
 *
 * Exits 0 after SIGINT or SIGTERM, once everything under way is answered and the journal is sealed; 1 when it could not start
 * or can no longer promise anything; 2 when the command line is not understood. A second signal does not wait. The demo's bots
 * start when orders are taken, and end before the exchange does.
 */
import { readConfig } from "../_shared/config.ts";
import { type Bots, startBots } from "./bots/bots.ts";
import { parseStartArguments, START_USAGE } from "./command-line.ts";
import { type Exchange, type Log, startExchange } from "./exchange.ts";
import { greetingOf } from "./greeting.ts";
import { startMinuteReport } from "./minute-report.ts";
import { openScreen } from "./screen.ts";

const EXIT_BAD_ARGUMENTS = 2;
const LAST_ANSWERS_MS = 200;

const log: Log = (line) => console.log(JSON.stringify(line));

const asked = parseStartArguments(process.argv.slice(2));
if (asked.trading === "mistaken") {
  console.error(`${asked.mistake}\n\n${START_USAGE}`);
  process.exit(EXIT_BAD_ARGUMENTS);
}
const read = readConfig(process.env);
if (read.outcome === "mistakes") {
  console.error(`Tidebook cannot start: ${read.mistakes.length} mistake(s) in the environment.`);
  for (const mistake of read.mistakes) console.error(`  ${mistake}`);
  process.exit(1);
}
const { settings: config } = read;

const web = openScreen(config.publicOrigin?.startsWith("https:") ?? false, log);
let exchange: Exchange | null = null;
let bots: Bots | null = null;
let stopping: NodeJS.Signals | null = null;

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => onSignal(signal));

try {
  exchange = await startExchange({ config, log, web, onFatal });
} catch (error) {
  die("Tidebook cannot start: ", error);
}
if (stopping === null) {
  bots = startBots({ asked, settings: config.bots, exchange, log });
  console.log(greetingOf(exchange, config.host, Math.round(performance.now()), bots.trading));
  startMinuteReport(exchange, log);
} else {
  await stop(exchange, stopping);
}

function onSignal(signal: NodeJS.Signals): void {
  if (stopping !== null) process.exit(130);
  stopping = signal;
  // While it is still starting, the start ends first: it has no half-way state to leave.
  if (exchange !== null) void stop(exchange, signal);
}

async function stop(running: Exchange, signal: NodeJS.Signals): Promise<void> {
  try {
    log({ at: "exchange", outcome: "stopping", signal });
    web.close();
    await bots?.stop();
    await running.close();
    const { headSeq } = running.engine.stats();
    log({ at: "exchange", outcome: "stopped", headSeq });
    process.exit(0);
  } catch (error) {
    die("Tidebook stopped, but not in order: ", error);
  }
}

/** The engine has just told everything under way that its outcome is unknown: those answers still leave. */
function onFatal(error: unknown): void {
  sayWhy("The engine stopped: ", error);
  setTimeout(() => process.exit(1), LAST_ANSWERS_MS);
}

/** Nothing is drained or sealed: what is acknowledged is in the journal, and the next start finds it. */
function die(what: string, error: unknown): never {
  sayWhy(what, error);
  process.exit(1);
}

function sayWhy(what: string, error: unknown): void {
  const { message, code } = error as { message?: unknown; code?: unknown };
  const hint = code === "EADDRINUSE" ? ` (PORT=${config.port} is taken: set another)` : "";
  console.error(`${what}${String(message ?? error)}${hint}`);
}
