/**
 * A real Postgres for a services test: found on this machine, started in a folder of its own, gone afterwards.
 *
 * Listens on a Unix socket only. As root it runs under the user `postgres`, since the server refuses root.
 */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_TIMEOUT_MS = 30_000;
const DEBIAN_FOLDER = "/usr/lib/postgresql";

export interface PostgresServer {
  readonly url: string;
  /** Like a crash: no checkpoint, no goodbye. */
  kill(): Promise<void>;
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

export async function startPostgres(programs: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-postgres-"));
  const user = process.getuid?.() === 0 ? idsOf("postgres") : null;
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const tables = join(folder, "tables");
  const options = { ...user, cwd: folder };
  execFileSync(join(programs, "initdb"), ["-D", tables, "-U", "tidebook", "-A", "trust", "--no-sync"], {
    ...options,
    stdio: "ignore",
  });
  const server = spawn(join(programs, "postgres"), ["-D", tables, "-k", folder, "-c", "listen_addresses="], {
    ...options,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error(`Postgres did not start: ${said}`)), START_TIMEOUT_MS);
    server.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (!said.includes("ready to accept connections")) return;
      clearTimeout(timer);
      resolve();
    });
  });
  const end = async (signal: "SIGINT" | "SIGQUIT"): Promise<void> => {
    server.kill(signal);
    await exited;
  };
  return {
    url: `postgres://tidebook@localhost/postgres?host=${encodeURIComponent(folder)}`,
    kill: () => end("SIGQUIT"),
    async stop() {
      await end("SIGINT");
      rmSync(folder, { recursive: true });
    },
  };
}

function idsOf(name: string): { readonly uid: number; readonly gid: number } {
  const id = (flag: string): number => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
