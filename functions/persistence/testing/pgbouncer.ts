/**
 * A real PgBouncer before a test's Postgres, in transaction mode, as knative/data/pooler.yaml has it: found on this machine,
 * started in a folder of its own, gone afterwards.
 *
 * It refuses what CloudNativePG's refuses: of the parameters that a connection may state, it forgives the two that the
 * operator always does. As root it runs under the user `postgres`, since it refuses root.
 */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PostgresServer } from "./postgres-server.ts";

const START_TIMEOUT_MS = 10_000;
/** It listens on a Unix socket only, whose name has this in it. */
const PORT = 6432;

export interface PgBouncer {
  /** Of the database of that URL of Postgres', through here. */
  through(url: string): string;
  stop(): Promise<void>;
}

/** null: there is none here. */
export function findPgBouncer(): string | null {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin"];
  const found = folders.find((folder) => existsSync(join(folder, "pgbouncer")));
  return found === undefined ? null : join(found, "pgbouncer");
}

/** @param poolSize connections of Postgres' for each of its databases. */
export async function startPgBouncer(program: string, server: PostgresServer, poolSize: number): Promise<PgBouncer> {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-pgbouncer-"));
  const user = process.getuid?.() === 0 ? "postgres" : "";
  const postgresFolder = new URL(server.url).searchParams.get("host");
  const settings = join(folder, "pgbouncer.ini");
  writeFileSync(
    settings,
    [
      "[databases]",
      `* = host=${postgresFolder} user=tidebook`,
      "[pgbouncer]",
      "listen_addr =",
      `listen_port = ${PORT}`,
      `unix_socket_dir = ${folder}`,
      "auth_type = any",
      "pool_mode = transaction",
      `default_pool_size = ${poolSize}`,
      "ignore_startup_parameters = extra_float_digits,options",
      ...(user === "" ? [] : [`user = ${user}`]),
    ].join("\n"),
  );
  if (user !== "") {
    const idOf = (flag: string): number => Number(execFileSync("id", [flag, user], { encoding: "utf8" }));
    chownSync(folder, idOf("-u"), idOf("-g"));
  }
  const started = spawn(program, [settings], { stdio: ["ignore", "ignore", "pipe"] });
  const exited = new Promise<void>((resolve) => started.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let said = "";
    const fail = (): void => reject(new Error(`PgBouncer did not start: ${said}`));
    const timer = setTimeout(fail, START_TIMEOUT_MS);
    started.stderr.on("data", (chunk: Buffer) => {
      if (said.length < 100_000) said += chunk.toString();
      if (!said.includes("process up")) return;
      clearTimeout(timer);
      resolve();
    });
    started.once("exit", () => {
      clearTimeout(timer);
      fail();
    });
  });
  return {
    through(url) {
      const pooled = new URL(url);
      pooled.searchParams.set("host", folder);
      pooled.port = String(PORT);
      return pooled.href;
    },
    async stop() {
      started.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}
