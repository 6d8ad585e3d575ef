/**
 * What both rehearsals of a restore do: trade by name, run the operator's command line, and tell what a backup kept from what
 * was lost with the volume.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Sent, SYMBOL, tradersOf, type World } from "./order-ledger.ts";
import { randomOrder } from "./random-load.ts";
import { HttpClient } from "./trader.ts";

const OPS = fileURLToPath(new URL("../../engine/ops/main.ts", import.meta.url));
const CLIENTS = 6;
/** Of an order: a copy of it in Redis is worth nothing after this. */
export const ORDER_LIFE_MS = 2_000;

/** `npm run ops -- …`, as an operator types it. Rejects with what it said when it did not do it. */
export function ops(
  environment: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env.PATH ?? "", ...environment } };
    execFile(process.execPath, [OPS, ...args, "--json"], options, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout));
      else reject(new Error(`ops ${args.join(" ")}: ${stderr || stdout}`));
    });
  });
}

/** Places an order of each name, some at a time; every one is answered, or it throws. */
export async function tradeByName(
  world: World,
  origin: string,
  names: readonly string[],
  random: () => number,
): Promise<readonly Sent[]> {
  const http = new HttpClient(origin);
  const traders = tradersOf(world, http);
  const sent: Sent[] = [];
  const waiting = names.map((name, index) => [name, index % traders.length] as const);
  const client = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [clientOrderId, trader] = next;
      const order = { ...randomOrder(clientOrderId, random), recvWindow: ORDER_LIFE_MS };
      const answer = await traders[trader]!.order(order);
      if (answer.status >= 500) throw new Error(`${clientOrderId}: ${JSON.stringify(answer)}`);
      sent.push({ trader, clientOrderId, answer, cancelAnswer: null });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  http.close();
  return sent;
}

export function namesOf(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

export interface Split {
  readonly kept: readonly Sent[];
  readonly lost: readonly Sent[];
}

/** Names of those that the exchange shows. */
export async function shownOf(world: World, origin: string, sent: readonly Sent[]): Promise<readonly string[]> {
  const http = new HttpClient(origin);
  const traders = tradersOf(world, http);
  const shown: string[] = [];
  for (const { trader, clientOrderId } of sent) {
    const target = { symbol: SYMBOL, origClientOrderId: clientOrderId };
    const { status } = await traders[trader]!.call("GET", "/api/v3/order", target);
    if (status === 200) shown.push(clientOrderId);
  }
  http.close();
  return shown;
}

/** Which acknowledged orders the exchange has; throws unless they are the first ones, by their ids. */
export async function keptAndLost(world: World, origin: string, sent: readonly Sent[]): Promise<Split> {
  const http = new HttpClient(origin);
  const traders = tradersOf(world, http);
  const split = { kept: [] as Sent[], lost: [] as Sent[] };
  for (const order of sent.filter(({ answer }) => answer?.status === 200)) {
    const target = { symbol: SYMBOL, origClientOrderId: order.clientOrderId };
    const found = await traders[order.trader]!.call("GET", "/api/v3/order", target);
    if (found.status !== 200 && found.body.code !== -2013) throw new Error(`${order.clientOrderId}: ${found.status}`);
    split[found.status === 200 ? "kept" : "lost"].push(order);
  }
  http.close();
  const idsOf = (orders: readonly Sent[]): number[] => orders.map(({ answer }) => answer?.body.orderId as number);
  if (Math.max(0, ...idsOf(split.kept)) > Math.min(Number.MAX_SAFE_INTEGER, ...idsOf(split.lost)))
    throw new Error("the backup is no prefix of what was acknowledged");
  return split;
}
