/** The core's book as a venue against the slow one: the same random stream, the same answers, the same book after each. */
import { describe, expect, test } from "vitest";
import { CoreVenue } from "./core-venue.ts";
import { JavaRandom } from "./java-random.ts";
import { SlowVenue } from "./slow-venue.ts";
import type { ReplayVenue } from "./venue.ts";

const COMMANDS = 4000;
const IDS = 120;

/** One command drawn and given; its whole answer, and the book after it, as text. */
function play(random: JavaRandom, venue: ReplayVenue): string {
  const id = 1 + random.below(IDS);
  const side = random.below(2) === 0 ? "buy" : "sell";
  const priceTicks = 95 + random.below(11);
  const quantityLots = 1 + random.below(20);
  const kind = random.below(10);
  const resting = venue.resting(id);
  const answer = ((): unknown => {
    if (resting === null) {
      if (kind === 0) return venue.cancel(id);
      return venue.place({ id, side, priceTicks, quantityLots, timeInForce: kind < 3 ? "ioc" : "gtc" });
    }
    if (kind < 4) return venue.cancel(id);
    if (kind < 6 || resting.remainingLots === 1) return venue.replace(id, priceTicks, quantityLots);
    return venue.reduce(id, 1 + random.below(resting.remainingLots - 1));
  })();
  const book = (["buy", "sell"] as const).map((one) => ({
    best: venue.best(one),
    levels: venue.levels(one, 100).map((level) => ({ ...level, queue: venue.queue(one, level.priceTicks) })),
    lots: venue.levelLots(one, priceTicks),
  }));
  return JSON.stringify({ id, answer, resting: venue.resting(id), book });
}

describe("the core's book and the slow venue answer alike", () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`through ${COMMANDS} random commands SEED=${seed}`, () => {
      const [fast, slow] = [new CoreVenue(), new SlowVenue()];
      const [random, same] = [new JavaRandom(seed), new JavaRandom(seed)];
      for (let command = 0; command < COMMANDS; command++) expect(play(random, fast)).toBe(play(same, slow));
    });
  }
});

describe.each([
  ["core", () => new CoreVenue()],
  ["slow", () => new SlowVenue()],
] as const)("the %s venue", (_name, make) => {
  const order = (id: number, side: "buy" | "sell", quantityLots: number, priceTicks: number) =>
    ({ id, side, quantityLots, priceTicks, timeInForce: "gtc" }) as const;

  test("trades at the maker's price, oldest first, and rests the remainder", () => {
    const venue = make();
    venue.place(order(1, "sell", 10, 101));
    venue.place(order(2, "sell", 5, 101));
    expect(venue.place(order(3, "buy", 17, 102))).toEqual([
      { makerId: 1, takerId: 3, priceTicks: 101, quantityLots: 10 },
      { makerId: 2, takerId: 3, priceTicks: 101, quantityLots: 5 },
    ]);
    expect(venue.levels("buy", 5)).toEqual([{ priceTicks: 102, quantityLots: 2 }]);
    expect(venue.best("sell")).toBe(0);
  });

  test("a reduced order keeps its place, a replaced one goes last", () => {
    const venue = make();
    for (const id of [1, 2, 3]) venue.place(order(id, "buy", 10, 100));
    venue.reduce(1, 4);
    venue.replace(2, 100, 10);
    expect(venue.queue("buy", 100)).toEqual([1, 3, 2]);
    expect(venue.levelLots("buy", 100)).toBe(24);
  });

  test("an id may be used again once its order has gone", () => {
    const venue = make();
    venue.place(order(1, "buy", 10, 100));
    venue.cancel(1);
    venue.place(order(1, "sell", 3, 200));
    expect(venue.resting(1)).toEqual({ side: "sell", priceTicks: 200, remainingLots: 3 });
    expect(venue.cancel(9)).toBeNull();
  });
});
