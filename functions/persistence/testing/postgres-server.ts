/**
 * A real Postgres for a services test: found on this machine, started in a folder of its own, gone afterwards.
 *
 * Listens on a Unix socket only. As root it runs under the user `postgres`, since the server refuses root. It can be
 * killed, frozen, stopped and started again over the same tables.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_TIMEOUT_MS = 30_000;
/** After a kill -9 the old backends must have let go of the shared memory. */
const START_ATTEMPTS_MAX = 50;
const START_AGAIN_MS = 100;
const DEBIAN_FOLDER = "/usr/lib/postgresql";

export interface PostgresServer {
  readonly url: string;
  /** SIGKILL to every process of it: no checkpoint, no goodbye. */
  kill(): Promise<void>;
  /** Every process stands still, connections stay open; `thaw` lets it go on. */
  freeze(): void;
  thaw(): void;
  /** An orderly shutdown; the tables stay. */
  shutDown(): Promise<void>;
  /** After kill or shutDown: over the same tables. */
  start(): Promise<void>;
  /** The end: the tables are gone. */
  stop(): Promise<void>;
}

/** The folder of initdb and postgres; null: there is none here. */
export function findPostgres(): string | null {
  const versions = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(DEBIAN_FOLDER, version, "bin")),
    ...(process.env.PATH ?? "").split(":"),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres"))) ?? null;
}

/** @param settings as after `postgres -c`, like "max_connections=10". */
export async function startPostgres(programs: string, settings: readonly string[] = []): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-postgres-"));
  const user = process.getuid?.() === 0 ? idsOf("postgres") : null;
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const tables = join(folder, "tables");
  const options = { ...user, cwd: folder };
  execFileSync(join(programs, "initdb"), ["-D", tables, "-U", "tidebook", "-A", "trust", "--no-sync"], {
    ...options,
    stdio: "ignore",
  });
  const words = ["listen_addresses=", ...settings].flatMap((setting) => ["-c", setting]);
  let server: ChildProcess | null = null;
  let exited: Promise<void> = Promise.resolve();

  const startOnce = async (): Promise<boolean> => {
    const started = spawn(join(programs, "postgres"), ["-D", tables, "-k", folder, ...words], {
      ...options,
      stdio: ["ignore", "ignore", "pipe"],
    });
    server = started;
    exited = new Promise((resolve) => started.once("exit", () => resolve()));
    return new Promise((resolve, reject) => {
      let said = "";
      const timer = setTimeout(() => reject(new Error(`Postgres did not start: ${said}`)), START_TIMEOUT_MS);
      const settle = (isUp: boolean): void => {
        clearTimeout(timer);
        resolve(isUp);
      };
      started.stderr.on("data", (chunk: Buffer) => {
        if (said.length < 100_000) said += chunk.toString();
        if (said.includes("ready to accept connections")) settle(true);
      });
      started.once("exit", () => settle(false));
    });
  };
  const start = async (): Promise<void> => {
    for (let attempt = 1; attempt <= START_ATTEMPTS_MAX; attempt += 1) {
      if (await startOnce()) return;
      await new Promise((resolve) => setTimeout(resolve, START_AGAIN_MS));
    }
    throw new Error("Postgres does not start again");
  };
  const signalAll = (signal: NodeJS.Signals): void => {
    const parent = server?.pid ?? 0;
    for (const pid of [parent, ...childrenOf(parent)]) signalTo(pid, signal);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (signal === "SIGKILL") signalAll(signal);
    else server?.kill(signal);
    await exited;
    server = null;
  };

  await start();
  return {
    url: `postgres://tidebook@localhost/postgres?host=${encodeURIComponent(folder)}`,
    kill: () => end("SIGKILL"),
    freeze: () => signalAll("SIGSTOP"),
    thaw: () => signalAll("SIGCONT"),
    shutDown: () => end("SIGINT"),
    start,
    async stop() {
      // No checkpoint: nobody reads these tables again.
      if (server !== null) await end("SIGQUIT");
      rmSync(folder, { recursive: true });
    },
  };
}

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .filter((name) => parentOf(name) === parent)
    .map(Number);
}

function parentOf(pid: string): number {
  try {
    // "pid (name) state parent …"; a name may hold anything but ends at the last parenthesis.
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    // It ended while the list was read.
    return -1;
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended before.
  }
}

function idsOf(name: string): { readonly uid: number; readonly gid: number } {
  const id = (flag: string): number => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
