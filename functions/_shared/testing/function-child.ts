/** One function as `npm run function` starts it: a process with an environment of its own, its log, its exit code. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const PROJECT = join(import.meta.dirname, "../../..");

export interface FunctionChild {
  readonly origin: string;
  readonly port: number;
  /** Every line it has logged. */
  readonly lines: readonly Record<string, unknown>[];
  /** Resolves with the first line of this outcome. */
  line(outcome: string): Promise<Record<string, unknown>>;
  signal(name: NodeJS.Signals): void;
  readonly exited: Promise<number | null>;
}

interface Started {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly errorText: () => string;
}

function start(program: readonly string[], environment: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, ["--import", "./engine/ops/check-node.mjs", ...program], {
    cwd: PROJECT,
    env: { PATH: process.env.PATH ?? "", HOST: "127.0.0.1", PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const exited = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, exited, errorText: () => errors };
}

/** Resolves when it listens; rejects with what it said when it ends before. */
export async function startFunctionChild(
  program: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<FunctionChild> {
  const { child, exited, errorText } = start(program, environment);
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<{ readonly outcome: string; readonly resolve: (line: Record<string, unknown>) => void }>();
  let rest = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const line = JSON.parse(part) as Record<string, unknown>;
      lines.push(line);
      for (const each of waiting) if (each.outcome === line.outcome) each.resolve(line);
    }
  });
  const line = (outcome: string): Promise<Record<string, unknown>> => {
    const known = lines.find((one) => one.outcome === outcome);
    return known === undefined ? new Promise((resolve) => waiting.add({ outcome, resolve })) : Promise.resolve(known);
  };
  const first = await Promise.race([line("listening"), exited]);
  if (first === null || typeof first !== "object") throw new Error(`it ended with ${first}: ${errorText()}`);
  const port = Number(first.port);
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    lines,
    line,
    signal: (name) => child.kill(name),
    exited,
  };
}

/** For a start that must fail. */
export async function runFunctionChild(
  program: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly errors: string }> {
  const { exited, errorText } = start(program, environment);
  const code = await exited;
  return { code, errors: errorText() };
}
