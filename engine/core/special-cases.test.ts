/** Sentences of the rules that could be read two ways, each with the reading that holds. Events as short lines of text. */
import { expect, test } from "vitest";
import { NO_CONDITIONS, type OrderConditions } from "../domain/order.ts";
import type { EngineCommand, ListLeg, NewOrder } from "../protocol/commands.ts";
import type { EngineEvent } from "../protocol/events.ts";
import { CoreExchange } from "../sim/core-exchange.ts";
import { PLAIN_TERMS } from "../sim/profiles.ts";
import { cancel, place, replace } from "../sim/small-exchange.ts";
import { Core } from "./core.ts";
import { capture, stateHash } from "./snapshot.ts";
import { openListsOf, orderCountsOf, specialStateOf } from "./special-views.ts";

const START_US = 1_700_000_000_000_000;
const FUNDS = 1_000_000n;
const ALL_MODES = ["none", "expire_taker", "expire_maker", "expire_both", "decrement", "transfer"] as const;

/** Two assets without decimals, one instrument without a fee, accounts 1 to 4 with a million of each. */
class Venue {
  readonly exchange = new CoreExchange();
  timeUs = START_US;
  private commands = 0;

  constructor(terms: Partial<typeof PLAIN_TERMS> = {}) {
    this.send({ type: "add_asset", name: "A0", decimals: 0 });
    this.send({ type: "add_asset", name: "A1", decimals: 0 });
    const free = { makerFeeE8: 0, takerFeeE8: 0, selfTradeAllowed: ALL_MODES };
    this.send({ type: "add_instrument", terms: { ...PLAIN_TERMS, ...free, ...terms } });
    for (let account = 1; account <= 4; account++) {
      this.send({ type: "open_account", name: `trader ${account}` });
      for (const asset of ["A0", "A1"])
        this.send({ type: "deposit", account, asset, atoms: FUNDS, reference: `${account} ${asset}` });
    }
  }

  get state() {
    return this.exchange.core.state;
  }

  send(command: EngineCommand): readonly string[] {
    this.commands += 1;
    const commandId = new Uint8Array(16).fill(1);
    new DataView(commandId.buffer).setUint32(0, this.commands);
    const source = /^(place|cancel|amend)_/.test(command.type) ? "trade" : "ops";
    const deadlineUs = this.timeUs + 1_000_000;
    return this.exchange.apply(command, { commandId, deadlineUs, source }, this.timeUs).flatMap(lineOf);
  }

  /** [side, quantity, price] of an account, by the name of the order. */
  order(
    account: number,
    name: string,
    side: "buy" | "sell",
    lots: number,
    price: number,
    more: Partial<NewOrder> = {},
  ) {
    return this.send(place(account, { side, quantityLots: lots, priceTicks: price, clientOrderId: name, ...more }));
  }

  list(account: number, contingency: "oco" | "oto" | "otoco", ...legs: readonly ListLeg[]) {
    return this.send({
      type: "place_order_list",
      account,
      keyId: 0,
      instrument: 0,
      contingency,
      listClientOrderId: `list-${account}`,
      legs,
    });
  }
}

function lineOf(event: EngineEvent): string[] {
  switch (event.type) {
    case "order_accepted":
      return [`${event.orderId} accepted ${event.special?.phase ?? "plain"}`];
    case "trade_executed":
      return [
        `${event.takerOrderId} took ${event.quantityLots} @ ${event.priceTicks} from ${event.makerOrderId}, ${event.takerRemainingLots} and ${event.makerRemainingLots} left`,
      ];
    case "trade_prevented":
      return [
        `${event.takerOrderId} and ${event.makerOrderId} lost ${event.preventedLots}, ${event.takerRemainingLots} and ${event.makerRemainingLots} left`,
      ];
    case "order_expired":
      return [`${event.orderId} expired ${event.reason}, ${event.remainingLots} left, counter ${event.counterOrderId}`];
    case "order_canceled":
      return [`${event.orderId} canceled`];
    case "order_activated":
      return [`${event.orderId} ${event.phase}`];
    case "order_list_changed":
      return [`list ${event.orderListId} ${event.status}`];
    case "level_changed":
      return [`level ${event.priceTicks}: ${event.quantityLots}`];
    case "command_rejected":
      return [`rejected ${event.reason}`];
    case "balance_changed":
      return [`balance ${event.account}/${event.asset}: ${event.freeAtoms} + ${event.lockedAtoms}`];
    default:
      return [];
  }
}

function withoutBalances(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !line.startsWith("balance"));
}

