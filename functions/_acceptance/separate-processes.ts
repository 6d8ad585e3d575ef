/**
 * The exchange as a cluster runs it, on one machine: every workload a process of its own, configured by its environment alone,
 * around a real Redis (one user per role), a real Postgres and the tests' broker, behind one origin.
 *
 * Any part can be killed, stopped and started again by its name; functions are started by their first request.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REDIS_ROLES, type RedisRole, usersAcl } from "../../engine/bus/redis/acl.ts";
import { findRedis, freePort, type RedisServer, startRedis } from "../../engine/bus/redis/testing/redis-server.ts";
import { startTcpProxy, type TcpProxy } from "../../engine/bus/redis/testing/tcp-proxy.ts";
import { type Delivery, startBroker, type TestBroker, type Trigger } from "../../engine/bus/testing/broker.ts";
import { FUNCTIONS } from "../../engine/protocol/function-names.ts";
import {
  DEPOSIT_CONFIRMED_TYPE,
  WITHDRAWAL_FAILED_TYPE,
  WITHDRAWAL_PAID_TYPE,
} from "../../engine/protocol/funding-events.ts";
import { ORDER_REQUESTED_TYPE } from "../../engine/protocol/order-events.ts";
import { findPostgres, type PostgresServer, startPostgres } from "../persistence/testing/postgres-server.ts";
import { FunctionActivator } from "./function-activator.ts";
import { ManagedProcess } from "./managed-process.ts";
import { type OriginProxy, openOrigin } from "./origin-proxy.ts";
import type { Target } from "./target.ts";
import { HttpClient, Operator } from "./trader.ts";

const ENGINE_NAME = "e1";
/** Where people would find it: whatever stands before the origin is not here, and nobody asks it. */
const PUBLIC_ORIGIN = "http://localhost:8080";
export type FunctionOfOurs = (typeof FUNCTIONS)[number];

/** A function that is down takes a second to come; an outage is longer than any delivery, and made good by pulling. */
const DELIVERY: Delivery = { retry: 5, backoffPolicy: "exponential", backoffDelayMs: 100, timeoutMs: 20_000 };

/** Words for a title, null where everything that is needed is here. */
export function missingService(): string | null {
  if (findRedis() === null) return "there is no redis-server";
  if (findPostgres() === null) return "there is no Postgres";
  return null;
}

/** For edges under load: all clients of a test come from one address. */
export const ADDRESS_LIMITS_OFF: Readonly<Record<string, string>> = {
  TIDEBOOK_WEIGHT_PER_MINUTE: "0",
  TIDEBOOK_REQUESTS_PER_5_MINUTES: "0",
  TIDEBOOK_CONNECTIONS_PER_5_MINUTES: "0",
};

export interface SeparateOptions {
  /** More settings of the engine: where its snapshots and segments end. */
  readonly engine?: Readonly<Record<string, string>>;
  /** Of whoever answers the public API: functions and stream. */
  readonly edges?: Readonly<Record<string, string>>;
}

export interface SeparateExchange extends Target {
  readonly origin: string;
  readonly operatorToken: string;
  readonly engine: ManagedProcess;
  readonly stream: ManagedProcess;
  readonly functions: Readonly<Record<FunctionOfOurs, FunctionActivator>>;
  readonly redis: RedisServer;
  /** Between Redis and the functions, and between Redis and the stream: what a test can cut without touching either end. */
  readonly wires: { readonly edges: TcpProxy; readonly stream: TcpProxy };
  readonly postgres: PostgresServer;
  readonly broker: TestBroker;
  /** As the cluster has them; a test may set more beside them. */
  readonly triggers: readonly Trigger[];
  /** Of the engine and the stream, for /livez, /readyz and /metrics. */
  readonly internal: { readonly engine: string; readonly stream: string };
  /** Bearer of calls between processes. */
  readonly internalToken: string;
  /** What every process has printed, for a failure's message. */
  output(): string;
}

