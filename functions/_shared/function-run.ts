/**
 * A function from its environment to its end: settings, start, signals, faults.
 *
 * Exits 0 after SIGINT or SIGTERM, once what was taken is answered; 1 when it cannot start, or after a fault that nobody
 * caught: what is under way is answered then too, but a process in an unknown state takes nothing more. A second signal
 * does not wait.
 */
import { readServerConfig, SettingsMistaken } from "./function-config.ts";
import { type FunctionPlan, type FunctionProcess, startFunction } from "./function-process.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export const log = (line: object): void => console.log(JSON.stringify(line));

export function reportFault({ at, error }: { readonly at: string; readonly error: unknown }): void {
  log({ at, outcome: "fault", error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

/** A function without an edge. @param prepare what it needs of the environment; throws what is wrong with it. */
export function runFunction(
  name: string,
  environment: Environment,
  prepare: () => Pick<FunctionPlan, "state" | "metrics" | "close" | "answerFirst">,
): void {
  run(name, () => {
    // First, since it reads these two as well: its mistakes are all that there are.
    const prepared = prepare();
    const config = readServerConfig(environment);
    return { name, host: config.HOST, port: config.PORT, log, ...prepared };
  });
}

/** @param planned throws what is wrong with the settings. */
export function run(name: string, planned: () => FunctionPlan): void {
  let running: FunctionProcess | null = null;
  let stopping = false;
  const stop = async (exitCode: number): Promise<never> => {
    if (stopping) process.exit(130);
    stopping = true;
    const startedMs = performance.now();
    await running?.drain();
    log({ at: name, outcome: "stopped", stopMs: Math.round(performance.now() - startedMs) });
    process.exit(exitCode);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      log({ at: name, outcome: "stopping", signal });
      void stop(0);
    });
  }
  // Rejections that nobody handles come here too.
  process.on("uncaughtException", (error) => {
    reportFault({ at: name, error });
    if (!stopping) void stop(1);
  });
  void start();

  async function start(): Promise<void> {
    try {
      running = await startFunction(planned());
      log({ at: name, outcome: "listening", port: running.port, uptimeMs: Math.round(process.uptime() * 1_000) });
    } catch (error) {
      console.error(`The function ${name} cannot start: ${error instanceof Error ? error.message : String(error)}`);
      if (error instanceof SettingsMistaken) for (const mistake of error.mistakes) console.error(`  ${mistake}`);
      process.exit(1);
    }
  }
}
