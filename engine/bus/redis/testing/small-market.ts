/**
 * A real engine in a folder, by the wall clock, with a market in which every execution counts: one account's great resting
 * offer, and orders of another that each take one lot of it. As many trades as orders answered: each had one effect.
 */

import type { EngineCommand } from "../../../protocol/commands.ts";
import type { Engine, EngineOptions } from "../../../runtime/contract.ts";
import { startEngine } from "../../../runtime/engine.ts";
import { PLAIN_TERMS } from "../../../sim/profiles.ts";
import { registerKey } from "../../../sim/small-exchange.ts";

export const MAKER = 1;
export const TAKER = 2;
/** Nothing that comes over a stream may say so of itself. */
const THE_EXCHANGE = 0;
const TAKERS_KEY = 1;
export const OFFER_TICKS = 10;
const FUNDS_ATOMS = 1_000_000_000n;
const OFFERED_LOTS = 1_000_000;
const DEADLINE_AHEAD_US = 30_000_000;

export function deadlineUs(): number {
  return Date.now() * 1_000 + DEADLINE_AHEAD_US;
}

export function openEngine(
  directory: string,
  options: Pick<EngineOptions, "snapshotEveryRecords"> = {},
): Promise<Engine> {
  return startEngine({
    ...options,
    directory,
    wallClockUs: () => Date.now() * 1_000,
    ordersExpected: 16,
    segmentBytes: 1 << 20,
    onFatal: (error) => {
      throw error;
    },
  });
}

export async function openMarket(directory: string): Promise<Engine> {
  const engine = await openEngine(directory);
  const operate = (command: Parameters<Engine["submitOperator"]>[0]) => engine.submitOperator(command, deadlineUs());
  await operate({ type: "add_asset", name: "A0", decimals: 0 });
  await operate({ type: "add_asset", name: "A1", decimals: 0 });
  await operate({ type: "add_instrument", terms: PLAIN_TERMS });
  for (const account of [MAKER, TAKER]) {
    await operate({ type: "open_account", name: `account ${account}` });
    for (const asset of ["A0", "A1"])
      await operate({ type: "deposit", account, asset, atoms: FUNDS_ATOMS, reference: `${account} ${asset}` });
  }
  await operate(registerKey(TAKER));
  await engine.submit(
    {
      ...ORDER,
      keyId: THE_EXCHANGE,
      account: MAKER,
      side: "sell",
      quantityLots: OFFERED_LOTS,
      timeInForce: "gtc",
      clientOrderId: "offer",
    },
    deadlineUs(),
  );
  return engine;
}

const ORDER = {
  type: "place_order",
  instrument: 0,
  orderType: "limit",
  selfTradeMode: null,
  priceTicks: OFFER_TICKS,
  quoteAtoms: 0n,
} as const;

/** Takes one lot of the offer. */
export function takeOne(name: string): EngineCommand {
  return {
    ...ORDER,
    keyId: TAKERS_KEY,
    account: TAKER,
    side: "buy",
    quantityLots: 1,
    timeInForce: "ioc",
    clientOrderId: name,
  };
}
