/**
 * A signed order over HTTP to its durable answer: the real process, driven over loopback from this one, on one connection
 * and on many; beside it the same server's ping, which is HTTP alone.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { percentile, rate, sorted } from "../../engine/bench/measure.ts";
import { type BenchLine, type BenchOptions, result } from "../../engine/bench/result.ts";
import { type DemoAccount, readDemoAccounts } from "./first-start.ts";
import type { StepSums } from "./order-steps.bench.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const ADDRESS = /takes orders at (\S+) /;
const CONNECTIONS = [1, 64];
const WARM_UP_MS = 2_000;
const ROUND_MS = 5_000;
const PING = "GET /api/v3/ping on the same server";

interface Exchange {
  readonly child: ChildProcess;
  readonly origin: string;
  readonly accounts: readonly DemoAccount[];
}

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  const folder = await mkdtemp(join(tmpdir(), "tidebook-bench-"));
  const exchange = await startExchange(folder);
  try {
    const lines: BenchLine[] = [];
    for (const connections of CONNECTIONS) lines.push(...(await benchConnections(exchange, connections, quick)));
    return lines;
  } finally {
    exchange.child.kill("SIGTERM");
    await once(exchange.child, "exit");
    await rm(folder, { recursive: true, force: true });
  }
}

/** With the timers of order-steps.bench.ts; its output is read until it takes orders. */
async function startExchange(folder: string): Promise<Exchange> {
  const child = spawn(
    process.execPath,
    ["--import", "./functions/_local/order-steps.bench.ts", "functions/_local/main.ts"],
    {
      cwd: PROJECT,
      env: { ...process.env, PORT: "0", HOST: "127.0.0.1", TIDEBOOK_DATA_DIR: folder, TIDEBOOK_BOTS: "0" },
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    },
  );
  let output = "";
  const origin = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const found = ADDRESS.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the exchange ended with code ${code}: ${output}`)));
  });
  return { child, origin, accounts: readDemoAccounts(join(folder, "demo-accounts.json")) ?? [] };
}

async function benchConnections(
  { child, origin, accounts }: Exchange,
  connections: number,
  quick: boolean,
): Promise<readonly BenchLine[]> {
  const roundMs = quick ? ROUND_MS / 5 : ROUND_MS;
  const orders = new OrderSource(accounts);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  await drive(pool, connections, WARM_UP_MS, () => orders.next());
  await stepsOf(child);
  const ours = await drive(pool, connections, roundMs, () => orders.next());
  const steps = await stepsOf(child);
  await drive(pool, connections, WARM_UP_MS, () => ({ method: "GET", path: "/api/v3/ping", headers: {} }));
  const ping = await drive(pool, connections, roundMs, () => ({ method: "GET", path: "/api/v3/ping", headers: {} }));
  await pool.close();
  const plural = connections === 1 ? "1 connection" : `${connections} connections`;
  const conditions = [
    `${ours.answered.toLocaleString("en-US")} orders in ${roundMs / 1_000} s after ${WARM_UP_MS / 1_000} s, ${ours.refused} refused; every second one trades; signed, loopback, the client a second process on the same cores; history written beside`,
    sharesOf(steps),
  ];
  const line = (what: string, unit: string, value: number, peer: number): BenchLine =>
    result(`HTTP order to durable answer, ${plural}: ${what}`, value, unit, { name: PING, value: peer }, conditions);
  return [
    line("rate", "requests/s", ours.perSecond, ping.perSecond),
    ...[50, 90, 99].map((percent) =>
      line(`p${percent}`, "ms", percentile(ours.latenciesMs, percent), percentile(ping.latenciesMs, percent)),
    ),
  ];
}

interface Sendable {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Record<string, string>;
}

/** Two accounts in turn, so that each buys as much as it sells: rest, take, rest, take. */
class OrderSource {
  private readonly accounts: readonly DemoAccount[];
  private count = 0;

  constructor(accounts: readonly DemoAccount[]) {
    this.accounts = accounts;
  }

  next(): Sendable {
    const turn = this.count++ % 4;
    const { apiKey, apiSecret } = this.accounts[turn === 0 || turn === 3 ? 0 : 1]!;
    const side = turn % 2 === 0 ? "BUY" : "SELL";
    const query = `symbol=BTCUSDT&side=${side}&type=LIMIT&timeInForce=GTC&quantity=0.0002&price=50000.00&timestamp=${Date.now()}`;
    const signature = createHmac("sha256", apiSecret).update(query).digest("hex");
    const path = `/api/v3/order?${query}&signature=${signature}`;
    return { method: "POST", path, headers: { "x-mbx-apikey": apiKey } };
  }
}

/** Each connection sends its next request when the answer to the one before is whole. */
async function drive(pool: Pool, connections: number, durationMs: number, next: () => Sendable) {
  const latenciesMs: number[] = [];
  let refused = 0;
  const startedMs = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() - startedMs < durationMs) {
      const request = next();
      const sentMs = performance.now();
      const { statusCode, body } = await pool.request(request);
      await body.text();
      latenciesMs.push(performance.now() - sentMs);
      if (statusCode !== 200) refused += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const elapsedMs = performance.now() - startedMs;
  const answered = latenciesMs.length;
  return { answered, refused, perSecond: rate(answered, elapsedMs), latenciesMs: sorted(latenciesMs) };
}

async function stepsOf(child: ChildProcess): Promise<StepSums> {
  child.send("steps");
  const [sums] = await once(child, "message");
  return sums as StepSums;
}

/** The mean order's time in the server, by step. */
function sharesOf({ orders, received, queued, writing, durable, applied, replied }: StepSums): string {
  const whole = replied - received;
  const steps = [
    ["request read, parsed, signature checked", queued - received],
    ["queue", writing - queued],
    ["write and fdatasync", durable - writing],
    ["apply", applied - durable],
    ["reply", replied - applied],
  ] as const;
  const shares = steps.map(([name, ms]) => `${name} ${((ms / whole) * 100).toFixed(0)} %`);
  return `in the server ${(whole / orders).toFixed(3)} ms: ${shares.join(", ")}`;
}
