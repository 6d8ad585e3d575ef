/**
 * The engine's process under a test's hand: started with an environment of its own, ended by a signal, started again on
 * the same folder. What it prints is kept, as lines. Tests only.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const PROJECT = resolve(import.meta.dirname, "../..");
const START_TIMEOUT_MS = 30_000;
export const INTERNAL_TOKEN = "a-token-of-the-tests";

export interface ProgramLine {
  readonly at: string;
  readonly outcome: string;
  readonly [name: string]: unknown;
}

export class EngineProgram {
  readonly #environment: Readonly<Record<string, string>>;
  readonly folder = mkdtempSync(join(tmpdir(), "tidebook-engine-program-"));
  #child: ChildProcess | null = null;
  #exited: Promise<number | null> = Promise.resolve(null);
  /** Of the present or the last life. */
  lines: ProgramLine[] = [];
  errors = "";
  #onLine: () => void = () => {};

  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
  }

  get internalPort(): number {
    return Number(this.#line("engine", "listening")?.internalPort);
  }

  /** Resolves when it takes commands, or at least when it says so. */
  async start(until: readonly [at: string, outcome: string] = ["engine", "started"]): Promise<void> {
    this.spawn();
    await this.says(...until);
  }

  spawn(): void {
    this.lines = [];
    this.errors = "";
    const child = spawn(process.execPath, ["--import", "./engine/ops/check-node.mjs", "engine/main.ts"], {
      cwd: PROJECT,
      env: {
        PATH: process.env.PATH ?? "",
        HOST: "127.0.0.1",
        TIDEBOOK_INTERNAL_PORT: "0",
        TIDEBOOK_INTERNAL_TOKEN: INTERNAL_TOKEN,
        TIDEBOOK_DATA_DIR: join(this.folder, "data"),
        TIDEBOOK_SEGMENT_MIB: "1",
        ...this.#environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    createInterface({ input: child.stdout }).on("line", (text) => {
      this.lines.push(JSON.parse(text) as ProgramLine);
      this.#onLine();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.errors += chunk.toString();
    });
    this.#child = child;
    // "close": everything it printed has been read.
    this.#exited = new Promise((resolve) => child.once("close", (code) => resolve(code)));
    void this.#exited.then(() => this.#onLine());
  }

  /** Resolves with the line, once it is there. */
  async says(at: string, outcome: string): Promise<ProgramLine> {
    const { promise, resolve, reject } = Promise.withResolvers<ProgramLine>();
    const fail = (why: string): void =>
      reject(new Error(`the engine ${why}: ${this.errors}${JSON.stringify(this.lines)}`));
    const timer = setTimeout(() => fail(`did not say ${at} ${outcome}`), START_TIMEOUT_MS);
    const look = (): void => {
      const line = this.#line(at, outcome);
      if (line !== undefined) resolve(line);
      else if (this.#child?.exitCode !== null) fail("ended");
    };
    this.#onLine = look;
    look();
    return promise.finally(() => clearTimeout(timer));
  }

  /** @returns the exit code; null: by the signal itself. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child?.kill(signal);
    return this.exited();
  }

  exited(): Promise<number | null> {
    return this.#exited;
  }

  async remove(): Promise<void> {
    await this.end("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Of its internal port: status and text. */
  async get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.internalPort}${path}`);
    return { status: response.status, text: await response.text() };
  }

  #line(at: string, outcome: string): ProgramLine | undefined {
    return this.lines.find((line) => line.at === at && line.outcome === outcome);
  }
}
