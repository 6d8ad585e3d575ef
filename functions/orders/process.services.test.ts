/**
 * Order intake as a process of its own, over a real Redis: from a start with nothing else there to an end under load. All of
 * it is skipped where there is no redis-server.
 */
import { Agent, request } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { sealSecret } from "../../engine/api/seal.ts";
import { hmacSha256 } from "../../engine/api/signature.ts";
import { connectRedis } from "../../engine/bus/redis/connection.ts";
import { startBusWorld, until } from "../../engine/bus/redis/testing/bus-world.ts";
import { findRedis, startRedis } from "../../engine/bus/redis/testing/redis-server.ts";
import { deadlineUs, TAKER } from "../../engine/bus/redis/testing/small-market.ts";
import type { RegisterKey } from "../../engine/domain/operator.ts";
import { busNames, CATALOG_FIELD, EPOCH_FIELD } from "../../engine/protocol/bus-messages.ts";
import { toWire } from "../../engine/protocol/wire-json.ts";
import { type FunctionChild, startFunctionChild } from "../_shared/testing/function-child.ts";

const missing = findRedis() === null;
const SEALING_KEY = new Uint8Array(32).fill(3);
const SECRET = "secret-of-the-tests";
const API_KEY = "api-key-of-the-tests";
const KEY: RegisterKey = {
  type: "register_key",
  account: TAKER,
  apiKey: API_KEY,
  kind: "hmac_sha256",
  material: sealSecret(SEALING_KEY, SECRET),
  permissions: ["read", "trade"],
  ipAllowList: [],
  expiresUs: 0,
  label: "",
};
const CONNECTIONS = 16;
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUps.splice(0).reverse()) await end();
});

/** Nobody listens at the engine's address: placing and testing orders needs none. */
async function startOrders(redisUrl: string): Promise<FunctionChild> {
  const child = await startFunctionChild(["functions/_shared/function-main.ts", "orders"], {
    REDIS_URL: redisUrl,
    TIDEBOOK_ENGINE_URL: "http://127.0.0.1:1",
    TIDEBOOK_INTERNAL_TOKEN: "token-of-the-tests-0",
    TIDEBOOK_SEAL_KEY: Buffer.from(SEALING_KEY).toString("hex"),
  });
  cleanUps.push(async () => {
    child.signal("SIGKILL");
    await child.exited;
  });
  return child;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly closes: boolean;
}

/** Rejects where there was no answer. */
function post(child: FunctionChild, path: string, parameters: string, agent?: Agent): Promise<Answer> {
  const payload = `${parameters}&recvWindow=60000&timestamp=${Date.now()}`;
  const signature = hmacSha256(Buffer.from(SECRET), payload).toString("hex");
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: child.port,
        method: "POST",
        path: `${path}?${payload}&signature=${signature}`,
        headers: { "x-mbx-apikey": API_KEY },
        ...(agent === undefined ? {} : { agent }),
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        const closes = response.headers.connection === "close";
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text), closes }));
        response.on("error", reject);
      },
    );
    outgoing.on("error", reject);
    outgoing.end();
  });
}

const TAKE_ONE = "symbol=A0A1&side=BUY&type=LIMIT&timeInForce=IOC&quantity=1&price=10";

describe.skipIf(missing)("order intake as a process (skipped: there is no redis-server)", () => {
  test("with Redis alone a signed order/test is answered, on one connection; an order is 'not sent'", async () => {
    const redis = await startRedis();
    cleanUps.push(() => redis.stop());
    const admin = connectRedis({ url: redis.url, name: "admin", kind: "commands" }, () => {});
    cleanUps.push(() => admin.disconnect());
    await until(() => admin.status === "ready");
    const world = await startBusWorld();
    const { assets, instruments } = world.engine.catalog();
    await world.end();
    const { type: _, ...key } = KEY;
    await admin.hset(busNames("e1").keys, {
      [EPOCH_FIELD]: "1",
      [CATALOG_FIELD]: toWire({ version: 1, assets, instruments }),
      [API_KEY]: toWire({ ...key, id: 1, revoked: false }),
    });

    const child = await startOrders(redis.url);
    expect(await post(child, "/api/v3/order/test", TAKE_ONE)).toMatchObject({ status: 200, body: {} });
    const connected = child.lines.filter(({ outcome }) => outcome === "connected").map(({ connection }) => connection);
    expect(connected).toEqual(["orders-commands"]);
    expect(await post(child, "/api/v3/order", TAKE_ONE)).toMatchObject({ status: 503, body: { code: -1008 } });
    expect(await admin.exists(busNames("e1").trade)).toBe(0);
  });

  test("at SIGTERM under load every order that was accepted is answered, and it exits 0", async () => {
    const world = await startBusWorld();
    cleanUps.push(() => world.end());
    await world.engine.submitOperator(KEY, deadlineUs());
    const child = await startOrders(world.redis.url);
    await until(async () => (await post(child, "/api/v3/order/test", TAKE_ONE)).status === 200);

    let placed = 0;
    let closed = 0;
    const others: unknown[] = [];
    const connection = async (): Promise<void> => {
      // One connection each, kept until it is told to close: then the instance is going, and nothing more is sent to it.
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (;;) {
        try {
          const answer = await post(child, "/api/v3/order", TAKE_ONE, agent);
          if (answer.status === 200) placed += 1;
          else others.push(answer);
          if (!answer.closes) continue;
          closed += 1;
        } catch (error) {
          others.push(String(error));
        }
        agent.destroy();
        return;
      }
    };
    const load = Promise.all(Array.from({ length: CONNECTIONS }, connection));
    await until(() => placed > 500);
    child.signal("SIGTERM");
    await load;
    expect({ code: await child.exited, others, closed }).toEqual({ code: 0, others: [], closed: CONNECTIONS });
    expect(world.engine.stats().trades).toBe(placed);
  });
});
