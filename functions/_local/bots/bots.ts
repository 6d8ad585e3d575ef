/**
 * Starts the demo's bots in a thread of their own and ends them: the exchange's loop never waits for them, and nothing that
 * happens to them is more to it than a line in the log. A thread that dies is started again; on its way out of an exchange it
 * cancels what it has open, but is not waited for long (kept-thread.ts).
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { BotSettings } from "../../_shared/config.ts";
import type { StartArguments } from "../command-line.ts";
import { keepThread } from "./kept-thread.ts";

const HEAP_MIB_MAX = 256;
const ACCOUNTS_FILE = "bot-accounts.json";

/** Who trades by itself. */
export type BotsTrading = "bots" | "replay" | "nobody";

/** What the thread is handed. */
export interface BotsOrder {
  readonly origin: string;
  readonly operatorToken: string;
  /** Where the bots' keys are kept. */
  readonly accountsPath: string;
  /** `leave`: cancel what an earlier run has left, and trade no more. */
  readonly task:
    | { readonly type: "trade"; readonly seed: number; readonly ratePerS: number }
    | { readonly type: "replay"; readonly file: string; readonly speed: number }
    | { readonly type: "leave" };
}

/** What the thread says: a line for the log. */
export type BotsWord = object;

export interface Bots {
  readonly trading: BotsTrading;
  /** Resolves when they are gone. */
  stop(): Promise<void>;
}

export interface BotsOptions {
  readonly asked: Exclude<StartArguments, { trading: "mistaken" }>;
  readonly settings: BotSettings;
  readonly exchange: {
    readonly origin: string;
    readonly folder: { readonly root: string; readonly operatorToken: string };
  };
  readonly log: (line: object) => void;
}

export function startBots({ asked, settings, exchange, log }: BotsOptions): Bots {
  const { origin, folder } = exchange;
  const task = taskOf(asked, settings);
  const trading = { trade: "bots", replay: "replay", leave: "nobody" } as const;
  const accountsPath = join(folder.root, ACCOUNTS_FILE);
  // Nobody has ever traded here: there is nothing to leave.
  if (task.type === "leave" && !existsSync(accountsPath)) return { trading: "nobody", stop: async () => {} };
  const workerData: BotsOrder = { origin, operatorToken: folder.operatorToken, accountsPath, task };
  return { trading: trading[task.type], stop: startThread(workerData, log) };
}

function taskOf(asked: BotsOptions["asked"], settings: BotSettings): BotsOrder["task"] {
  if (asked.trading === "replay") return { type: "replay", file: asked.file, speed: asked.speed };
  if (asked.trading === "none" || !settings.isOn) return { type: "leave" };
  return { type: "trade", seed: settings.seed, ratePerS: settings.ratePerS };
}

/** @returns the way to end it. */
function startThread(workerData: BotsOrder, log: (line: object) => void): Bots["stop"] {
  const start = (): Worker =>
    new Worker(new URL("./bots-thread.ts", import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    });
  return keepThread(start, log);
}
