/**
 * What commands of special orders and lists are answered, from their events and the read model: at once, and again later.
 */
import { expect, test } from "vitest";
import { COMMAND, Command } from "../core/command.ts";
import { packClientOrderId, unpackClientOrderId } from "../domain/client-order-id.ts";
import type { EngineEvent } from "../protocol/events.ts";
import type { OrderListView, OrderView, Reply } from "../protocol/views.ts";
import { type AskedCommand, askedOf, ReplyMaker } from "./replies.ts";
import { accepted, activated, canceled, expired, list, traded } from "./testing/tellings.ts";
import { type Telling, ToldExchange } from "./testing/told-exchange.ts";

/** A command of account 1; a cancel names an order, or a list, by id or by client id. */
function asked(type: keyof typeof COMMAND, target: number | string = 0): AskedCommand {
  const command = new Command();
  command.type = COMMAND[type];
  command.account = 1;
  if (typeof target === "number") command.orderId = target;
  else packClientOrderId(target, command.origClientId, 0);
  return askedOf(command);
}

interface Asking {
  readonly exchange: ToldExchange;
  readonly maker: ReplyMaker;
  readonly given: { readonly command: AskedCommand; readonly events: readonly EngineEvent[]; readonly reply: string }[];
  /** Tells a command's events and gives its answer. */
  ask(command: AskedCommand, ...events: readonly Telling[]): string;
}

function asking(): Asking {
  const exchange = new ToldExchange();
  const countsOf = (account: number) => ({ per10s: account, perDay: exchange.events.length });
  const maker = new ReplyMaker(exchange.model, () => exchange.instrument, countsOf);
  const given: Asking["given"] = [];
  return {
    exchange,
    maker,
    given,
    ask(command, ...tellings) {
      const events = exchange.tell(...tellings);
      const reply = maker.reply(command, events);
      given.push({ command, events, reply: replyText(reply) });
      return replyText(reply);
    },
  };
}

function orderText({ orderId, executedLots, quantityLots, status, expiryReason, lastSeq, special }: OrderView): string {
  const why = expiryReason === "none" ? "" : ` ${expiryReason}`;
  return `${orderId} ${executedLots}/${quantityLots} ${status}${why} ${special?.phase ?? "plain"} ~${lastSeq}`;
}

function listText({ orderListId, status, orders, lastSeq }: OrderListView): string {
  return `list ${orderListId} ${status} of ${orders.map(({ clientOrderId }) => clientOrderId).join(" ")} ~${lastSeq}`;
}

function replyText(reply: Reply): string {
  const lines = [`${reply.outcome} ~${reply.seq}`];
  if (reply.outcome === "replaced") {
    lines.push(replyText(reply.canceled), reply.placed === null ? "not placed" : replyText(reply.placed));
  }
  if ("order" in reply) lines.push(orderText(reply.order));
  const lists = "lists" in reply ? reply.lists : "list" in reply ? [reply.list] : [];
  for (const each of lists ?? []) {
    if (each === undefined) continue;
    lines.push(listText("list" in each ? each.list : each));
    if ("list" in each) lines.push(...each.orders.map((order) => `- ${orderText(order)}`));
  }
  if ("orders" in reply) lines.push(...reply.orders.map((order) => `- ${orderText(order)}`));
  if ("fills" in reply) {
    const role = (isMaker: boolean): string => (isMaker ? "as maker" : "as taker");
    lines.push(
      ...reply.fills.map(
        (fill) =>
          `  ${fill.orderId} ${fill.side} ${fill.quantityLots} ${role(fill.isMaker)} fee ${fill.commissionAtoms} of A${fill.commissionAsset}`,
      ),
    );
  }
  if ("orderCounts" in reply) lines.push(`counts ${reply.orderCounts?.per10s} ${reply.orderCounts?.perDay}`);
  return lines.join("\n");
}

const WAITING = { type: "stop_loss", price: 0, phase: "waiting", conditions: { stopTicks: 90 } } as const;

test("a stop that waits is answered as it was taken in, without a fill", () => {
  const { ask } = asking();
  expect(ask(asked("placeOrder"), accepted(1, WAITING))).toBe("placed ~1\n1 0/10 new waiting ~1\ncounts 1 1");
});

test("an order whose placing set others off is answered with its own fills alone, as taker and as maker", () => {
  const { ask, exchange } = asking();
  const others = { account: 2, side: "buy" } as const;
  exchange.tell(accepted(1, { ...others, lots: 4 }));
  exchange.tell(accepted(2, { ...others, lots: 3 }));
  exchange.tell(accepted(3, { ...others, ...WAITING, lots: 2 }));
  exchange.tell(accepted(4, WAITING));
  // Order 5 takes from 1 and rests; that fires the stops 4, which trades with 2, and 3, which then takes from 5.
  expect(
    ask(
      asked("placeOrder"),
      accepted(5, { lots: 9 }),
      traded([5, 1, 5], [1, 2, 0], 4, "sell"),
      activated(4, "working"),
      traded([4, 1, 7], [2, 2, 0], 3, "sell"),
      expired(4, "insufficient_liquidity", 7),
      { ...activated(3, "working"), account: 2 } as Telling,
      traded([3, 2, 0], [5, 1, 3], 2, "buy"),
    ),
  ).toBe(
    [
      "placed ~11",
      "5 6/9 partially_filled plain ~11",
      "  5 sell 4 as taker fee 1 of A1",
      "  5 sell 2 as maker fee 2 of A1",
      "counts 1 11",
    ].join("\n"),
  );
});

