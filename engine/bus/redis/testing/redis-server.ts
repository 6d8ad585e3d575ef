/**
 * A real redis-server for a services test: found on this machine, started on a free port in a folder of its own, gone afterwards.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_TIMEOUT_MS = 20_000;
const AOF_FOLDER = "appendonlydir";
/** A hundred entries, about. */
const TAIL_BYTES = 32 * 1024;

export interface RedisServerOptions {
  /** When the append-only file is synced; "everysec" by default, as in the cluster. */
  readonly appendfsync?: "always" | "everysec" | "no";
  /** Text of users.acl. */
  readonly acl?: string;
  /** Paths; the port then speaks TLS alone. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly authority: string };
  /** Port of the server on this machine that it copies. */
  readonly replicaOf?: number;
  /** More words of its command line. */
  readonly words?: readonly string[];
}

export interface RedisServer {
  readonly port: number;
  /** Without user and password. */
  readonly url: string;
  /** kill -9. */
  kill(): Promise<void>;
  /**
   * Kills it, and starts it with what its append-only file holds: all that it took, since the machine has not stopped;
   * `tail_lost`: without the file's last bytes, as after a power cut between two syncs; `empty`: with nothing.
   */
  restart(how?: "as_it_was" | "tail_lost" | "empty"): Promise<void>;
  stop(): Promise<void>;
}

/** null: there is none here. */
export function findRedis(): string | null {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/bin", "/usr/local/bin"];
  return folders.map((folder) => join(folder, "redis-server")).find((path) => existsSync(path)) ?? null;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const program = findRedis();
  if (program === null) throw new Error("there is no redis-server here");
  const folder = mkdtempSync(join(tmpdir(), "tidebook-redis-"));
  const port = await freePort();
  const words = commandLine(options, folder, port);
  let running = await start(program, words);
  const kill = async (): Promise<void> => {
    const exited = new Promise<void>((resolve) => {
      if (running.exitCode !== null || running.signalCode !== null) resolve();
      else running.once("exit", () => resolve());
    });
    running.kill("SIGKILL");
    await exited;
  };
  return {
    port,
    url: `${options.tls === undefined ? "redis" : "rediss"}://127.0.0.1:${port}`,
    kill,
    async restart(how = "as_it_was") {
      await kill();
      if (how === "empty") rmSync(join(folder, AOF_FOLDER), { recursive: true });
      if (how === "tail_lost") loseTail(join(folder, AOF_FOLDER));
      running = await start(program, words);
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

function loseTail(folder: string): void {
  const name = readdirSync(folder).find((each) => each.endsWith(".incr.aof"));
  if (name === undefined) throw new Error("the append-only file has no newest part");
  const file = join(folder, name);
  truncateSync(file, Math.max(0, statSync(file).size - TAIL_BYTES));
}

function commandLine(options: RedisServerOptions, folder: string, port: number): string[] {
  const words = ["--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "yes"];
  words.push("--appendfsync", options.appendfsync ?? "everysec", "--repl-diskless-sync-delay", "0");
  if (options.tls === undefined) words.push("--port", String(port));
  else {
    const { certificate, key, authority } = options.tls;
    words.push("--port", "0", "--tls-port", String(port), "--tls-cert-file", certificate, "--tls-key-file", key);
    words.push("--tls-ca-cert-file", authority, "--tls-auth-clients", "no");
  }
  if (options.acl !== undefined) {
    const file = join(folder, "users.acl");
    writeFileSync(file, options.acl);
    words.push("--aclfile", file);
  }
  if (options.replicaOf !== undefined) words.push("--replicaof", "127.0.0.1", String(options.replicaOf));
  return [...words, ...(options.words ?? [])];
}

async function start(program: string, words: readonly string[]): Promise<ChildProcess> {
  const server = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      server.kill("SIGKILL");
      reject(new Error(`redis-server ${why}: ${said}`));
    };
    const timer = setTimeout(() => fail("did not start"), START_TIMEOUT_MS);
    server.once("exit", () => fail("ended"));
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!said.includes("Ready to accept connections")) return;
      clearTimeout(timer);
      server.removeAllListeners("exit");
      server.stdout.off("data", listen).resume();
      resolve();
    };
    server.stdout.on("data", listen);
    server.stderr.on("data", listen);
  });
  return server;
}
