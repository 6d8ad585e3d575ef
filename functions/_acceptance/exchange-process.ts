/**
 * A real `npm start` for a test: its own process, its own data folder, any free port. Started as the package script starts
 * it, ended by a signal or by force, started again on the same folder.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DemoAccount, readDemoAccounts } from "../_local/first-start.ts";

const START_TIMEOUT_MS = 30_000;
const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const ADDRESS = /takes orders at (\S+) \(ready in ([0-9]+) ms\)/;

export interface RunningProcess {
  readonly origin: string;
  readonly pid: number;
  /** As it says itself: from the process's birth to taking orders. */
  readonly readyMs: number;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop. @returns its exit code. */
  stop(signal?: "SIGINT" | "SIGTERM"): Promise<number | null>;
  /** Everything it has printed. */
  output(): string;
}

export class DataFolderForTests {
  readonly path = mkdtempSync(join(tmpdir(), "tidebook-acceptance-"));

  operatorToken(): string {
    return readFileSync(join(this.path, "operator-token"), "utf8").trim();
  }

  demoAccounts(): readonly DemoAccount[] {
    return readDemoAccounts(join(this.path, "demo-accounts.json")) ?? [];
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Resolves when it takes orders; rejects with what it printed when it ends before that. @param words of its command line. */
export function startProcess(
  folder: DataFolderForTests,
  environment: Readonly<Record<string, string>> = {},
  words: readonly string[] = [],
): Promise<RunningProcess> {
  const args = ["--import", "./engine/ops/check-node.mjs", "functions/_local/main.ts", ...words];
  const { TIDEBOOK_OPERATOR_TOKEN: _, TIDEBOOK_SEAL_KEY: __, ...inherited } = process.env;
  const child = spawn(process.execPath, args, {
    cwd: PROJECT,
    // Tests count sequences and balances: the demo's bots trade where a test asks for them.
    env: {
      ...inherited,
      PORT: "0",
      HOST: "127.0.0.1",
      TIDEBOOK_DATA_DIR: folder.path,
      TIDEBOOK_BOTS: "0",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`it did not take orders within ${START_TIMEOUT_MS} ms:\n${output}`));
    }, START_TIMEOUT_MS);
    const onText = (text: string): void => {
      output += text;
      const match = ADDRESS.exec(output);
      if (match === null) return;
      clearTimeout(timeout);
      resolve(running(child, exited, match[1] ?? "", Number(match[2]), () => output));
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", onText);
    void exited.then((code) => {
      clearTimeout(timeout);
      reject(new Error(`it ended with code ${code} before it took orders:\n${output}`));
    });
  });
}

function running(
  child: ChildProcess,
  exited: Promise<number | null>,
  origin: string,
  readyMs: number,
  output: () => string,
): RunningProcess {
  return {
    origin,
    pid: child.pid ?? 0,
    readyMs,
    output,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    stop(signal = "SIGTERM") {
      child.kill(signal);
      return exited;
    },
  };
}
