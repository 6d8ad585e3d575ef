/** Records of special orders and lists: what is read is what was written; one without anything new is what it always was. */
import { expect, test } from "vitest";
import { Command } from "../core/command.ts";
import { NO_CONDITIONS } from "../domain/order.ts";
import { cancel, commandIdOf, place, replace } from "../sim/small-exchange.ts";
import { encodeCommand, RecordReader, toRecord } from "./command-codec.ts";
import type { CancelReplace, EngineCommand, ListLeg, PlaceOrder, PlaceOrderList } from "./commands.ts";

const ENVELOPE = { commandId: commandIdOf(1), deadlineUs: 1_000, source: "trade" } as const;
const TERMS = { side: "buy", quantityLots: 7, priceTicks: 11, clientOrderId: "abcdef" } as const;
const ORDER = place(1, TERMS) as PlaceOrder;
const CONDITIONS = { stopTicks: 12, trailingDeltaBips: 34, icebergLots: 2 ** 53 - 1, strategyId: 7, strategyType: 1e6 };

function encoded(command: EngineCommand): string {
  return Buffer.from(encodeCommand(command, ENVELOPE)).toString("hex");
}

/** Reads it into a record that a list with conditions has filled before. */
function readBack(command: EngineCommand): Command {
  const record = toRecord(
    list([leg({ conditions: CONDITIONS }), leg({ conditions: CONDITIONS })]),
    ENVELOPE,
    new Command(),
  );
  const reader = new RecordReader();
  reader.open(encodeCommand(command, ENVELOPE));
  reader.next(record);
  expect(reader.atEnd).toBe(true);
  return record;
}

function conditionsOf({ stopTicks, trailingDeltaBips, icebergLots, strategyId, strategyType }: Command) {
  return { stopTicks, trailingDeltaBips, icebergLots, strategyId, strategyType };
}

function leg(terms: Partial<ListLeg>): ListLeg {
  return {
    side: "sell",
    orderType: "stop_loss_limit",
    timeInForce: "gtc",
    selfTradeMode: "decrement",
    priceTicks: 5,
    quantityLots: 3,
    clientOrderId: "leg",
    ...terms,
  };
}

function list(legs: readonly ListLeg[]): PlaceOrderList {
  return {
    type: "place_order_list",
    account: 3,
    keyId: 4,
    instrument: 5,
    contingency: "otoco",
    listClientOrderId: "list",
    legs,
  };
}

test("a plain order is written byte for byte as before there were special ones", () => {
  const bytes =
    "8000000001000000" +
    encoded(ORDER).slice(16, 48) +
    "0000000000408f40" +
    "00000000000000000000000000000000" +
    "0100000000000000000000000b0000000000000000001c400000000000000000" +
    "000000ff000000000000000000000000" +
    encoded(ORDER).slice(192, 256);
  expect(encoded(ORDER)).toBe(bytes);
  expect(encoded({ ...ORDER, conditions: NO_CONDITIONS })).toBe(bytes);
});

test("conditions stand behind the client ids, and a record that is read next has none of them", () => {
  const bytes = encoded({ ...ORDER, conditions: CONDITIONS });
  expect([bytes.slice(172, 174), bytes.length / 2]).toEqual(["01", 128 + 40]);
  expect(conditionsOf(readBack({ ...ORDER, conditions: CONDITIONS }))).toEqual(CONDITIONS);
  const plain = readBack(ORDER);
  expect([plain.hasConditions, conditionsOf(plain)]).toEqual([false, NO_CONDITIONS]);
});

test("a cancel-replace carries three client ids, conditions, and what to do when the count is used up", () => {
  const command = {
    ...(replace(1, "old", "allow_failure", TERMS) as CancelReplace),
    conditions: CONDITIONS,
    whenCountUsedUp: "cancel_only",
  } as const;
  const record = readBack(command);
  expect([conditionsOf(record), record.whenCountUsedUp]).toEqual([CONDITIONS, 1]);
  expect(record.cancelClientId).toEqual(toRecord(command, ENVELOPE, new Command()).cancelClientId);
  expect(readBack({ ...command, whenCountUsedUp: "do_nothing" }).whenCountUsedUp).toBe(0);
});

test("a list carries its legs in order, each with its words and conditions", () => {
  const legs = [
    leg({ clientOrderId: "a" }),
    leg({ conditions: CONDITIONS, side: "buy" }),
    leg({ priceTicks: 2 ** 40 }),
  ];
  const record = readBack(list(legs));
  const due = toRecord(list(legs), ENVELOPE, new Command());
  expect([record.account, record.keyId, record.instrument, record.contingency, record.legCount]).toEqual([
    3, 4, 5, 2, 3,
  ]);
  expect(record.clientId).toEqual(due.clientId);
  expect(record.legs.slice(0, 3)).toEqual(due.legs.slice(0, 3).map((each) => expect.objectContaining({ ...each })));
  expect(record.legs[2]!.priceTicks).toBe(-1);
  expect([record.legs[1]!.account, record.legs[1]!.instrument]).toEqual([3, 5]);
});

test("a list of more legs than there is room for is written as one of too many", () => {
  expect(readBack(list(Array.from({ length: 300 }, () => leg({})))).legCount).toBe(4);
  expect(readBack(list([])).legCount).toBe(0);
});

test("a cancel of a list has the form of a cancel, with the list in the order's place", () => {
  const command = {
    type: "cancel_order_list",
    account: 1,
    keyId: 0,
    instrument: 0,
    orderListId: 2 ** 40,
    listClientOrderId: "list",
    cancelClientOrderId: "x",
  } as const;
  const record = readBack(command);
  const as = toRecord(cancel(1, "list", "x"), ENVELOPE, new Command());
  expect([record.orderId, record.origClientId, record.cancelClientId]).toEqual([
    2 ** 40,
    as.origClientId,
    as.cancelClientId,
  ]);
});
