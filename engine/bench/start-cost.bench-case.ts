/**
 * What a start from zero costs: CPU time of the function `orders`, as its image has it, from spawn to its answer to a signed
 * order/test over a real Redis; beside it a hello of the Functions Framework, as npm installs it, to its first GET.
 *
 * The two take turns, so that what the machine does meanwhile meets both. CPU time is all threads', user and system, as
 * Linux counts it in nanoseconds.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { findRedis, freePort, startRedis } from "../bus/redis/testing/redis-server.ts";
import { bundleImage, PROJECT_ROOT } from "../images/bundle-image.ts";
import {
  SAMPLE_BEAT,
  SAMPLE_ENVIRONMENT,
  SAMPLE_HASH,
  SAMPLE_NAMES,
  SAMPLE_ORDER,
  type SampleRequest,
  signedRequest,
} from "../images/sample-exchange.ts";
import { IMAGES, startFileOf } from "../images/workloads.ts";
import { median } from "./measure.ts";
import { type BenchLine, type BenchOptions, result } from "./result.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const NAME = "start of orders, CPU";
const ROUNDS = 15;
const QUICK_ROUNDS = 3;
const ASK_EVERY_MS = 2;
const START_TIMEOUT_MS = 20_000;
const FRAMEWORK = join(PROJECT_ROOT, "node_modules/@google-cloud/functions-framework");
const HELLO = `require(${JSON.stringify(FRAMEWORK)}).http("hello", (request, response) => response.send("hello"));\n`;

interface Program {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly request: () => SampleRequest;
}

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  if (!existsSync("/proc/self/schedstat"))
    return [{ name: NAME, skipped: "this system does not count CPU time as Linux does" }];
  if (findRedis() === null) return [{ name: NAME, skipped: "there is no redis-server here" }];
  const redis = await startRedis();
  try {
    await fillRedis(redis.url);
    return await inTemporaryFolder((folder) => compare(folder, redis.url, quick ? QUICK_ROUNDS : ROUNDS));
  } finally {
    await redis.stop();
  }
}

/** As an engine has projected it. */
async function fillRedis(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.hset(SAMPLE_NAMES.keys, SAMPLE_HASH);
  await redis.set(SAMPLE_NAMES.beat, SAMPLE_BEAT);
  redis.disconnect();
}

async function compare(folder: string, redisUrl: string, rounds: number): Promise<readonly BenchLine[]> {
  const ours = await ordersProgram(folder, redisUrl);
  const peer = helloProgram(folder);
  const cost: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round++) {
    cost.peer.push(await startCostMs(peer));
    cost.ours.push(await startCostMs(ours));
  }
  const conditions = [
    "signed order/test over a real Redis",
    "bundle with code cache, as in the image",
    `median of ${rounds} starts each, in turns`,
  ];
  const hello = { name: "unbundled Functions Framework hello, first GET", value: median(cost.peer) };
  return [result(NAME, median(cost.ours), "ms", hello, conditions)];
}

async function ordersProgram(folder: string, redisUrl: string): Promise<Program> {
  const image = IMAGES.find(({ name }) => name === "orders");
  const [program] = image?.programs ?? [];
  if (image === undefined || program === undefined) throw new Error("there is no image of orders");
  const images = join(folder, "images");
  await bundleImage(image, join(images, image.name), join(folder, "maps"));
  execFileSync(process.execPath, [resolve(PROJECT_ROOT, "engine/images/warm-up.ts"), images]);
  return {
    words: [join(images, image.name, startFileOf(program))],
    environment: { ...SAMPLE_ENVIRONMENT, REDIS_URL: redisUrl },
    request: () => signedRequest("POST", "order/test", SAMPLE_ORDER),
  };
}

function helloProgram(folder: string): Program {
  const source = join(folder, "hello.cjs");
  writeFileSync(source, HELLO);
  return {
    words: [join(FRAMEWORK, "build/src/main.js"), `--source=${source}`, "--target=hello"],
    environment: {},
    request: () => ({ method: "GET", target: "/", headers: {} }),
  };
}

async function startCostMs({ words, environment, request }: Program): Promise<number> {
  const port = await freePort();
  const child = spawn(process.execPath, words, {
    env: { NODE_ENV: "production", ...environment, PORT: String(port) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  try {
    const status = await firstStatus(child, port, request());
    const costMs = cpuMs(child.pid ?? 0);
    if (status !== 200) throw new Error(`the first answer of ${words[0]} was ${status}`);
    return costMs;
  } finally {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
}

async function firstStatus(child: ChildProcess, port: number, sample: SampleRequest): Promise<number> {
  const giveUpMs = performance.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && performance.now() < giveUpMs) {
    const status = await statusOf(port, sample);
    if (status !== null) return status;
    await setTimeout(ASK_EVERY_MS);
  }
  throw new Error(`it did not answer, exit code ${child.exitCode}`);
}

/** null: nobody listens yet. */
function statusOf(port: number, { method, target, headers }: SampleRequest): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, method, path: target, headers, agent: false }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    });
    asked.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNREFUSED" ? resolve(null) : reject(error),
    );
    asked.end();
  });
}

/** Of all threads of a process so far. */
function cpuMs(pid: number): number {
  const ofThread = (thread: string): number =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ", 1)[0]);
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + ofThread(thread), 0) / 1e6;
}