/** Resolves when engine and stream are ready. What was started before a failure is ended. */
export async function startSeparateProcesses(options: SeparateOptions = {}): Promise<SeparateExchange> {
  const cleanUps: (() => unknown)[] = [];
  const cleanUp = async (): Promise<void> => {
    for (const end of cleanUps.splice(0).reverse()) await end();
  };
  try {
    return await compose(options, cleanUps, cleanUp);
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

async function compose(
  options: SeparateOptions,
  cleanUps: (() => unknown)[],
  close: () => Promise<void>,
): Promise<SeparateExchange> {
  const folder = mkdtempSync(join(tmpdir(), "tidebook-separate-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const passwords = Object.fromEntries(REDIS_ROLES.map((role) => [role, secret()])) as Record<RedisRole, string>;
  const users = REDIS_ROLES.map((role) => ({ role, password: passwords[role] }));
  const redis = await startRedis({ acl: usersAcl(ENGINE_NAME, users) });
  cleanUps.push(() => redis.stop());
  const wires = { edges: await startTcpProxy(redis.port), stream: await startTcpProxy(redis.port) };
  for (const wire of Object.values(wires)) cleanUps.push(() => wire.stop());
  const postgres = await startPostgres(findPostgres() ?? "");
  cleanUps.push(() => postgres.stop());
  const broker = await startBroker({ triggers: [] });
  cleanUps.push(() => broker.close());

  const [enginePort, streamPort, streamInternalPort] = [await freePort(), await freePort(), await freePort()];
  const internal = {
    engine: `http://127.0.0.1:${enginePort}`,
    stream: `http://127.0.0.1:${streamInternalPort}`,
  };
  const operatorToken = secret();
  const redisPorts: Readonly<Record<RedisRole, number>> = {
    engine: redis.port,
    edge: wires.edges.port,
    operator: wires.edges.port,
    stream: wires.stream.port,
  };
  const settingsOf = (role: RedisRole): Record<string, string> => ({
    HOST: "127.0.0.1",
    TIDEBOOK_ENGINE: ENGINE_NAME,
    TIDEBOOK_INTERNAL_TOKEN: internalToken,
    REDIS_URL: `redis://${role}:${passwords[role]}@127.0.0.1:${redisPorts[role]}`,
  });
  const internalToken = secret();
  const edge = {
    TIDEBOOK_ENGINE_URL: internal.engine,
    TIDEBOOK_STREAM_URL: internal.stream,
    DATABASE_URL: postgres.url,
    TIDEBOOK_SEAL_KEY: randomBytes(32).toString("hex"),
    PUBLIC_ORIGIN,
    ...options.edges,
  };
  const functionSettings: Readonly<Record<FunctionOfOurs, Readonly<Record<string, string>>>> = {
    orders: { ...settingsOf("edge"), ...edge },
    account: { ...settingsOf("edge"), ...edge },
    "market-data": { ...settingsOf("edge"), ...edge },
    users: { ...settingsOf("operator"), ...edge, TIDEBOOK_OPERATOR_TOKEN: operatorToken },
    funding: {
      ...settingsOf("operator"),
      ...edge,
      TIDEBOOK_OPERATOR_TOKEN: operatorToken,
      // When a test asks for it.
      TIDEBOOK_AUDIT_EVERY_S: "0",
    },
    persistence: {
      TIDEBOOK_ENGINE: ENGINE_NAME,
      TIDEBOOK_INTERNAL_TOKEN: internalToken,
      TIDEBOOK_ENGINE_URL: internal.engine,
      DATABASE_URL: postgres.url,
    },
    "dead-letters": {
      TIDEBOOK_ENGINE: ENGINE_NAME,
      DATABASE_URL: postgres.url,
      TIDEBOOK_OPERATOR_TOKEN: operatorToken,
      K_SINK: broker.url,
    },
    web: { PUBLIC_ORIGIN },
  };
  const opened = await Promise.all(
    FUNCTIONS.map(async (name) => [name, await FunctionActivator.open(name, functionSettings[name])] as const),
  );
  for (const [, activator] of opened) cleanUps.push(() => activator.close());
  const functions = Object.fromEntries(opened) as Record<FunctionOfOurs, FunctionActivator>;
  const delivery = { ...DELIVERY, deadLetterUrl: `${functions["dead-letters"].url}/` };
  const triggers: readonly Trigger[] = [
    {
      name: "persistence",
      filters: [{ prefix: { type: "tidebook.journal." } }],
      subscriberUrl: `${functions.persistence.url}/`,
      delivery,
    },
    {
      name: "orders",
      filters: [{ exact: { type: ORDER_REQUESTED_TYPE } }],
      subscriberUrl: `${functions.orders.url}/`,
      delivery,
    },
    ...[DEPOSIT_CONFIRMED_TYPE, WITHDRAWAL_PAID_TYPE, WITHDRAWAL_FAILED_TYPE].map(
      (type): Trigger => ({
        name: `funding-${type}`,
        filters: [{ exact: { type } }],
        subscriberUrl: `${functions.funding.url}/`,
        delivery,
      }),
    ),
  ];
  broker.setTriggers(triggers);

  const engine = new ManagedProcess({
    name: "engine",
    program: ["engine/main.ts"],
    environment: {
      ...settingsOf("engine"),
      TIDEBOOK_DATA_DIR: join(folder, "engine"),
      TIDEBOOK_INTERNAL_PORT: String(enginePort),
      K_SINK: broker.url,
      ...options.engine,
    },
    probeUrl: `${internal.engine}/readyz`,
  });
  const stream = new ManagedProcess({
    name: "stream",
    program: ["engine/stream/main.ts"],
    environment: {
      ...settingsOf("stream"),
      PORT: String(streamPort),
      TIDEBOOK_INTERNAL_PORT: String(streamInternalPort),
      TIDEBOOK_ENGINE_URL: internal.engine,
      TIDEBOOK_HISTORY_URL: functions["market-data"].url,
      TIDEBOOK_SEAL_KEY: edge.TIDEBOOK_SEAL_KEY,
      PUBLIC_ORIGIN,
      ...options.edges,
    },
    probeUrl: `${internal.stream}/readyz`,
  });
  for (const process of [engine, stream]) cleanUps.push(() => process.kill());
  await Promise.all([engine.start(), stream.start()]);

  const proxy: OriginProxy = await openOrigin(functions, streamPort);
  cleanUps.push(() => proxy.close());
  const http = new HttpClient(proxy.origin);
  cleanUps.push(() => http.close());
  return {
    origin: proxy.origin,
    operatorToken,
    http,
    operator: new Operator(http, operatorToken),
    engine,
    stream,
    functions,
    redis,
    wires,
    postgres,
    broker,
    triggers,
    internal,
    internalToken,
    close,
    output: () =>
      [engine, stream].map(({ plan, output }) => `--- ${plan.name}\n${output}`).join("") +
      FUNCTIONS.map((name) => `--- ${name}\n${functions[name].output}`).join(""),
  };
}

function secret(): string {
  return randomBytes(24).toString("hex");
}
