/**
 * The book alone on the exchange-core mix, at three depths: speed must not follow the number of resting orders.
 */
import { Book } from "../core/book.ts";
import { type Mix, makeExchangeCoreMix, playMix } from "../replay/exchange-core-mix.ts";
import { median, rate, timed } from "./measure.ts";
import { PLAIN_BOOK, plainBook, plainCommandsOfMix, playPlain } from "./plain-book.ts";
import { type BenchLine, type BenchOptions, type Peer, result } from "./result.ts";

const SEED = 1;
const DEPTHS = [1_000, 100_000, 1_000_000];
const COMMANDS = 3_000_000;
const WARM_ROUNDS = 1;
const ROUNDS = 5;
const PEER_COMMANDS = 100_000;
const PEER_ROUNDS = 2;

export async function bench({ quick }: BenchOptions): Promise<readonly BenchLine[]> {
  const commands = quick ? COMMANDS / 10 : COMMANDS;
  const lines: BenchLine[] = [];
  let shallow: Peer | null = null;
  for (const depth of DEPTHS) {
    const mix = makeExchangeCoreMix({ seed: SEED, targetOrders: depth, commands });
    const perSecond = benchBook(mix, depth, quick ? 2 : ROUNDS);
    const isShallow: boolean = shallow === null;
    const peer: Peer = shallow ?? { name: PLAIN_BOOK, value: benchPlainBook(mix, quick) };
    shallow ??= { name: `the same at ${depth.toLocaleString("en-US")}`, value: perSecond };
    lines.push(
      result(`book alone, exchange-core mix, ${depth.toLocaleString("en-US")} resting`, perSecond, "commands/s", peer, [
        `${commands.toLocaleString("en-US")} commands (seed ${SEED}) behind the ones that fill the book, ${mix.levels} levels; ${sharesOf(mix)}`,
        `in the loop: find by id, match, rest, move, reduce, remove; median of ${quick ? 2 : ROUNDS} rounds`,
        ...(isShallow
          ? [`peer: the first ${PEER_COMMANDS.toLocaleString("en-US")} of the same, orders made beforehand`]
          : []),
      ]),
    );
  }
  return lines;
}

function benchBook(mix: Mix, depth: number, rounds: number): number {
  const perSecond: number[] = [];
  for (let round = 0; round < WARM_ROUNDS + rounds; round++) {
    const book = new Book(depth + depth / 10);
    playMix(mix, book, 0, mix.measuredFrom);
    const elapsedMs = timed(() => playMix(mix, book, mix.measuredFrom, mix.kinds.length));
    if (round >= WARM_ROUNDS) perSecond.push(rate(mix.kinds.length - mix.measuredFrom, elapsedMs));
  }
  return median(perSecond);
}

function benchPlainBook(mix: Mix, quick: boolean): number {
  const measured = quick ? PEER_COMMANDS / 10 : PEER_COMMANDS;
  const end = mix.measuredFrom + measured;
  const commands = plainCommandsOfMix(mix, end);
  const rates = Array.from({ length: PEER_ROUNDS }, () => {
    const book = plainBook();
    playPlain(commands, book, 0, mix.measuredFrom);
    return rate(
      measured,
      timed(() => playPlain(commands, book, mix.measuredFrom, end)),
    );
  });
  return Math.max(...rates);
}

function sharesOf({ shares }: Mix): string {
  return Object.entries(shares)
    .map(([name, share]) => `${(share * 100).toFixed(1)} % ${name}`)
    .join(", ");
}
