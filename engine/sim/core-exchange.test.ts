/** The fast core under the suite of the rules, and what it alone can say: which events answered a repeated command. */
import { expect, test } from "vitest";
import type { EngineCommand } from "../protocol/commands.ts";
import { bookSuite } from "./book-suite.ts";
import { CoreExchange } from "./core-exchange.ts";

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
