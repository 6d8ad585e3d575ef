/** Whatever is read in whatever order, between two rows that are shown none is missing. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fill } from "../exchange/contract.ts";
import { fillKey } from "../exchange/record-keys.ts";
import { PagedRows, type Reading } from "./paged-rows.ts";

interface Row {
  readonly symbol: string;
  readonly id: number;
  readonly time: number;
}

const PAGE = 4;
const SYMBOLS = ["A", "B", "C"];
const KIND = { idOf: ({ symbol, id }: Row) => `${symbol} ${id}`, timeOf: ({ time }: Row) => time };

/** What the exchange answers: oldest first, the newest up to `endTime`. */
function pageOf(rows: readonly Row[], symbol: string, endTime = Number.POSITIVE_INFINITY): readonly Row[] {
  return rows.filter((row) => row.symbol === symbol && row.time <= endTime).slice(-PAGE);
}

/** Rows that come before a reading; fewer of one symbol at one moment than a page has. */
const arrival = fc.record({ symbol: fc.constantFrom(...SYMBOLS), afterMs: fc.integer({ min: 1, max: 3 }) });
const step = fc.record({
  arriving: fc.array(arrival, { maxLength: 12 }),
  reading: fc.constantFrom<Reading>("anew", "newer", "older"),
});

test("what is shown has no gap, and all of it comes in the end", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
      const rows: Row[] = [];
      /** How many there were when the newest were read last. */
      let seen = 0;
      const paged = new PagedRows<Row>(KIND, PAGE);
      const read = (reading: Reading): void => {
        const questions = paged.questions(reading, SYMBOLS);
        paged.take(
          reading,
          questions,
          questions.map(({ symbol, endTime }) => pageOf(rows, symbol, endTime)),
        );
        if (reading !== "older") seen = rows.length;
      };
      read("anew");
      for (const { arriving, reading } of steps) {
        for (const { symbol, afterMs } of arriving) {
          // Of different symbols several may be of one moment.
          const last = rows.findLast((row) => row.symbol === symbol)?.time ?? 0;
          rows.push({ symbol, id: rows.length, time: Math.max(last + afterMs, rows.at(-1)?.time ?? 0) });
        }
        read(reading);
        const told = rows.slice(0, seen);
        const oldestMs = paged.hasOlder ? (paged.rows.at(-1)?.time ?? 0) : 0;
        expect(inOrder(paged.rows.filter(({ time }) => time > oldestMs))).toEqual(
          newestFirst(told.filter(({ time }) => time > oldestMs)),
        );
      }
      for (let left = rows.length; paged.hasOlder && left > 0; left--) read("older");
      expect([paged.hasOlder, inOrder(paged.rows)]).toEqual([false, newestFirst(rows.slice(0, seen))]);
    }),
    { numRuns: 2_000, seed: 20_261_121 },
  );
});

/** Moments in their order, with what is of each in any. */
function inOrder(rows: readonly Row[]): readonly (readonly [number, readonly string[]])[] {
  const moments = [...new Set(rows.map(KIND.timeOf))];
  const idsOf = (time: number): readonly string[] => rows.filter((row) => row.time === time).map(KIND.idOf);
  return moments.map((time) => [time, [...idsOf(time)].sort()]);
}

function newestFirst(rows: readonly Row[]): ReturnType<typeof inOrder> {
  return inOrder([...rows].sort((a, b) => b.time - a.time));
}

test("who trades with their own order sees both fills, and of one moment the newest comes first", () => {
  type Told = Pick<Fill, "symbol" | "tradeId" | "orderId" | "time">;
  const paged = new PagedRows<Told>({ idOf: fillKey, timeOf: ({ time }) => time }, PAGE);
  const own: readonly Told[] = [1, 2].map((orderId) => ({ symbol: "A", tradeId: 7, orderId, time: 1 }));
  const next = { symbol: "A", tradeId: 8, orderId: 2, time: 1 };
  paged.take("anew", [{ symbol: "A" }], [[...own, next]]);
  expect(paged.rows).toEqual([next, ...own.toReversed()]);
});

test("more of one moment than a page holds is not asked for again and again", () => {
  const paged = new PagedRows<Row>(KIND, PAGE);
  const page = Array.from({ length: PAGE }, (_, id) => ({ symbol: "A", id, time: 5 }));
  paged.take("anew", paged.questions("anew", ["A"]), [page]);
  const older = paged.questions("older", ["A"]);
  paged.take("older", older, [page]);
  expect([older, paged.hasOlder]).toEqual([[{ symbol: "A", endTime: 5 }], false]);
});

test("of fewer markets the others are gone", () => {
  const paged = new PagedRows<Row>(KIND, PAGE);
  const [a, b] = ["A", "B"].map((symbol) => ({ symbol, id: 1, time: 1 })) as [Row, Row];
  paged.take("anew", paged.questions("anew", ["A", "B"]), [[a], [b]]);
  paged.take("anew", paged.questions("anew", ["B"]), [[b]]);
  expect(paged.rows).toEqual([b]);
});
