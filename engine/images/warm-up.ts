/**
 * `node engine/images/warm-up.ts [folder]`: gives every bundle below dist/images V8's code cache. Part of the image build.
 *
 * Each program runs once, in a process of its own, is asked what it will be asked first in its life, and V8's compiled
 * functions are kept: those of the start and of the way of a first request, nothing else. Another process then looks
 * whether V8 takes them. Exits 1, with the program's words, where one does not start, does not answer, or is not taken.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PROJECT_ROOT } from "./bundle-image.ts";
import { BUNDLE_SUFFIX } from "./code-wrapper.ts";
import { SAMPLE_ENVIRONMENT } from "./sample-exchange.ts";
import { startSampleRedis } from "./sample-redis.ts";
import { IMAGES } from "./workloads.ts";

const ONE_PROGRAM = resolve(import.meta.dirname, "warm-up-program.ts");
const TIMEOUT_MS = 60_000;

const folder = resolve(process.argv[2] ?? join(PROJECT_ROOT, "dist", "images"));
const data = mkdtempSync(join(tmpdir(), "tidebook-warm-up-"));
const redis = await startSampleRedis();
for (const image of IMAGES.filter(({ name }) => existsSync(join(folder, name)))) {
  for (const { name } of image.programs.filter(({ kind }) => kind === "script")) {
    await warmUp(name, join(folder, image.name, name + BUNDLE_SUFFIX));
  }
}
redis.server.close();
rmSync(data, { recursive: true });

async function warmUp(program: string, bundle: string): Promise<void> {
  const [port, internalPort] = [await freePort(), await freePort()];
  const env = {
    ...SAMPLE_ENVIRONMENT,
    NODE_ENV: "production",
    PORT: String(port),
    TIDEBOOK_INTERNAL_PORT: String(internalPort),
    TIDEBOOK_DATA_DIR: join(data, program),
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
  };
  const origin = `http://127.0.0.1:${program === "engine" ? internalPort : port}`;
  const options = { env, timeout: TIMEOUT_MS };
  await succeeds(fork(ONE_PROGRAM, ["make", bundle, program, origin], options), `${program} did not warm up`);
  await succeeds(fork(ONE_PROGRAM, ["check", bundle], options), `${program}: V8 refused the code cache`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
}

async function succeeds(child: ChildProcess, complaint: string): Promise<void> {
  const [code] = await once(child, "exit");
  if (code === 0) return;
  console.error(complaint);
  process.exit(1);
}
