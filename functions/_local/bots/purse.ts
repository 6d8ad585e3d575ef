/**
 * Keeps the bots' accounts funded: what an account lacks is credited again, one deposit of an asset at a time, as often as its
 * bound allows.
 */
import { type BotAccount, type Funds, fund } from "./bot-accounts.ts";
import type { BotCounts } from "./bot-counts.ts";
import type { OperatorCalls } from "./operator-calls.ts";

/** Of one asset of one account, in one run. */
const TOP_UPS_MAX = 50;
/** What is below this share of the first funds is topped up before anything is refused for want of it. */
const LOW_SHARE = 4n;
const E8 = 100_000_000n;

interface Account {
  /** The next deposit's; those that an earlier run has made are passed over. */
  number: number;
  made: number;
  isUnderWay: boolean;
}

export class Purse {
  readonly #operator: OperatorCalls;
  readonly #funds: Funds;
  readonly #counts: BotCounts;
  readonly #accounts = new Map<string, Account>();

  constructor(operator: OperatorCalls, funds: Funds, counts: BotCounts) {
    this.#operator = operator;
    this.#funds = funds;
    this.#counts = counts;
  }

  get assets(): readonly string[] {
    return Object.keys(this.#funds);
  }

  /** @param totalE8 free and held together. */
  isLow(asset: string, totalE8: bigint): boolean {
    return totalE8 * LOW_SHARE < BigInt(this.#funds[asset] ?? 0) * E8;
  }

  /** −1 … 1: how much too little or too much of an asset there is, beside what it began with. */
  lean(asset: string, totalE8: bigint | null): number {
    const wanted = BigInt(this.#funds[asset] ?? 0) * E8;
    if (totalE8 === null || wanted === 0n) return 0;
    const share = Number(((totalE8 - wanted) * 1_000n) / wanted) / 1_000;
    return Math.max(-1, Math.min(1, share));
  }

  /** Resolves when the deposit is credited, or could not be made: then a later want tries again. */
  async topUp({ account }: Pick<BotAccount, "account">, asset: string): Promise<void> {
    const name = `${account} ${asset}`;
    const state = this.#accounts.get(name) ?? { number: 1, made: 0, isUnderWay: false };
    this.#accounts.set(name, state);
    if (state.isUnderWay || state.made >= TOP_UPS_MAX || this.#funds[asset] === undefined) return;
    state.isUnderWay = true;
    try {
      while (!(await fund(this.#operator, account, asset, this.#funds, state.number))) state.number += 1;
      state.number += 1;
      state.made += 1;
      this.#counts.toppedUp();
    } catch {
      // The exchange is away, or says no: the next order that is refused asks again.
      this.#counts.refused(0);
    } finally {
      state.isUnderWay = false;
    }
  }
}
