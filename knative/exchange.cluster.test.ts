/**
 * The exchange in the cluster that KUBECONFIG names: the screen and an order from zero, a trade on the stream and in Postgres,
 * an engine pod killed under load with nothing lost. Skipped, with the reason in its title, where there is no such cluster.
 */
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { eventually } from "../functions/_acceptance/target.ts";
import { freshMarket, type Market, Operator } from "../functions/_acceptance/trader.ts";
import { type Forwarded, forward, kubectl, missingCluster, NamedClient, secretValue } from "./testing/cluster.ts";

const missing = missingCluster();
const title = missing === null ? "in the cluster" : `in the cluster (skipped: ${missing})`;
const ORDERS_WHILE_KILLED = 200;
/** Knative's window and grace period, and the retention that orders asks for. */
const TO_ZERO_MS = 480_000;

describe.skipIf(missing !== null)(title, () => {
  const forwarded: Forwarded[] = [];
  let host = "";
  let outside: NamedClient;
  let origin = "";
  let operator: Operator;
  let market: Market;

  beforeAll(async () => {
    host = await kubectl(
      "get",
      "ingress",
      "--namespace",
      "tidebook",
      "--output",
      "jsonpath={.items[0].spec.rules[0].host}",
    );
    const ingress = await forward("traefik", "traefik", 80);
    const inside = await forward("knative-serving", "kourier-internal", 80);
    forwarded.push(ingress, inside);
    origin = ingress.origin;
    outside = new NamedClient(origin, host);
    const users = new NamedClient(inside.origin, "users.tidebook.svc.cluster.local");
    operator = new Operator(users, await secretValue("tidebook-operator", "TIDEBOOK_OPERATOR_TOKEN"));
    const made = await freshMarket(operator);
    market = { ...made, alice: made.alice.at(outside), bob: made.bob.at(outside) };
  });

  afterAll(() => {
    for (const { stop } of forwarded) stop();
  });

  async function podsOf(name: string): Promise<number> {
    const selector = `serving.knative.dev/service=${name}`;
    const names = await kubectl("get", "pods", "--namespace", "tidebook", "--selector", selector, "--output", "name");
    return names.split("\n").filter((line) => line !== "").length;
  }

  /** What the origin answers to a browser. */
  function page(path: string): Promise<{ readonly status: number | undefined; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const asked = request(origin + path, { headers: { host } }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        answer.on("end", () => resolve({ status: answer.statusCode, text }));
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  test("the screen is at the origin, and whatever its page names is there", async () => {
    const { status, text } = await page("/ops");
    const named = [...text.matchAll(/\s(?:src|href)="(\/[^"]+)"/g)].map(([, path = ""]) => path);
    expect([status, named.length > 1]).toEqual([200, true]);
    for (const path of named) expect([path, (await page(path)).status]).toEqual([path, 200]);
    expect((await page("/assets/nothing-1a.js")).status).toBe(404);
  });

  test(
    "an order wakes the intake from zero, and is answered",
    async () => {
      await eventually(
        () => podsOf("orders"),
        (pods) => pods === 0,
      );
      const answer = await market.alice.limit(market.symbol, "SELL", "1", "100");
      expect([answer.status, answer.body.status]).toEqual([200, "NEW"]);
      expect(await podsOf("orders")).toBeGreaterThan(0);
    },
    TO_ZERO_MS,
  );

  test("a trade is on the stream, and in Postgres", async () => {
    const socket = new WebSocket(`${origin.replace("http", "ws")}/ws/${market.symbol.toLowerCase()}@trade`, {
      headers: { host },
    });
    const message = new Promise<{ t: number }>((resolve, reject) => {
      socket.once("message", (data) => resolve(JSON.parse(String(data))));
      socket.once("error", reject);
    });
    await new Promise((resolve) => socket.once("open", resolve));
    const { body } = await market.bob.limit(market.symbol, "BUY", "1", "100");
    expect(body.status).toBe("FILLED");
    expect((await message).t).toBe(body.fills[0].tradeId);
    socket.close();
    const count = `select count(*) from trades join instruments using (engine, instrument) where symbol = '${market.symbol}'`;
    const pod = await kubectl(
      ...["get", "pods", "--namespace", "tidebook-data", "--output", "jsonpath={.items[0].metadata.name}"],
      ...["--selector", "cnpg.io/cluster=tidebook-pg,cnpg.io/instanceRole=primary"],
    );
    const inPostgres = (): Promise<string> =>
      kubectl(
        "exec",
        "--namespace",
        "tidebook-data",
        pod,
        "--container",
        "postgres",
        "--",
        "psql",
        "-tAc",
        count,
        "tidebook",
      );
    expect(await eventually(inPostgres, (rows) => rows === "1")).toBe("1");
  });

  test("the engine's pod is killed under load, and nothing acknowledged is lost", async () => {
    const acknowledged: number[] = [];
    const unknown: string[] = [];
    const killed = (async () => {
      await eventually(
        async () => acknowledged.length,
        (count) => count >= ORDERS_WHILE_KILLED / 4,
      );
      await kubectl("delete", "pod", "engine-0", "--namespace", "tidebook", "--grace-period=0", "--force");
    })();
    for (let index = 0; index < ORDERS_WHILE_KILLED; index++) {
      const newClientOrderId = `k${index}`;
      const { status, body } = await market.alice.limit(market.symbol, "SELL", "0.1", "200", { newClientOrderId });
      if (status === 200) acknowledged.push(body.orderId);
      else unknown.push(newClientOrderId);
    }
    await killed;
    const ask = () => market.alice.call("GET", "/api/v3/openOrders", { symbol: market.symbol });
    const { body } = await eventually(ask, ({ status }) => status === 200);
    const open = new Set(body.map(({ orderId }: { orderId: number }) => orderId));
    expect(acknowledged.filter((orderId) => !open.has(orderId))).toEqual([]);
    expect(open.size).toBeLessThanOrEqual(acknowledged.length + unknown.length);
    expect(acknowledged.length).toBeGreaterThan(ORDERS_WHILE_KILLED / 2);
  });
});
