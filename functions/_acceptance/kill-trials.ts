/**
 * Trading, `kill -9`, starting again: what the exchange acknowledged is there, nothing is there twice, the money sums.
 *
 * Several clients place and cancel orders and lists over HTTP and remember every acknowledgement. After each kill every order of the round is
 * asked for by its client order id. At the end all orders, all trades and all balances are read and compared as a whole.
 */
import { DataFolderForTests, type RunningProcess, startProcess } from "./exchange-process.ts";
import {
  CLIENTS,
  endAll,
  isRefusal,
  prepareWorld,
  type Sent,
  tradersOf,
  verifyOrders,
  verifyWhole,
  type World,
} from "./order-ledger.ts";
import { sendAny } from "./random-load.ts";
import { eventually } from "./target.ts";
import { HttpClient, Operator } from "./trader.ts";

const ROUND_MS = { min: 150, max: 700 };
/** Small, so that kills fall into snapshots and changes of segment too. */
const JOURNAL = { TIDEBOOK_SNAPSHOT_EVERY_RECORDS: "100", TIDEBOOK_SEGMENT_MIB: "1" } as const;

export interface KillReport {
  readonly kills: number;
  readonly acknowledged: number;
  readonly refused: number;
  /** No answer came; afterwards the order was there, or it was not. */
  readonly unknown: { readonly there: number; readonly absent: number };
  readonly trades: number;
  /** Lists acknowledged; orders that waited for a price and were fired. */
  readonly pairs: number;
  readonly fired: number;
  readonly restartMs: readonly number[];
}

/** @param random 0 ≤ it < 1, seeded by the caller. Throws at the first thing that is not as promised. */
export async function runKillTrials(kills: number, random: () => number): Promise<KillReport> {
  const folder = new DataFolderForTests();
  let running = await startProcess(folder, JOURNAL);
  try {
    const world = await prepareWorld(folder.operatorToken(), running.origin);
    const ledger: Sent[] = [];
    const restartMs: number[] = [];
    let absent = 0;
    for (let round = 0; round < kills; round++) {
      const sent = await tradeUntilKilled(world, running, round, random);
      running = await startProcess(folder, JOURNAL);
      restartMs.push(running.readyMs);
      absent += await verifyOrders(world, running.origin, sent);
      ledger.push(...sent);
    }
    await historyIsOpen(running.origin);
    const trades = await verifyWhole(world, running.origin, ledger, absent);
    const acknowledged = ledger.filter(({ answer }) => answer?.status === 200).length;
    const refused = ledger.filter(({ answer }) => answer !== null && isRefusal(answer)).length;
    const pairs = ledger.filter(({ answer, twin }) => twin !== undefined && answer?.status === 200).length / 2;
    const fired = await endAll(world, running.origin);
    await auditIsBalanced(world, running.origin);
    const unknown = { there: ledger.length - acknowledged - refused - absent, absent };
    return { kills, acknowledged, refused, unknown, trades, pairs, fired, restartMs };
  } finally {
    await running.kill();
    folder.remove();
  }
}

async function tradeUntilKilled(
  world: World,
  running: RunningProcess,
  round: number,
  random: () => number,
): Promise<readonly Sent[]> {
  const http = new HttpClient(running.origin);
  const traders = tradersOf(world, http);
  const sent: Sent[] = [];
  let killed = false;
  const client = async (number: number): Promise<void> => {
    const trader = number % traders.length;
    for (let count = 0; !killed; count++) {
      try {
        await sendAny(traders[trader]!, trader, `r${round}c${number}n${count}`, sent, { random, icebergs: true });
      } catch {
        // The connection went with the process: what became of the order is found out afterwards.
        return;
      }
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
  const roundMs = ROUND_MS.min + random() * (ROUND_MS.max - ROUND_MS.min);
  await new Promise((resolve) => setTimeout(resolve, roundMs));
  await running.kill();
  killed = true;
  await clients;
  http.close();
  return sent;
}

async function historyIsOpen(origin: string): Promise<void> {
  const http = new HttpClient(origin);
  await eventually(
    () => http.get("/readyz"),
    ({ body }) => body.history === "open",
  );
  http.close();
}

/** Accounts against deposits and withdrawals, by the engine and by the tables. */
async function auditIsBalanced({ operatorToken }: World, origin: string): Promise<void> {
  const http = new HttpClient(origin);
  await eventually(
    () => new Operator(http, operatorToken).call("GET", "/audit"),
    ({ body }) => body.outcome === "balanced",
  );
  http.close();
}