function conditions(more: Partial<OrderConditions>): { conditions: OrderConditions } {
  return { conditions: { ...NO_CONDITIONS, ...more } };
}

function stop(stopTicks: number, orderType: NewOrder["orderType"] = "stop_loss") {
  return { orderType, ...conditions({ stopTicks }) } as const;
}

function leg(clientOrderId: string, terms: Partial<ListLeg>): ListLeg {
  return {
    side: "sell",
    orderType: "limit_maker",
    timeInForce: "gtc",
    selfTradeMode: null,
    priceTicks: 0,
    quantityLots: 10,
    clientOrderId,
    ...terms,
  };
}

test("a level on which an iceberg showed as much again is announced, though its total is what it was", () => {
  const venue = new Venue();
  venue.order(1, "i", "sell", 20, 100, conditions({ icebergLots: 5 }));
  expect(withoutBalances(venue.order(2, "t", "buy", 5, 100))).toEqual([
    "2 accepted plain",
    "2 took 5 @ 100 from 1, 0 and 15 left",
    "level 100: 5",
  ]);
});

test("a taker meets an iceberg's next part behind the orders that were there before", () => {
  const venue = new Venue();
  venue.order(1, "i", "sell", 12, 100, conditions({ icebergLots: 5 }));
  venue.order(3, "o", "sell", 4, 100);
  expect(withoutBalances(venue.order(2, "t", "buy", 15, 100))).toEqual([
    "3 accepted plain",
    "3 took 5 @ 100 from 1, 10 and 7 left",
    "3 took 4 @ 100 from 2, 6 and 0 left",
    "3 took 5 @ 100 from 1, 1 and 2 left",
    "3 took 1 @ 100 from 1, 0 and 1 left",
    "level 100: 1",
  ]);
});

test("decrement: the taker that an own maker uses up expires with nothing left; one that a fill ends is filled", () => {
  const venue = new Venue();
  venue.order(1, "own", "sell", 5, 100);
  venue.order(2, "other", "sell", 5, 100);
  const lines = venue.order(1, "t", "buy", 8, 100, { selfTradeMode: "decrement" });
  expect(withoutBalances(lines)).toEqual([
    "3 accepted plain",
    "3 and 1 lost 5, 3 and 0 left",
    "1 expired self_trade, 0 left, counter 3",
    "3 took 3 @ 100 from 2, 0 and 2 left",
    "level 100: 2",
  ]);
  venue.order(2, "bid", "buy", 9, 90);
  expect(venue.order(2, "u", "sell", 4, 90, { selfTradeMode: "transfer" })).toEqual([
    "5 accepted plain",
    "5 and 4 lost 4, 0 and 5 left",
    "level 90: 5",
    "5 expired self_trade, 0 left, counter 4",
    "balance 2/0: 999995 + 2",
    "balance 2/1: 999850 + 450",
  ]);
});

test("an order that only lost to decrement has executed nothing: only_new may cancel it, an amend must leave it something", () => {
  const venue = new Venue();
  venue.order(1, "m", "sell", 10, 100);
  venue.order(1, "t", "buy", 4, 100, { selfTradeMode: "decrement" });
  const amend = { orderId: 0, quantityLots: 4, newClientOrderId: "" } as const;
  expect(
    venue.send({ type: "amend_order", account: 1, keyId: 0, instrument: 0, origClientOrderId: "m", ...amend }),
  ).toEqual(["rejected quantity_already_executed"]);
  expect(venue.send({ ...cancel(1, "m"), restriction: "only_partially_filled" } as EngineCommand)).toEqual([
    "rejected cancel_restricted",
  ]);
  expect(venue.send({ ...cancel(1, "m"), restriction: "only_new" } as EngineCommand)).toEqual([
    "1 canceled",
    "level 100: 0",
    "balance 1/0: 1000000 + 0",
  ]);
});

test("stops run first in, first out, each whole with what follows before the next, and the balances come once, at the end", () => {
  const venue = new Venue();
  for (const [name, price] of [
    ["b1", 99],
    ["b2", 98],
    ["b3", 97],
  ] as const)
    venue.order(1, name, "buy", 5, price);
  venue.order(3, "at 99", "sell", 5, 0, stop(99));
  venue.order(3, "at 98", "sell", 5, 0, stop(98));
  venue.order(4, "also 99", "sell", 1, 0, stop(99));
  expect(withoutBalances(venue.order(2, "t", "sell", 5, 99))).toEqual([
    "7 accepted plain",
    "7 took 5 @ 99 from 1, 0 and 0 left",
    "level 99: 0",
    "4 working",
    "4 took 5 @ 98 from 2, 0 and 0 left",
    "level 98: 0",
    "6 working",
    "6 took 1 @ 97 from 3, 0 and 4 left",
    "level 97: 4",
    "5 working",
    "5 took 4 @ 97 from 3, 1 and 0 left",
    "level 97: 0",
    "5 expired insufficient_liquidity, 1 left, counter 0",
  ]);
});

