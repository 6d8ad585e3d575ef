/**
 * Every target of the Dockerfile built and measured; engine, orders and users run from their images as the cluster runs them:
 * read-only, not as root, without capabilities; an order is accepted.
 *
 * Needs a container engine (docker, with a daemon that answers), the base image, redis-server, and a registry of packages
 * that `npm ci` reaches from a build. Skipped, with the missing part in the title, where one of the first three is not there.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findRedis, freePort, type RedisServer, startRedis } from "../bus/redis/testing/redis-server.ts";
import { PROJECT_ROOT } from "./bundle-image.ts";
import { parseDockerfile } from "./dockerfile.ts";
import { SAMPLE_ENVIRONMENT, SAMPLE_ORDER } from "./sample-exchange.ts";
import { IMAGES } from "./workloads.ts";

const BUILD_TIMEOUT_MS = 240_000;
const APPLICATION_BYTES_MAX = 10_000_000;
const HARDENED = ["--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--network=host"];
const ASK_EVERY_MS = 50;

const base =
  parseDockerfile(readFileSync(join(PROJECT_ROOT, "Dockerfile"), "utf8")).baseArguments.get("NODE_IMAGE") ?? "";
const missing = whatIsMissing();
const containers: string[] = [];
let redis: RedisServer;

function whatIsMissing(): string | null {
  const answers = (words: readonly string[]): boolean => spawnSync("docker", words, { stdio: "ignore" }).status === 0;
  if (!answers(["info"])) return "no docker with a daemon that answers";
  if (!answers(["image", "inspect", base])) return `the base image ${base} is not on this machine`;
  return findRedis() === null ? "no redis-server" : null;
}

function docker(...words: readonly string[]): string {
  return execFileSync("docker", words, {
    cwd: PROJECT_ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}

function build(target: string): void {
  docker("build", "--network=host", `--target=${target}`, `--tag=tidebook-${target}:checked`, ".");
}

/** Unpacked. */
function bytesOf(target: string): number {
  return Number(docker("image", "inspect", "--format={{.Size}}", `tidebook-${target}:checked`));
}

/** @returns the container. */
function run(target: string, environment: Readonly<Record<string, string>>, words: readonly string[] = []): string {
  const settings = Object.entries(environment).map(([name, value]) => `--env=${name}=${value}`);
  const container = docker("run", "--detach", ...HARDENED, ...settings, ...words, `tidebook-${target}:checked`);
  containers.push(container);
  return container;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(method: string, url: string, headers: Record<string, string>, body?: object): Promise<Answer> {
  for (;;) {
    try {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(url, { method, headers, ...sent });
      const text = await response.text();
      return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
    } catch {
      // It does not listen yet; the test's own time limit ends this.
      await setTimeout(ASK_EVERY_MS);
    }
  }
}

describe.skipIf(missing !== null)(`images${missing === null ? "" : ` (skipped: ${missing})`}`, () => {
  beforeAll(async () => {
    redis = await startRedis();
    for (const target of ["base", ...IMAGES.map(({ name }) => name)]) build(target);
  }, BUILD_TIMEOUT_MS);
  afterAll(async () => {
    for (const container of containers) docker("rm", "--force", "--volumes", container);
    await redis.stop();
  });

  test("an application layer has at most 10 MB over the base", () => {
    const baseBytes = bytesOf("base");
    const sizes = IMAGES.map(({ name }) => ({ name, application: bytesOf(name) - baseBytes }));
    const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
    console.log(
      `base ${mb(baseBytes)} MB; over it: ${sizes.map((size) => `${size.name} ${mb(size.application)}`).join(", ")}`,
    );
    expect(sizes.filter(({ application }) => application <= 0 || application > APPLICATION_BYTES_MAX)).toEqual([]);
  });

  test("the base made again has the same layers", () => {
    const layers = (): string =>
      docker("image", "inspect", "--format={{json .RootFS.Layers}}", "tidebook-base:checked");
    const before = layers();
    docker("build", "--network=host", "--no-cache", "--target=base", "--tag=tidebook-base:checked", ".");
    expect(layers()).toBe(before);
  });

  test("there is no shell, and nobody is root", () => {
    for (const { name } of IMAGES) {
      const tried = spawnSync("docker", [
        "run",
        "--rm",
        "--entrypoint=/bin/sh",
        `tidebook-${name}:checked`,
        "-c",
        "true",
      ]);
      expect(tried.status).toBe(127);
      expect(docker("image", "inspect", "--format={{.Config.User}}", `tidebook-${name}:checked`)).toBe("65532:65532");
    }
  });

  test("an order is accepted by the images, read-only and without capabilities", async () => {
    const [enginePort, ordersPort, usersPort] = [await freePort(), await freePort(), await freePort()];
    const engineUrl = `http://127.0.0.1:${enginePort}`;
    const common = { ...SAMPLE_ENVIRONMENT, REDIS_URL: redis.url, TIDEBOOK_ENGINE_URL: engineUrl };
    const engine = run("engine", { ...common, TIDEBOOK_INTERNAL_PORT: String(enginePort) }, ["--volume=/data"]);
    const orders = run("orders", { ...common, PORT: String(ordersPort) });
    run("users", { ...common, PORT: String(usersPort) });
    await expect.poll(() => ask("GET", `${engineUrl}/readyz`, {}), { timeout: 20_000 }).toMatchObject({ status: 200 });

    const operator = { authorization: `Bearer ${SAMPLE_ENVIRONMENT.TIDEBOOK_OPERATOR_TOKEN}` };
    const operate = async (path: string, body: object): Promise<Record<string, unknown>> => {
      let answer: Answer = { status: 0, body: {} };
      // What another request has just made, an edge may see a moment later: a second at the most.
      await expect
        .poll(
          async () => {
            answer = await ask("POST", `http://127.0.0.1:${usersPort}/ops/v1/${path}`, operator, body);
            return answer;
          },
          { timeout: 5_000 },
        )
        .toMatchObject({ status: 200 });
      return answer.body as Record<string, unknown>;
    };
    await operate("instruments", {
      symbol: "BTCUSDT",
      base: "BTC",
      quote: "USDT",
      tickSize: "0.01",
      stepSize: "0.00001",
    });
    const { id: account } = await operate("accounts", { name: "alice" });
    const key = await operate("keys", { account, permissions: ["read", "trade"] });
    await operate("deposits", { account, asset: "USDT", amount: "1000", reference: "first" });

    const payload = `${SAMPLE_ORDER}&timestamp=${Date.now()}`;
    const signature = createHmac("sha256", String(key.apiSecret)).update(payload).digest("hex");
    const url = `http://127.0.0.1:${ordersPort}/api/v3/order?${payload}&signature=${signature}`;
    const placed = await ask("POST", url, { "x-mbx-apikey": String(key.apiKey) });
    expect(placed).toMatchObject({ status: 200, body: { symbol: "BTCUSDT", status: "NEW", orderId: 1 } });

    expect(docker("diff", orders)).toBe("");
    expect(docker("exec", engine, "node", "/app/ops.mjs", "--help")).toContain("journal verify");
    for (const container of [orders, engine]) docker("stop", "--time=10", container);
    expect(docker("inspect", "--format={{.State.ExitCode}}", engine)).toBe("0");
    expect(docker("inspect", "--format={{.State.ExitCode}}", orders)).toBe("0");
    expect(docker("logs", engine) + docker("logs", orders)).not.toContain("code_cache_rejected");
  });
});
