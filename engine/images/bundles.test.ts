/**
 * The bundles as they lie in the images: what is in them, how large they are, and that each starts where there is nothing
 * but itself: no node_modules, no sources.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer as createHttp2Server, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../bus/redis/testing/redis-server.ts";
import { FUNCTIONS } from "../protocol/function-names.ts";
import { bundleImage, type ImageBundle, LICENCES_FILE, PROJECT_ROOT } from "./bundle-image.ts";
import { SAMPLE_ENVIRONMENT, SAMPLE_ORDER, type SampleRequest, signedRequest } from "./sample-exchange.ts";
import { type SampleRedis, startSampleRedis } from "./sample-redis.ts";
import { IMAGES, type Image } from "./workloads.ts";

const APPLICATION_LAYER_BYTES_MAX = 10_000_000;
const WARM_UP = join(PROJECT_ROOT, "engine/images/warm-up.ts");
const ASK_EVERY_MS = 20;

const root = mkdtempSync(join(tmpdir(), "tidebook-bundles-"));
const bundles = new Map<string, ImageBundle>();
const running = new Set<ChildProcess>();
let redis: SampleRedis;

beforeAll(async () => {
  redis = await startSampleRedis();
  for (const image of IMAGES) {
    bundles.set(image.name, await bundleImage(image, join(root, "images", image.name), join(root, "maps", image.name)));
  }
  execFileSync(process.execPath, [WARM_UP, join(root, "images")]);
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  redis.server.close();
  rmSync(root, { recursive: true });
});

function pathOf(image: string, file: string): string {
  return join(root, "images", image, file);
}

interface Started {
  readonly port: number;
  readonly internalPort: number;
  readonly output: () => string;
}

/** With an environment of its own, in an empty folder. */
async function start(image: string, nodeWords: readonly string[] = []): Promise<Started> {
  const [port, internalPort] = [await freePort(), await freePort()];
  const home = mkdtempSync(join(root, "empty-"));
  const child = spawn(process.execPath, [...nodeWords, pathOf(image, `${image}.cjs`)], {
    cwd: home,
    env: {
      ...SAMPLE_ENVIRONMENT,
      NODE_ENV: "production",
      PORT: String(port),
      TIDEBOOK_INTERNAL_PORT: String(internalPort),
      TIDEBOOK_DATA_DIR: join(home, "data"),
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    },
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return { port, internalPort, output: () => output };
}

async function ask(port: number, request: SampleRequest): Promise<{ status: number; text: string }> {
  const { method, target, headers } = request;
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}${target}`, { method, headers });
      return { status: response.status, text: await response.text() };
    } catch {
      // It does not listen yet; the test's own time limit ends this.
      await setTimeout(ASK_EVERY_MS);
    }
  }
}

function get(target: string): SampleRequest {
  return { method: "GET", target, headers: {} };
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

test("no bundle carries a test, a fake, a workshop's room, or what only development needs", () => {
  const { packages } = JSON.parse(readFileSync(join(PROJECT_ROOT, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  const development = Object.keys(packages).filter((folder) => packages[folder]?.dev === true);
  const workshop =
    /\.test\.|\/testing\/|(^|\/)(fake|testing)-|engine\/(sim|bench|replay)\/|functions\/_(local|acceptance)\//;
  const strangers = [...bundles.values()].flatMap(({ image, inputs }) =>
    inputs
      .filter((input) => workshop.test(input) || development.some((folder) => input.startsWith(`${folder}/`)))
      .map((input) => `${image}: ${input}`),
  );
  expect(strangers).toEqual([]);
});

test("each application layer has at most 10 MB, its code cache included", () => {
  const sizes = [...bundles.values()].map(({ image, folder }) => ({ image, bytes: bytesBelow(folder) }));
  console.log(sizes.map(({ image, bytes }) => `${image} ${(bytes / 1e6).toFixed(1)} MB`).join(", "));
  expect(sizes.filter(({ bytes }) => bytes > APPLICATION_LAYER_BYTES_MAX)).toEqual([]);
  expect(sizes.filter(({ bytes }) => bytes === 0)).toEqual([]);
});

test("the same sources give the same bundle, byte for byte", async () => {
  const [image] = IMAGES.filter(({ name }) => name === "orders");
  const [first, second] = [join(root, "first"), join(root, "second")];
  for (const folder of [first, second]) await bundleImage(image as Image, folder, `${folder}-maps`);
  const files = readdirSync(first).sort();
  expect(files).toEqual([LICENCES_FILE, "orders.bundle.cjs", "orders.cjs"]);
  for (const file of files) expect(readFileSync(join(second, file)).equals(readFileSync(join(first, file)))).toBe(true);
});

test("every package in a bundle has its licence in the image", () => {
  const unstated = [...bundles.values()].flatMap(({ image, folder, inputs }) => {
    const text = readFileSync(join(folder, LICENCES_FILE), "utf8");
    const packages = new Set(
      inputs.flatMap((input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
    );
    const missing = [...packages].filter((name) => !text.includes(`${name} `));
    return [...missing, ...(text.includes("License: not stated") ? ["a licence that is not stated"] : [])].map(
      (what) => `${image}: ${what}`,
    );
  });
  expect(unstated).toEqual([]);
});

test("a bundle of a function carries neither Pub/Sub nor an embedded database", () => {
  const heavy = FUNCTIONS.flatMap((name) => bundles.get(name)?.inputs ?? []).filter((input) =>
    /node_modules\/(@google-cloud\/pubsub|@grpc|@electric-sql)\//.test(input),
  );
  expect(heavy).toEqual([]);
});

test("the engine starts from its bundle, opens a journal and serves its probes; its worker reads the journal", async () => {
  const { internalPort, output } = await start("engine");
  expect(await ask(internalPort, get("/livez"))).toMatchObject({ status: 200 });
  await expect.poll(output).toContain('"outcome":"open"');
  expect(output()).not.toContain("code_cache_rejected");

  const data = readdirSync(root)
    .map((name) => join(root, name, "data"))
    .find((path) => existsSync(path));
  // The page is asked for as the engine asks.
  const turn = new Int32Array(new SharedArrayBuffer(4)).fill(1);
  const worker = new Worker(pathOf("engine", "event-history-worker.cjs"), {
    workerData: { directory: join(data ?? "", "journal"), fromSeq: 1, ordersExpected: 100, turn: turn.buffer },
  });
  expect(await once(worker, "message")).toEqual([{ frames: [], isLast: true }]);
  await worker.terminate();
});

test("the operator's commands run from the engine's image", () => {
  const help = execFileSync(process.execPath, [pathOf("engine", "ops.mjs"), "--help"], { cwd: root, encoding: "utf8" });
  expect(help).toContain("journal verify");
});

test("the stream starts from its bundle and is alive while its engine is away", async () => {
  const { internalPort, output } = await start("stream");
  expect(await ask(internalPort, get("/livez"))).toMatchObject({ status: 200 });
  expect(output()).not.toContain("code_cache_rejected");
});

test("order intake answers a signed order/test and a refused order from its bundle", async () => {
  const { port, output } = await start("orders");
  expect(await ask(port, signedRequest("POST", "order/test", SAMPLE_ORDER))).toEqual({ status: 200, text: "{}" });
  expect(await ask(port, signedRequest("POST", "order", SAMPLE_ORDER))).toMatchObject({
    status: 400,
    text: expect.stringContaining("-2010"),
  });
  expect(output()).not.toContain("code_cache_rejected");
});

test("every function answers from its bundle, and V8 takes its code cache", async () => {
  const answers = await Promise.all(
    FUNCTIONS.map(async (name) => {
      const { port, output } = await start(name);
      const { status } = await ask(port, get("/no/such/path"));
      return { name, isAnswer: status >= 400 && status < 500, isCached: !output().includes("code_cache_rejected") };
    }),
  );
  expect(answers).toEqual(FUNCTIONS.map((name) => ({ name, isAnswer: true, isCached: true })));
});

test("a code cache that V8 refuses is said, and the program starts all the same", async () => {
  const { port, output } = await start("orders", ["--single-threaded"]);
  expect(await ask(port, signedRequest("POST", "order/test", SAMPLE_ORDER))).toMatchObject({ status: 200 });
  expect(output()).toContain('{"at":"start","outcome":"code_cache_rejected"}');
});

test("Pub/Sub publishes from the engine's own file of it", async () => {
  const server = createHttp2Server();
  server.on("stream", answerPublish);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const program = `
    const { PubSub } = require(${JSON.stringify(pathOf("engine", "google-cloud-pubsub.cjs"))});
    new PubSub({ projectId: "p" }).topic("t", { messageOrdering: true })
      .publishMessage({ data: Buffer.from("x"), orderingKey: "e1" })
      .then((id) => { console.log(id); process.exit(0); });`;
  const child = spawn(process.execPath, ["-e", program], {
    cwd: mkdtempSync(join(root, "empty-")),
    env: { PUBSUB_EMULATOR_HOST: `127.0.0.1:${(server.address() as AddressInfo).port}` },
    stdio: ["ignore", "pipe", "ignore"],
  });
  running.add(child);
  const [printed] = await once(child.stdout.setEncoding("utf8"), "data");
  expect(printed).toBe("message-1\n");
  server.close();
});

/** A gRPC PublishResponse with one message id: field 1, a string. */
function answerPublish(stream: ServerHttp2Stream): void {
  const id = Buffer.from("message-1");
  const message = Buffer.concat([Buffer.of(0x0a, id.length), id]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  stream.resume().once("end", () => {
    stream.respond({ ":status": 200, "content-type": "application/grpc+proto" }, { waitForTrailers: true });
    stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.concat([head, message]));
  });
}