test("an order that begins to track at a price does not fire at it, and follows the best price since", () => {
  const venue = new Venue();
  for (const price of [100, 110, 105]) venue.order(1, `s${price}`, "sell", 1, price);
  venue.order(3, "trail", "sell", 1, 0, {
    orderType: "take_profit",
    ...conditions({ stopTicks: 105, trailingDeltaBips: 500 }),
  });
  venue.order(4, "bid", "buy", 9, 90);
  expect(venue.order(2, "a", "buy", 2, 105)).toContain("4 tracking");
  expect(specialStateOf(venue.state, 0, 4)?.watermarkTicks).toBe(105);
  venue.order(2, "b", "buy", 1, 110);
  expect(specialStateOf(venue.state, 0, 4)).toMatchObject({ watermarkTicks: 110, phase: "tracking", heldAtoms: 1n });
  venue.order(1, "c", "sell", 1, 105);
  // 105 is above 110 less 5 %.
  expect(withoutBalances(venue.order(2, "d", "buy", 1, 105))).not.toContain("4 working");
  expect(withoutBalances(venue.order(1, "e", "sell", 1, 90))).toContain("4 working");
});

test("a stop that cannot be paid when it fires expires with that reason, and one that finds nobody with another", () => {
  const venue = new Venue();
  venue.order(3, "market buy", "buy", 100_000, 0, stop(100));
  venue.order(1, "a", "sell", 100_000, 100);
  expect(withoutBalances(venue.order(2, "t", "buy", 1, 100))).toEqual([
    "3 accepted plain",
    "3 took 1 @ 100 from 2, 0 and 99999 left",
    "level 100: 99999",
    "1 working",
    "1 expired unfunded_on_trigger, 100000 left, counter 0",
  ]);
  venue.order(3, "market sell", "sell", 5, 0, stop(50));
  venue.order(4, "b", "buy", 1, 50);
  venue.send(cancel(1, "a"));
  expect(withoutBalances(venue.order(2, "u", "sell", 1, 50))).toEqual([
    "6 accepted plain",
    "6 took 1 @ 50 from 5, 0 and 0 left",
    "level 50: 0",
    "4 working",
    "4 expired insufficient_liquidity, 5 left, counter 0",
  ]);
});

test("oco: one hold for both legs, and the leg that traded lives on when the other has gone", () => {
  const venue = new Venue();
  expect(
    venue.list(
      1,
      "oco",
      leg("low", { orderType: "stop_loss", ...conditions({ stopTicks: 90 }) }),
      leg("high", { priceTicks: 110 }),
    ),
  ).toEqual([
    "list 1 exec_started",
    "1 accepted waiting",
    "2 accepted working",
    "level 110: 10",
    "balance 1/0: 999990 + 10",
  ]);
  expect(withoutBalances(venue.order(2, "t", "buy", 4, 110))).toEqual([
    "3 accepted plain",
    "3 took 4 @ 110 from 2, 0 and 6 left",
    "level 110: 6",
    "1 expired oco_trigger, 10 left, counter 0",
  ]);
  expect(withoutBalances(venue.order(2, "u", "buy", 4, 110))).toEqual([
    "4 accepted plain",
    "4 took 4 @ 110 from 2, 0 and 2 left",
    "level 110: 2",
  ]);
  expect(withoutBalances(venue.send(cancel(1, "high")))).toEqual(["2 canceled", "level 110: 0", "list 1 all_done"]);
  expect(openListsOf(venue.state, 1)).toEqual([]);
});

test("otoco: filled, the working order sets both legs free, in one command; the waiting one holds beyond what the limit_maker will", () => {
  const venue = new Venue();
  venue.order(2, "s", "sell", 10, 100);
  expect(
    venue.list(
      1,
      "otoco",
      leg("work", { side: "buy", orderType: "limit", priceTicks: 100 }),
      leg("low", { orderType: "stop_loss", ...conditions({ stopTicks: 90 }) }),
      leg("high", { priceTicks: 110 }),
    ),
  ).toEqual([
    "list 1 exec_started",
    "2 accepted working",
    "3 accepted pending",
    "4 accepted pending",
    "2 took 10 @ 100 from 1, 0 and 0 left",
    "level 100: 0",
    "list 1 updated",
    "3 waiting",
    "4 working",
    "level 110: 10",
    "balance 1/1: 999000 + 0",
    "balance 1/0: 1000000 + 10",
    "balance 2/0: 999990 + 0",
    "balance 2/1: 1001000 + 0",
  ]);
  expect(specialStateOf(venue.state, 0, 3)?.heldAtoms).toBe(0n);
});

