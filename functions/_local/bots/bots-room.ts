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

export interface RoomOrder extends Omit<BotsOrder, "task"> {
  readonly task: Exclude<BotsOrder["task"], { readonly type: "leave" }>;
}

/** Resolves when they are under way. @throws Error where they cannot begin. */
export async function openRoom(order: RoomOrder, log: (line: object) => void, funds = BOT_FUNDS): Promise<BotsRoom> {
  const { origin, task } = order;
  const tape = task.type === "replay" ? await readTape(task.file) : null;
  const operator = new OperatorCalls(origin, order.operatorToken);
  const counts = new BotCounts();
  const accounts = await botAccounts(order.accountsPath, operator, funds);
  const purse = new Purse(operator, funds, counts);
  const traders = tradersOf(accounts, origin, counts, purse);
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
    return startReplay({
      tape: tape!,
      plan: INSTRUMENT_PLANS[0]!,
      speed: task.speed,
      maker: traders["bots-maker"],
      taker: traders["bots-taker"],
      onRound: (trades) => log({ at: "bots", outcome: "replayed", trades }),
    });
  }
}

/** Cancels what an earlier run has left; resolves when the connections are gone. Makes no account. */
export async function leaveRoom({ origin, operatorToken, accountsPath }: BotsOrder): Promise<void> {
  const accounts = await botAccounts(accountsPath, new OperatorCalls(origin, operatorToken), null);
  const traders = Object.values<Trader>(tradersOf(accounts, origin, new BotCounts(), null));
  await Promise.all(traders.map((trader) => trader.ready));
  await Promise.all(traders.map((trader) => trader.stop()));
}

/** @param purse of who trades. @returns one of each account. */
function tradersOf(accounts: readonly BotAccount[], origin: string, counts: BotCounts, purse: Purse | null): Traders {
  const symbols = INSTRUMENT_PLANS.map(({ symbol }) => symbol);
  const made = accounts.map((account): [BotName, Trader] => {
    const { name, apiKey, privateKey } = account;
    const onShort = (asset: string): void => void purse?.topUp(account, asset);
    return [name, new Trader({ origin, apiKey, privateKey, symbols, counts, onShort })];
  });
  return Object.fromEntries(made) as Record<BotName, Trader>;
}
