/**
 * The bots at work: steps of a fixed length, in which each instrument's mind sees the public book and its own orders, decides,
 * and its traders send. Loopback and the public API alone.
 */
import { Arbitrage } from "./arbitrage.ts";
import type { BotAccount, BotName } from "./bot-accounts.ts";
import { INSTRUMENT_PLANS, type InstrumentPlan, ticksOf } from "./instrument-plans.ts";
import { MarketMind } from "./market-mind.ts";
import type { Purse } from "./purse.ts";
import { TouchStream } from "./touch-stream.ts";
import type { Trader } from "./trader.ts";

export type Traders = Readonly<Record<BotName, Trader>>;

const STEP_MS = 50;
const STEPS_LATE_MAX = 4;
/** Below this rate time itself passes more slowly for the bots: they could not follow the price. */
const FULL_PACE_RATE = 25;
const TIED = ["SOLUSDT", "SOLUSDC"] as const;
const TIE_LOTS_MAX = 20_000;
/** A last price that is farther from the anchor than this factor is nobody's idea of a price. */
const START_FACTOR_MAX = 1.5;
const ANSWER_TIMEOUT_MS = 10_000;
const LOOK_AT_FUNDS_EVERY_STEPS = 100;

export interface FloorOptions {
  readonly origin: string;
  readonly accounts: readonly BotAccount[];
  readonly traders: Traders;
  readonly purse: Purse;
  readonly seed: number;
  /** Orders and cancels a second, in all. */
  readonly ratePerS: number;
}

export interface Floor {
  /** Nothing more is decided. */
  stop(): void;
}

export async function openFloor(options: FloorOptions): Promise<Floor> {
  const { origin, accounts, traders, purse, seed, ratePerS } = options;
  const minds = await Promise.all(INSTRUMENT_PLANS.map((plan) => mindOf(plan, origin, seed, ratePerS)));
  const stream = new TouchStream(origin, INSTRUMENT_PLANS);
  const arbitrage = new Arbitrage(TIE_LOTS_MAX);
  const paced = Math.min(1, ratePerS / FULL_PACE_RATE);
  const tied = TIED.map((symbol) => INSTRUMENT_PLANS.find((plan) => plan.symbol === symbol)!);

  const trader = (name: BotName): Trader => traders[name];
  const [maker, taker, noise, arbitrageur] = [
    trader("bots-maker"),
    trader("bots-taker"),
    trader("bots-noise"),
    trader("bots-arbitrage"),
  ];

  const stepOf = (mind: MarketMind, nowMs: number): void => {
    const { plan } = mind;
    const { symbol, base, follows } = plan;
    // Without its makers an instrument has no market; the mind's time stands still with it.
    if (!maker.takesPart(symbol, nowMs)) return;
    const decided = mind.step((STEP_MS / 1_000) * paced, {
      touch: stream.of(symbol),
      followedTouch: follows === null ? null : stream.of(follows),
      ladder: maker.openOrders(symbol),
      noise: noise.openOrders(symbol),
      makerLean: purse.lean(base, maker.total(base)),
      takerLean: purse.lean(base, taker.total(base)),
    });
    for (const action of decided.maker) void maker.quote(plan, action);
    if (taker.takesPart(symbol, nowMs)) for (const taking of decided.taker) void taker.take(plan, taking);
    if (noise.takesPart(symbol, nowMs)) for (const action of decided.noise) void noise.quote(plan, action);
  };

  const tie = (nowMs: number): void => {
    const [first, second] = tied;
    if (first === undefined || second === undefined) return;
    if (!arbitrageur.takesPart(first.symbol, nowMs) || !arbitrageur.takesPart(second.symbol, nowMs)) return;
    const found = arbitrage.step((STEP_MS / 1_000) * paced, stream.of(first.symbol), stream.of(second.symbol));
    if (found === null) return;
    const [dear, cheap] = found.dear === "first" ? [first, second] : [second, first];
    void arbitrageur.take(dear, found.sell);
    void arbitrageur.take(cheap, found.buy);
  };

  const lookAtFunds = (): void => {
    for (const account of accounts) {
      for (const asset of purse.assets) {
        const total = trader(account.name).total(asset);
        if (total !== null && purse.isLow(asset, total)) void purse.topUp(account, asset);
      }
    }
  };

  let steps = 0;
  let dueMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    // Behind a busy thread: the steps that were missed are not made up for, or they would all come at once.
    dueMs = Math.max(dueMs, nowMs - STEPS_LATE_MAX * STEP_MS);
    for (; dueMs <= nowMs; dueMs += STEP_MS) {
      for (const mind of minds) stepOf(mind, nowMs);
      tie(nowMs);
      steps += 1;
      if (steps % LOOK_AT_FUNDS_EVERY_STEPS === 0) lookAtFunds();
    }
  }, STEP_MS);

  return {
    stop() {
      clearInterval(timer);
      stream.stop();
    },
  };
}

/** The price goes on where the last trade was, if that can be a price. */
async function mindOf(plan: InstrumentPlan, origin: string, seed: number, ratePerS: number): Promise<MarketMind> {
  const lastTicks = await lastPrice(plan, origin);
  const isPlausible =
    lastTicks > plan.anchorTicks / START_FACTOR_MAX && lastTicks < plan.anchorTicks * START_FACTOR_MAX;
  const pacedRate = Math.max(ratePerS, FULL_PACE_RATE) * plan.share;
  return new MarketMind(plan, seed, pacedRate, isPlausible ? lastTicks : plan.anchorTicks);
}

/** 0: nothing was traded, or there is no such instrument. */
async function lastPrice(plan: InstrumentPlan, origin: string): Promise<number> {
  const answer = await fetch(`${origin}/api/v3/ticker/price?symbol=${plan.symbol}`, {
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  const body = (await answer.json()) as { price?: unknown };
  return answer.ok ? ticksOf(plan, body.price) : 0;
}