test("oto: a working order that ends in any way but a fill takes the pending one with it", () => {
  const venue = new Venue();
  venue.list(
    1,
    "oto",
    leg("work", { side: "buy", orderType: "limit", priceTicks: 100 }),
    leg("next", { priceTicks: 110 }),
  );
  expect(withoutBalances(venue.order(1, "t", "sell", 10, 100, { selfTradeMode: "decrement" }))).toEqual([
    "3 accepted plain",
    "3 and 1 lost 10, 0 and 0 left",
    "1 expired self_trade, 0 left, counter 3",
    "level 100: 0",
    "3 expired self_trade, 0 left, counter 1",
    "2 expired oto_phase_one_expired, 10 left, counter 0",
    "list 1 all_done",
  ]);
});

test("a stop type without a stop price and without a delta is not supported, as before there were any", () => {
  const venue = new Venue();
  expect(venue.order(1, "s", "sell", 1, 0, { orderType: "stop_loss" })).toEqual(["rejected order_type_not_supported"]);
  expect(
    venue.order(1, "s", "sell", 1, 100, { orderType: "take_profit_limit", ...conditions({ strategyId: 3 }) }),
  ).toEqual(["rejected order_type_not_supported"]);
  expect(venue.order(1, "s", "sell", 1, 100, conditions({ stopTicks: 3 }))).toEqual(["rejected conditions_invalid"]);
});

const LIMITS = {
  ordersPer10s: 3,
  ordersPerDay: 0,
  ordersMax: 0,
  algoOrdersMax: 0,
  icebergOrdersMax: 0,
  orderListsMax: 0,
};

test("new limits begin all counts anew; a cancel-replace counts 1 however it ends, and may cancel when nothing is left", () => {
  const venue = new Venue();
  const counts = () => orderCountsOf(venue.state, 1, venue.timeUs).per10s;
  for (const name of ["a", "b", "c", "d"]) venue.order(1, name, "buy", 1, 50);
  expect(counts()).toBe(4);
  venue.send({ type: "set_exchange_limits", limits: LIMITS });
  expect(counts()).toBe(0);
  const TERMS = { side: "buy", quantityLots: 1, priceTicks: 51, clientOrderId: "new" } as const;
  expect(venue.send(replace(1, "nobody", "stop_on_failure", TERMS))).toEqual(["rejected order_not_found"]);
  expect(counts()).toBe(1);
  expect(venue.send(replace(1, "a", "stop_on_failure", { ...TERMS, clientOrderId: "b" }))[2]).toBe(
    "rejected client_order_id_open",
  );
  venue.order(1, "e", "buy", 1, 50);
  expect([counts(), venue.order(1, "f", "buy", 1, 50)]).toEqual([3, ["rejected orders_per_10s_limit"]]);
  expect(venue.send(replace(1, "b", "stop_on_failure", TERMS))).toEqual(["rejected orders_per_10s_limit"]);
  const cancelOnly = { ...replace(1, "b", "stop_on_failure", TERMS), whenCountUsedUp: "cancel_only" } as EngineCommand;
  expect(withoutBalances(venue.send(cancelOnly))).toEqual([
    "2 canceled",
    "level 50: 3",
    "rejected orders_per_10s_limit",
  ]);
});

test("a snapshot of before there were special orders is read, and one of an exchange without any is as it was", () => {
  const venue = new Venue();
  venue.order(1, "a", "buy", 5, 100);
  const names = capture(venue.state).map(({ name }) => name);
  expect(names.filter((name) => /special|average|list/.test(name))).toEqual([]);
  const old = capture(venue.state).filter(({ name }) => name !== "orderCounts");
  const core = new Core();
  core.restore(old);
  expect(capture(core.state).map(({ name }) => name)).toEqual(old.map(({ name }) => name));
  expect(stateHash(core.state)).not.toBe(stateHash(venue.state));
  expect(orderCountsOf(core.state, 1, venue.timeUs)).toEqual({ per10s: 0, perDay: 0 });
});
