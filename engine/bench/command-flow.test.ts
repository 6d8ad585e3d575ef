/** The small logic of the bench: command-flow. */
import { expect, test } from "vitest";
import { Core } from "../core/core.ts";
import { ROW } from "../core/event-log.ts";
import { rowLength, rowType } from "../protocol/event-decoder.ts";
import { CommandFlow, EXCHANGE_CORE_SHARES, PLACE_AND_CANCEL, setUpCommands } from "./command-flow.ts";
import { FramePlayer } from "./frame-player.ts";
import { type Frame, FrameMaker } from "./frame-stream.ts";

const ACCOUNTS = 20;
const RESTING = 200;

function framesOf(seed: number, shares = PLACE_AND_CANCEL): readonly Frame[] {
  const flow = new CommandFlow({ seed, accounts: ACCOUNTS, restingOrders: RESTING, shares });
  const maker = new FrameMaker(200_000);
  return [maker.setUp(setUpCommands(ACCOUNTS)), ...maker.frames(4_000, 100, () => flow.next())];
}

test("a seed gives the same frames byte for byte, and another seed others", () => {
  expect(framesOf(5)).toEqual(framesOf(5));
  expect(framesOf(5)).not.toEqual(framesOf(6));
});

test.each([
  ["place and cancel", PLACE_AND_CANCEL],
  ["exchange-core's shares", EXCHANGE_CORE_SHARES],
])("%s: played on a core of its own every command is taken, the book stays at its size, orders trade", (_, shares) => {
  const core = new Core();
  const player = new FramePlayer(core);
  let refused = 0;
  for (const frame of framesOf(5, shares)) {
    player.play([frame]);
    const { rows, length } = core.state.events;
    for (let at = 0; at < length; at += rowLength(rows, at))
      if (rowType(rows, at) === ROW.commandRejected) refused += 1;
  }
  const { book, lastTradeId } = core.state.instruments[0]!;
  expect({ refused, sized: Math.abs(book.orders.live - RESTING) <= RESTING / 10, trades: lastTradeId > 50 }).toEqual({
    refused: 0,
    sized: true,
    trades: true,
  });
});
