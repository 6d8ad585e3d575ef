/**
 * Everything that the demo's bots are while they run: their accounts, a connection of each, and what they do: trade, replay a
 * capture, or only leave what an earlier run has left open.
 */
import { BOT_FUNDS, BOT_NAMES, type BotAccount, type BotName, botAccounts } from "./bot-accounts.ts";
import { BotCounts } from "./bot-counts.ts";
import type { BotsOrder } from "./bots.ts";
import { readTape, startReplay } from "./capture-replay.ts";
import { INSTRUMENT_PLANS } from "./instrument-plans.ts";
import { OperatorCalls } from "./operator-calls.ts";
import { Purse } from "./purse.ts";
import { Trader } from "./trader.ts";
import { openFloor, type Traders } from "./trading-floor.ts";

export interface BotsRoom {
  readonly counts: BotCounts;
  /** Cancels what is open; resolves when the connections are gone. */
  stop(): Promise<void>;
}

/** Resolves when they trade; of `leave`, when nothing of an earlier run is open. @throws Error where it cannot begin. */
export async function openRoom(order: BotsOrder, log: (line: object) => void, funds = BOT_FUNDS): Promise<BotsRoom> {
  const { origin, task } = order;
  const tape = task.type === "replay" ? await readTape(task.file) : null;
  const operator = new OperatorCalls(origin, order.operatorToken);
  const counts = new BotCounts();
  const accounts = await botAccounts(order.accountsPath, operator, funds);
  const purse = new Purse(operator, funds, counts);
  const traders = tradersOf(accounts, origin, purse, counts);
  const stopWork = await startWork();
  return {
    counts,
    async stop() {
      await stopWork();
      await Promise.all(BOT_NAMES.map((name) => traders[name].stop()));
    },
  };

  async function startWork(): Promise<() => Promise<void>> {
    if (task.type === "trade") {
      const floor = await openFloor({ origin, accounts, traders, purse, seed: task.seed, ratePerS: task.ratePerS });
      return async () => floor.stop();
    }
    const plan = INSTRUMENT_PLANS[0];
    if (tape === null || task.type === "leave" || plan === undefined) {
      await Promise.all(BOT_NAMES.map((name) => traders[name].ready));
      return async () => {};
    }
    return startReplay({
      tape,
      plan,
      speed: task.speed,
      maker: traders["bots-maker"],
      taker: traders["bots-taker"],
      onRound: (trades) => log({ at: "bots", outcome: "replayed", trades }),
    });
  }
}

function tradersOf(accounts: readonly BotAccount[], origin: string, purse: Purse, counts: BotCounts): Traders {
  const symbols = INSTRUMENT_PLANS.map(({ symbol }) => symbol);
  const made = accounts.map((account): [BotName, Trader] => {
    const { name, apiKey, privateKey } = account;
    const onShort = (asset: string): void => void purse.topUp(account, asset);
    return [name, new Trader({ origin, apiKey, privateKey, symbols, counts, onShort })];
  });
  return Object.fromEntries(made) as Record<BotName, Trader>;
}