test("a list is answered with its legs in their order, each as the command left it, and the list as it stands by then", () => {
  const { ask, exchange } = asking();
  exchange.tell(accepted(1, { account: 2, side: "buy", lots: 5 }));
  expect(
    ask(
      asked("placeOrderList"),
      list(1, "otoco", "exec_started", [2, 3, 4]),
      accepted(2, { list: 1, lots: 5 }),
      accepted(3, { ...WAITING, list: 1, phase: "pending" }),
      accepted(4, { type: "limit_maker", list: 1, phase: "pending", price: 120 }),
      traded([2, 1, 0], [1, 2, 0], 5, "sell"),
      list(1, "otoco", "updated", [2, 3, 4]),
      activated(3, "waiting"),
      activated(4, "working"),
    ),
  ).toBe(
    [
      "list_placed ~9",
      "list 1 updated of order-2 order-3 order-4 ~7",
      "- 2 5/5 filled working ~6",
      "- 3 0/10 new waiting ~8",
      "- 4 0/10 new working ~9",
      "  2 sell 5 as taker fee 1 of A1",
      "counts 1 9",
    ].join("\n"),
  );
});

/** A pair of orders 1 and 2, and a plain order 3. */
function pairOf({ ask }: Asking): void {
  ask(
    asked("placeOrderList"),
    list(1, "oco", "exec_started", [1, 2]),
    accepted(1, { ...WAITING, list: 1 }),
    accepted(2, { type: "limit_maker", list: 1 }),
  );
  ask(asked("placeOrder"), accepted(3));
}
const PAIR_CANCELED = [canceled(1), canceled(2), list(1, "oco", "all_done", [1, 2])];
const PAIR_TEXT = [
  "list 1 all_done of order-1 order-2 ~7",
  "- 1 0/10 canceled waiting ~5",
  "- 2 0/10 canceled working ~6",
];

test("a cancel of one leg is answered with the leg that it named, by either id, and with all that went", () => {
  for (const named of [2, "order-2"]) {
    const world = asking();
    pairOf(world);
    expect(world.ask(asked("cancelOrder", named), ...PAIR_CANCELED)).toBe(
      ["canceled ~7", "2 0/10 canceled working ~6", ...PAIR_TEXT].join("\n"),
    );
  }
});

test("a cancel of a list, and of everything, is answered with its orders and its lists", () => {
  const one = asking();
  pairOf(one);
  expect(one.ask(asked("cancelOrderList", 1), ...PAIR_CANCELED)).toBe(["canceled_list ~7", ...PAIR_TEXT].join("\n"));

  const other = asking();
  pairOf(other);
  expect(other.ask(asked("cancelAll"), ...PAIR_CANCELED, canceled(3))).toBe(
    ["canceled_all ~8", ...PAIR_TEXT, "- 3 0/10 canceled plain ~8"].join("\n"),
  );
});

test("a cancel-replace of a leg is answered with the whole list and the new order", () => {
  const world = asking();
  pairOf(world);
  const replaced = world.ask(asked("cancelReplace", "order-1"), ...PAIR_CANCELED, accepted(4));
  expect(replaced).toBe(
    [
      "replaced ~8",
      "canceled ~8",
      "1 0/10 canceled waiting ~5",
      ...PAIR_TEXT,
      "placed ~8",
      "4 0/10 new plain ~8",
      "counts 1 8",
    ].join("\n"),
  );
});

test("every first answer is made again, without counts, whatever has become of its orders since", () => {
  const world = asking();
  pairOf(world);
  world.ask(asked("placeOrder"), accepted(4, WAITING));
  world.ask(asked("cancelOrder", "order-1"), canceled(1), canceled(2), list(1, "oco", "all_done", [1, 2]));
  world.ask(asked("cancelAll"), canceled(3), canceled(4));
  const withoutCounts = (text: string): string => text.replace(/\ncounts .*/, "");
  const again = world.given.map(({ command, events }) => world.maker.again(command, events));
  expect(again.map((reply) => (reply === null ? "unknown" : replyText(reply)))).toEqual(
    world.given.map(({ reply }) => withoutCounts(reply)),
  );
  // Once persistence has them, what was canceled is not known here any more; what was placed is told from its events.
  world.exchange.model.forgetUpTo(world.exchange.events.at(-1)!.seq);
  const later = world.given.map(({ command, events }) => world.maker.again(command, events)?.outcome ?? "unknown");
  expect(later).toEqual(["list_placed", "placed", "placed", "unknown", "unknown"]);
  const another = { ...asked("placeOrderList"), account: 2 };
  expect(world.maker.again(another, world.given[0]!.events)).toBeNull();
});

test("what a repetition asks outlives the record that it was read into", () => {
  const record = new Command();
  packClientOrderId("first", record.origClientId, 0);
  const kept = askedOf(record);
  packClientOrderId("second", record.origClientId, 0);
  expect(unpackClientOrderId(kept.origClientId, 0)).toBe("first");
});
