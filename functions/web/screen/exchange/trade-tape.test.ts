/** The last trades out of a stream and what was asked for. */
import { expect, test } from "vitest";
import type { PublicTrade } from "./contract.ts";
import { TradeTape } from "./trade-tape.ts";

const trade = (id: number): PublicTrade => ({ id, price: "1", quantity: "1", time: id, side: "BUY" });
const ids = (tape: TradeTape): readonly number[] => tape.trades.map(({ id }) => id);

test("the stream and what was asked join without doubles, newest first, and a hole is said", () => {
  const tape = new TradeTape();
  const said = [tape.add(trade(5)), tape.add(trade(6)), tape.add(trade(6)), tape.add(trade(9))];
  tape.join([3, 4, 5, 6, 7, 8].map(trade));
  expect([said, ids(tape)]).toEqual([
    ["added", "added", "known", "gap"],
    [9, 8, 7, 6, 5, 4, 3],
  ]);
});

test("two hundred are kept", () => {
  const tape = new TradeTape();
  for (let id = 1; id <= 500; id++) tape.add(trade(id));
  expect([ids(tape).length, ids(tape)[0], ids(tape).at(-1)]).toEqual([200, 500, 301]);
});
