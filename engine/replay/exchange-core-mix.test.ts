/** The generator of exchange-core's command mix: its random numbers, its shares, its determinism. */
import { expect, test } from "vitest";
import { Book } from "../core/book.ts";
import { MIX_FILL_OR_KILL, makeExchangeCoreMix, playMix } from "./exchange-core-mix.ts";
import { JavaRandom } from "./java-random.ts";

test("the generator draws what java.util.Random documents for its seed", () => {
  // new Random(42): nextInt(10) five times; new Random(0).nextDouble().
  const random = new JavaRandom(42);
  expect(Array.from({ length: 5 }, () => random.below(10))).toEqual([0, 3, 8, 4, 0]);
  expect(new JavaRandom(0).unit()).toBe(0.730967787376657);
  expect(new JavaRandom(2 ** 48 + 42).below(10)).toBe(0);
});

test("halves of 24 bits give what 48 bits in BigInt give", () => {
  let state = (12_345n ^ 0x5deece66dn) & (2n ** 48n - 1n);
  const random = new JavaRandom(12_345);
  for (let draw = 0; draw < 10_000; draw++) {
    state = (state * 0x5deece66dn + 0xbn) & (2n ** 48n - 1n);
    expect(random.below(2 ** 16)).toBe(Number(state >> 32n));
  }
});

const SEEDS = [1, 2, 3];

test.each(SEEDS)("the mix is the published one SEED=%i", (seed) => {
  const mix = makeExchangeCoreMix({ seed, targetOrders: 1000, commands: 200_000 });
  const published = { new: 0.128, immediate: 0.018, cancel: 0.073, reduce: 0.073, move: 0.709, trading: 0.021 };
  for (const [kind, share] of Object.entries(published)) {
    const ours = mix.shares[kind as keyof typeof published];
    expect(Math.abs(ours - share), `${kind}: ${ours} beside ${share}`).toBeLessThan(0.015);
  }
  expect(mix.restingOrders).toBeGreaterThan(900);
  expect(mix.restingOrders).toBeLessThan(1060);
  expect(mix.kinds).toContain(MIX_FILL_OR_KILL);
});

test("the same seed gives the same commands, and playing them again gives the same book", () => {
  const options = { seed: 7, targetOrders: 1000, commands: 50_000 };
  const mix = makeExchangeCoreMix(options);
  expect(makeExchangeCoreMix(options)).toEqual(mix);
  const book = new Book();
  playMix(mix, book, 0, mix.measuredFrom);
  const trading = playMix(mix, book, mix.measuredFrom, mix.kinds.length);
  expect(trading / options.commands).toBe(mix.shares.trading);
  expect(book.orders.live).toBe(mix.restingOrders);
});
