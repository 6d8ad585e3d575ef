/** The fast way to write answers and feed is the general way, character for character. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CommandAnswer, FeedFrame } from "../../protocol/bus-messages.ts";
import type { PlaceOrderList } from "../../protocol/commands.ts";
import { toWire } from "../../protocol/wire-json.ts";
import { amend, cancel, cancelAll, newExchange, place, replace } from "../../sim/small-exchange.ts";
import { answerText, feedText } from "./wire-text.ts";

test("every answer and every frame of the feed reads the same, however it was written", async () => {
  const directory = mkdtempSync(join(tmpdir(), "tidebook-wire-"));
  const exchange = await newExchange({ directory });
  const frames: FeedFrame[] = [];
  exchange.engine.subscribeFeed((frame) => frames.push(frame));
  const answers: CommandAnswer[] = [{ error: "not_sent", message: 'with "quotes" and \u2028 in it' }];
  const say = async (...commands: Parameters<typeof exchange.send>[0][]): Promise<void> => {
    for (const command of commands) answers.push({ reply: await exchange.send(command) });
  };
  const offer = (name: string, quantityLots = 5) =>
    place(1, { side: "sell", quantityLots, priceTicks: 10, clientOrderId: name });
  await say(offer("a"), offer("b"), place(2, { side: "buy", quantityLots: 7, priceTicks: 10, clientOrderId: "c" }));
  await say(
    amend(1, "b", 4),
    cancel(1, "b"),
    cancel(1, "b"),
    offer("d"),
    replace(1, "d", "stop_on_failure", { side: "sell", quantityLots: 5, priceTicks: 11, clientOrderId: "d2" }),
  );
  await say(offer("e"), cancelAll(1));
  // A leg takes its list with it, whose orders stand in the answer too.
  const pair = (name: string): PlaceOrderList => ({
    type: "place_order_list",
    account: 1,
    keyId: 0,
    instrument: 0,
    contingency: "oto",
    listClientOrderId: name,
    legs: ["working", "pending"].map((leg) => ({
      side: "sell",
      orderType: "limit",
      timeInForce: "gtc",
      selfTradeMode: null,
      priceTicks: 20,
      quantityLots: 5,
      clientOrderId: `${name}-${leg}`,
    })),
  });
  await say(pair("f"), cancel(1, "f-pending"), pair("g"), cancelAll(1), pair("h"), {
    type: "cancel_order_list",
    account: 1,
    keyId: 0,
    instrument: 0,
    orderListId: 0,
    listClientOrderId: "h",
    cancelClientOrderId: "bye",
  });
  answers.push({ reply: await exchange.operate({ type: "set_instrument_status", symbol: "A0A1", status: "halt" }) });

  expect(new Set(answers.map((answer) => ("reply" in answer ? answer.reply.outcome : answer.error)))).toEqual(
    new Set([
      "not_sent",
      "placed",
      "amended",
      "canceled",
      "rejected",
      "replaced",
      "canceled_all",
      "done",
      "list_placed",
      "canceled_list",
    ]),
  );
  expect(new Set(frames.flatMap(({ events }) => events.map(({ type }) => type)))).toEqual(
    new Set(["level_changed", "trade_executed", "instrument_changed"]),
  );
  expect(answers.map(answerText)).toEqual(answers.map(toWire));
  expect(frames.map(feedText)).toEqual(frames.map(toWire));
  await exchange.engine.close();
  rmSync(directory, { recursive: true });
});
