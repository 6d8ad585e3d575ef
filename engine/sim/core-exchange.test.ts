/** The fast core under the suite of the rules, and what it alone can say: which events answered a repeated command. */
import { expect, test } from "vitest";
import type { EngineCommand } from "../protocol/commands.ts";
import { bookSuite } from "./book-suite.ts";
import { CoreExchange, RestartingCoreExchange } from "./core-exchange.ts";
import { runScenario } from "./scenario.ts";

bookSuite("core", () => new CoreExchange());

const DEADLINE_US = 2_000_000;

test("I21: a repeated command is answered with the events of its first delivery, until its deadline has passed", () => {
  const exchange = new CoreExchange();
  const send = (id: number, command: EngineCommand, timeUs: number) => {
    const envelope = { commandId: new Uint8Array(16).fill(id), deadlineUs: DEADLINE_US, source: "ops" } as const;
    const events = exchange.apply(command, envelope, timeUs);
    return { events: events.map(({ seq, type }) => `${seq} ${type}`), repeated: exchange.core.repeated };
  };
  const addAsset: EngineCommand = { type: "add_asset", name: "USD", decimals: 2 };
  const deposit: EngineCommand = { type: "deposit", account: 0, asset: "USD", atoms: 5n, reference: "r" };
  expect([
    send(1, addAsset, 10),
    send(2, deposit, 20),
    send(3, addAsset, 30),
    send(2, deposit, DEADLINE_US),
    send(3, addAsset, DEADLINE_US),
    send(2, deposit, DEADLINE_US + 1),
  ]).toEqual([
    { events: ["1 asset_added"], repeated: null },
    { events: ["2 funds_moved", "3 balance_changed"], repeated: null },
    { events: ["4 command_rejected"], repeated: null },
    { events: [], repeated: { firstSeq: 2, eventCount: 2 } },
    { events: [], repeated: { firstSeq: 4, eventCount: 1 } },
    { events: ["5 command_rejected"], repeated: null },
  ]);
});

test("I21: an id taken in anew after its first deadline is remembered by a restored core as by one that never stopped", () => {
  const command: EngineCommand = { type: "open_account", name: "ann" };
  const answers = [new CoreExchange(), new RestartingCoreExchange(1)].map((exchange) =>
    // The second copy comes after the first one's deadline, all within one second.
    [
      [10, 100],
      [200, 900],
      [300, 900],
    ].map(([timeUs = 0, deadlineUs = 0]) => {
      const envelope = { commandId: new Uint8Array(16).fill(1), deadlineUs, source: "ops" } as const;
      return exchange.apply(command, envelope, timeUs).map(({ type }) => type);
    }),
  );
  const due = [["account_changed"], ["command_rejected"], []];
  expect(answers).toEqual([due, due]);
});

test("order ids go on beyond 2^32: matched, amended and cancelled by id", () => {
  const exchange = new CoreExchange();
  runScenario(exchange, "open ann 100 100");
  exchange.core.state.instruments[0]!.lastOrderId = BEYOND_32_BITS;
  const idAt = (offset: number) => BEYOND_32_BITS + offset;
  const sent = [
    place(1, "sell", 5, "one"),
    place(1, "sell", 5, "two"),
    { type: "cancel_order", ...TARGET, orderId: idAt(1), cancelClientOrderId: "x", restriction: "none" },
    { type: "amend_order", ...TARGET, orderId: idAt(2), quantityLots: 3, newClientOrderId: "" },
    place(1, "buy", 2, "three"),
    { type: "cancel_order", ...TARGET, orderId: 2, cancelClientOrderId: "x", restriction: "none" },
  ] satisfies EngineCommand[];
  const ids = sent.flatMap((command, index) => {
    const envelope = { commandId: new Uint8Array(16).fill(100 + index), deadlineUs: 9_000_000, source: "ops" } as const;
    return exchange.apply(command, envelope, 2_000_000).flatMap((event) => {
      if (event.type === "trade_executed") return [`${event.takerOrderId} took from ${event.makerOrderId}`];
      if (event.type === "command_rejected") return [event.reason];
      return "orderId" in event ? [`${event.type} ${event.orderId}`] : [];
    });
  });
  expect(ids).toEqual([
    `order_accepted ${idAt(1)}`,
    `order_accepted ${idAt(2)}`,
    `order_canceled ${idAt(1)}`,
    `order_amended ${idAt(2)}`,
    `order_accepted ${idAt(3)}`,
    `${idAt(3)} took from ${idAt(2)}`,
    "order_not_found",
  ]);
});

const BEYOND_32_BITS = 2 ** 33 + 2 ** 32;
const TARGET = { account: 1, keyId: 0, instrument: 0, origClientOrderId: "" } as const;

function place(account: number, side: "buy" | "sell", quantityLots: number, clientOrderId: string): EngineCommand {
  return {
    type: "place_order",
    account,
    keyId: 0,
    instrument: 0,
    side,
    orderType: "limit",
    timeInForce: "gtc",
    selfTradeMode: "none",
    priceTicks: 10,
    quantityLots,
    quoteAtoms: 0n,
    clientOrderId,
  };
}
