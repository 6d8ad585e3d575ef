/**
 * The Pub/Sub emulator for a services test: found on this machine, started on a free port, ended by its process.
 *
 * It comes with the Google Cloud SDK, which is found by its kubectl or gcloud, and needs Java. It knows no tokens: what it
 * pushes carries none.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { PubSub } from "@google-cloud/pubsub";

const START_TIMEOUT_MS = 60_000;
const PROGRAM = "platform/pubsub-emulator/bin/cloud-pubsub-emulator";

interface PubSubEmulator {
  /** For PUBSUB_EMULATOR_HOST. */
  readonly host: string;
  stop(): Promise<void>;
}

/** The program; null: it, or Java, is not here. */
export function findPubSubEmulator(): string | null {
  if (onPath("java") === null) return null;
  for (const tool of ["gcloud", "kubectl"]) {
    const found = onPath(tool);
    const program = found === null ? "" : join(dirname(realpathSync(found)), "..", PROGRAM);
    if (existsSync(program)) return program;
  }
  return null;
}

function onPath(name: string): string | null {
  const folders = (process.env.PATH ?? "").split(":");
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

async function startPubSubEmulator(program: string): Promise<PubSubEmulator> {
  const host = `127.0.0.1:${await freePort()}`;
  const folder = mkdtempSync(join(tmpdir(), "tidebook-pubsub-"));
  const [, port] = host.split(":");
  const emulator = spawn(program, ["--host=127.0.0.1", `--port=${port}`], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<void>((resolve) => emulator.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    emulator.kill("SIGKILL");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await listening(emulator);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host, stop };
}

/** An emulator that every client of this process speaks to, and one of them. */
export interface EmulatedPubSub {
  readonly client: PubSub;
  /** Afterwards the process is told of no emulator any more. */
  close(): Promise<void>;
}

export async function openEmulatedPubSub(program: string): Promise<EmulatedPubSub> {
  const emulator = await startPubSubEmulator(program);
  process.env.PUBSUB_EMULATOR_HOST = emulator.host;
  // Nobody is asked for a cloud's credentials.
  process.env.METADATA_SERVER_DETECTION = "none";
  const library = await import("@google-cloud/pubsub");
  const client = new library.PubSub({ projectId: "tidebook-test" });
  return {
    client,
    async close() {
      await client.close();
      await emulator.stop();
      delete process.env.PUBSUB_EMULATOR_HOST;
      delete process.env.METADATA_SERVER_DETECTION;
    },
  };
}

function listening(emulator: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error(`the emulator did not start: ${said}`)), START_TIMEOUT_MS);
    const hear = (chunk: Buffer): void => {
      if (said.length < 100_000) said += chunk.toString();
      if (!said.includes("Server started, listening on")) return;
      clearTimeout(timer);
      resolve();
    };
    emulator.stdout?.on("data", hear);
    emulator.stderr?.on("data", hear);
    emulator.once("exit", () => {
      clearTimeout(timer);
      reject(new Error(`the emulator ended: ${said}`));
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
