/**
 * One process of ours under a test's hand: started with an environment of its own and nothing inherited, ended by a signal or
 * by force, started again. It is up when it says so itself.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const START_TIMEOUT_MS = 60_000;
const ASK_EVERY_MS = 20;
const OUTPUT_KEPT = 200_000;

export interface ProcessPlan {
  readonly name: string;
  /** Behind `node --import ./engine/ops/check-node.mjs`, as the package scripts have it. */
  readonly program: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Answers 200 once it is up. */
  readonly probeUrl: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
}

export class ManagedProcess {
  readonly plan: ProcessPlan;
  #running: Running | null = null;
  #output = "";

  constructor(plan: ProcessPlan) {
    this.plan = plan;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** The newest of what it has printed, over all its lives. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with how long it took until it was up; rejects with what it printed when it ends before. */
  async start(): Promise<number> {
    const startedMs = performance.now();
    const running = this.spawn();
    let ended: { readonly code: number | null } | null = null;
    void running.exited.then((code) => {
      ended = { code };
    });
    while (!(await answers(this.plan.probeUrl))) {
      if (ended !== null) throw new Error(`${this.plan.name} ended before it was up:\n${this.#output}`);
      if (performance.now() - startedMs > START_TIMEOUT_MS) {
        await this.kill();
        throw new Error(`${this.plan.name} was not up within ${START_TIMEOUT_MS} ms:\n${this.#output}`);
      }
      await delay(ASK_EVERY_MS);
    }
    return performance.now() - startedMs;
  }

  /** Without waiting until it is up. */
  spawn(): Running {
    if (this.#running !== null) throw new Error(`${this.plan.name} is running`);
    const child = spawn(process.execPath, ["--import", "./engine/ops/check-node.mjs", ...this.plan.program], {
      cwd: PROJECT,
      env: {
        PATH: process.env.PATH ?? "",
        // As an image has it baked in.
        NODE_COMPILE_CACHE: join(tmpdir(), "tidebook-compile-cache"),
        ...this.plan.environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#output = (this.#output + text).slice(-OUTPUT_KEPT);
      });
    }
    const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
    const running = { child, exited };
    this.#running = running;
    void exited.then(() => {
      if (this.#running === running) this.#running = null;
    });
    return running;
  }

  /** kill -9; resolves when it is gone. Nothing happens when it is not running. */
  async kill(): Promise<void> {
    const running = this.#running;
    running?.child.kill("SIGKILL");
    await running?.exited;
  }

  /** SIGTERM. @returns its exit code; null: it was not running, or a signal ended it. */
  async stop(): Promise<number | null> {
    const running = this.#running;
    running?.child.kill("SIGTERM");
    return (await running?.exited) ?? null;
  }

  /** Resolves when it has ended by itself or by somebody's hand. */
  async ended(): Promise<void> {
    await this.#running?.exited;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
}
