/** One flaw at a time in an otherwise good record, and what is said of it. */
import { expect, test } from "vitest";
import { Command } from "../core/command.ts";
import { amend, cancel, cancelAll, commandIdOf, place, replace, signed } from "../sim/small-exchange.ts";
import { encodeCommand, RecordWriter } from "./command-codec.ts";
import type { EngineCommand, OperatorCommand, TradeCommand } from "./commands.ts";
import { checkRecord } from "./record-check.ts";

const ENVELOPE = { commandId: commandIdOf(1), deadlineUs: 1_000, source: "trade" } as const;

function encoded(command: EngineCommand): Buffer {
  return Buffer.from(encodeCommand(command, ENVELOPE));
}

const TERMS = { side: "buy", quantityLots: 1, priceTicks: 1, clientOrderId: "abcdef" } as const;
const ORDER = place(1, TERMS);
const order = () => encoded(signed(ORDER));
const deposit = (more: object = {}) =>
  encoded({ type: "deposit", account: 1, asset: "A0", atoms: 5n, reference: "r", ...more } as OperatorCommand);

/** An operator's record of any text, said to be as long as `length`. */
function ofText(text: string, length = Buffer.byteLength(text)): Buffer {
  const json = Buffer.from(text);
  const bytes = Buffer.alloc((52 + json.length + 7) & ~7);
  deposit().copy(bytes, 0, 0, 48);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt32LE(length, 48);
  json.copy(bytes, 52);
  return bytes;
}

function tick(): Uint8Array {
  const writer = new RecordWriter(64);
  writer.write(new Command());
  const bytes = Buffer.from(writer.bytes());
  bytes[8] = 1;
  return bytes;
}

function sourceEpoch(): Uint8Array {
  const writer = new RecordWriter(64);
  writer.writeSourceEpoch({ stream: "trade", runId: "r", replicationId: "s" });
  const bytes = Buffer.from(writer.bytes());
  bytes[8] = 1;
  return bytes;
}

const ON_TRADE: readonly (readonly [flaw: string, bend: (bytes: Buffer) => unknown, said: string])[] = [
  ["length", (b) => b.writeUInt32LE(b.length + 8, 0), "length is not its own"],
  ["type of nobody", (b) => b.writeUInt8(10, 4), "type 10 is not a command's"],
  ["source", (b) => b.writeUInt8(2, 5), "source is unknown"],
  ["padding in front", (b) => b.writeUInt8(1, 7), "padding is not zero"],
  ["no id", (b) => b.fill(0, 8, 24), "command id is all zeros"],
  ["deadline NaN", (b) => b.writeDoubleLE(Number.NaN, 24), "deadline is no time"],
  ["deadline ∞", (b) => b.writeDoubleLE(Number.POSITIVE_INFINITY, 24), "deadline is no time"],
  ["deadline before time", (b) => b.writeDoubleLE(-1, 24), "deadline is no time"],
  ["position", (b) => b.writeDoubleLE(1, 32), "position is not the sender's to say"],
  ["counter", (b) => b.writeUInt32LE(1, 40), "position is not the sender's to say"],
  ["padding of the envelope", (b) => b.writeUInt8(1, 47), "position is not the sender's to say"],
  ["account", (b) => b.writeInt32LE(-1, 48), "account is below zero"],
  ["key", (b) => b.writeInt32LE(-1, 52), "key is below zero"],
  ["the exchange's key", (b) => b.writeInt32LE(0, 52), "key 0 is the exchange's own"],
  ["instrument", (b) => b.writeInt32LE(-1, 56), "instrument is below zero"],
  ["half a lot", (b) => b.writeDoubleLE(0.5, 64), "quantity is not a whole number of lots"],
  ["2^53 lots", (b) => b.writeDoubleLE(2 ** 53, 64), "quantity is not a whole number of lots"],
  ["zero below zero", (b) => b.writeDoubleLE(-0, 64), "quantity is not a whole number of lots"],
  ["order id", (b) => b.writeDoubleLE(-1, 72), "order id is not a whole number"],
  ["side", (b) => b.writeUInt8(2, 80), "side is unknown"],
  ["order type", (b) => b.writeUInt8(7, 81), "order type is unknown"],
  ["time in force", (b) => b.writeUInt8(3, 82), "time in force is unknown"],
  ["self-trade mode", (b) => b.writeUInt8(6, 83), "self-trade mode is unknown"],
  ["restriction", (b) => b.writeUInt8(3, 84), "restriction is unknown"],
  ["replace mode", (b) => b.writeUInt8(2, 85), "replace mode is unknown"],
  ["conditions twice", (b) => b.writeUInt8(2, 86), "conditions are neither there nor not"],
  ["conditions that are not there", (b) => b.writeUInt8(1, 86), "length is not that of a trader's command"],
  ["count used up", (b) => b.writeUInt8(2, 87), "what to do when the count is used up is unknown"],
  ["quote amount", (b) => b.writeBigUInt64LE(2n ** 63n, 88), "quote amount is above 2^63−1"],
  ["letter 68 of 67", (b) => b.writeUInt32LE(68 ** 5, 96), "client order id is no text of its alphabet"],
  ["a hole in it", (b) => b.writeUInt32LE(68 ** 3, 96), "client order id is no text of its alphabet"],
  ["a letter behind its end", (b) => b.writeUInt32LE(68 ** 4, 108), "client order id is no text of its alphabet"],
  ["a 37th letter", (b) => b.fill(b.subarray(96, 100), 96, 128), "client order id is no text of its alphabet"],
];

test("a trader's record with one flaw is refused by the name of it", () => {
  expect(checkRecord(order(), "trade")).toBe(null);
  const said = ON_TRADE.map(([flaw, bend]) => {
    const bytes = order();
    bend(bytes);
    return [flaw, checkRecord(bytes, "trade")];
  });
  expect(said).toEqual(ON_TRADE.map(([flaw, , due]) => [flaw, due]));
});

const CONDITIONS = { stopTicks: 5, trailingDeltaBips: 0, icebergLots: 0, strategyId: 0, strategyType: 0 };
const withConditions = () => encoded(signed({ ...ORDER, conditions: CONDITIONS } as TradeCommand));
const leg = (clientOrderId: string) => ({
  side: "sell",
  orderType: "limit",
  timeInForce: "gtc",
  selfTradeMode: null,
  priceTicks: 5,
  quantityLots: 1,
  clientOrderId,
});
const list = (legs = 2) =>
  encoded({
    type: "place_order_list",
    account: 1,
    keyId: 1,
    instrument: 0,
    contingency: "oto",
    listClientOrderId: "list",
    legs: Array.from({ length: legs }, (_, index) => leg(`leg-${index}`)),
  } as TradeCommand);

const ON_SPECIAL: readonly (readonly [
  flaw: string,
  make: () => Buffer,
  bend: (bytes: Buffer) => unknown,
  said: string,
])[] = [
  ["half a condition", withConditions, (b) => b.writeDoubleLE(0.5, 128), "a condition is not a whole number"],
  ["a condition NaN", withConditions, (b) => b.writeDoubleLE(Number.NaN, 160), "a condition is not a whole number"],
  ["a zero below zero", withConditions, (b) => b.writeDoubleLE(-0, 136), "a condition is not a whole number"],
  ["none of them", withConditions, (b) => b.fill(0, 128, 168), "conditions are there and empty"],
  ["said to be plain", withConditions, (b) => b.writeUInt8(0, 86), "length is not that of a trader's command"],
  ["a list's account", list, (b) => b.writeInt32LE(-1, 48), "account is below zero"],
  ["a list's key", list, (b) => b.writeInt32LE(0, 52), "key 0 is the exchange's own"],
  ["a list's instrument", list, (b) => b.writeInt32LE(-1, 56), "instrument is below zero"],
  ["contingency", list, (b) => b.writeUInt8(3, 60), "contingency is unknown"],
  ["one leg more", list, (b) => b.writeUInt8(3, 61), "length is not that of a list"],
  ["200 legs", list, (b) => b.writeUInt8(200, 61), "length is not that of a list"],
  ["padding of a list", list, (b) => b.writeUInt8(1, 62), "padding is not zero"],
  ["a list's id", list, (b) => b.writeUInt32LE(68 ** 5, 64), "client order id is no text of its alphabet"],
  ["a leg's side", list, (b) => b.writeUInt8(2, 96), "side is unknown"],
  ["a leg's type", list, (b) => b.writeUInt8(7, 97), "order type is unknown"],
  ["a leg's time in force", list, (b) => b.writeUInt8(3, 98), "time in force is unknown"],
  ["a leg's mode", list, (b) => b.writeUInt8(6, 99), "self-trade mode is unknown"],
  ["a leg's quantity", list, (b) => b.writeDoubleLE(-1, 104), "quantity is not a whole number of lots"],
  ["a leg's id", list, (b) => b.writeUInt32LE(68 ** 5, 112), "client order id is no text of its alphabet"],
  ["the second leg's condition", list, (b) => b.writeDoubleLE(0.1, 264), "a condition is not a whole number"],
];

test("a record of a special order or a list with one flaw is refused by the name of it", () => {
  expect([withConditions(), list(0), list(), list(3), list(4)].map((each) => checkRecord(each, "trade"))).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  const said = ON_SPECIAL.map(([flaw, make, bend]) => {
    const bytes = make();
    bend(bytes);
    return [flaw, checkRecord(bytes, "trade")];
  });
  expect(said).toEqual(ON_SPECIAL.map(([flaw, , , due]) => [flaw, due]));
  expect(list(9).length).toBe(list(4).length);
});

test("I29: no trader's command passes that names no key, of whatever kind: over a stream nobody is the exchange itself", () => {
  const kinds = [ORDER, cancel(1, "a"), cancelAll(1), amend(1, "a", 1), replace(1, "a", "allow_failure", TERMS)];
  const said = (command: EngineCommand) => checkRecord(encoded(command), "trade");
  expect(kinds.map((command) => [said(signed(command)), said(command)])).toEqual(
    kinds.map(() => [null, "key 0 is the exchange's own"]),
  );
});

test("an amount of 2^63−1 and a client order id of 36 letters are within bounds", () => {
  const name = "z".repeat(36);
  const terms = {
    side: "buy",
    orderType: "market",
    quantityLots: 0,
    priceTicks: 0,
    quoteAtoms: 2n ** 63n - 1n,
  } as const;
  expect(checkRecord(encoded(signed(place(1, { ...terms, clientOrderId: name }))), "trade")).toBe(null);
  expect(checkRecord(encoded(signed(cancel(1, name, ""))), "trade")).toBe(null);
});

test("a record has the length that its type and its client order ids give it", () => {
  const bytes = order();
  const longer = Buffer.concat([bytes, Buffer.alloc(32)]);
  longer.writeUInt32LE(longer.length, 0);
  const shorter = Buffer.from(bytes.subarray(0, 120));
  shorter.writeUInt32LE(120, 0);
  expect([longer, shorter, bytes.subarray(0, 47)].map((each) => checkRecord(each, "trade"))).toEqual([
    "a trailing client order id is empty",
    "length is not that of a trader's command",
    "shorter than an envelope",
  ]);
});

test("a tick and a source epoch are the engine's own; each command has its own stream", () => {
  expect([tick(), sourceEpoch()].map((each) => checkRecord(each, "ops"))).toEqual([
    "type 0 is not a command's",
    "type 7 is not a command's",
  ]);
  expect([checkRecord(order(), "ops"), checkRecord(deposit(), "trade")]).toEqual([
    "a trader's command on the operator's stream",
    "an operator's command on the traders' stream",
  ]);
});

const PLAIN = '{"type":"revoke_key","apiKey":"k"}';
const ON_OPS: readonly (readonly [bytes: Buffer, said: string | RegExp])[] = [
  [ofText(PLAIN, PLAIN.length - 8), "length is not that of an operator's command"],
  [ofText(PLAIN, PLAIN.length - 1), "padding is not zero"],
  // Rounded up in 32 bits it is the record's own length; taken at its word, it reaches into the next record.
  [ofText("", 2 ** 32 - 1), "length is not that of an operator's command"],
  [ofText(PLAIN.slice(1)), "not JSON in UTF-8"],
  [ofText(PLAIN.replace("k", "k\u{fffd}").replace("{", "{ ")), "JSON is not in its plain form"],
  [ofText(PLAIN.replace("{", '{"type":"x",')), "JSON is not in its plain form"],
  [ofText('{"type":"set_account","account":-0,"canTrade":true,"canWithdraw":true}'), "JSON is not in its plain form"],
  [ofText(PLAIN.replace("{", '{"__proto__":1,')), /Unrecognized key/],
  [ofText(PLAIN.replace('"k"', '"!catalog"')), /^apiKey: /],
  [ofText('{"type":"no_such_command"}'), /^type: /],
  [ofText("[".repeat(4_000) + "]".repeat(4_000)), /^command: /],
  [deposit({ atoms: -1n }), /^atoms: /],
  [deposit({ account: 0.5 }), /^account: /],
  [deposit({ reference: "a\0" }), /^reference: /],
  [deposit({ reference: "\ud800" }), /^reference: /],
  [deposit({ reference: "x".repeat(129) }), /^reference: /],
  [deposit({ also: 1 }), /Unrecognized key/],
];

test("an operator's record is plain JSON of one command, and nothing else", () => {
  expect([deposit(), ofText(PLAIN)].map((each) => checkRecord(each, "ops"))).toEqual([null, null]);
  for (const [bytes, said] of ON_OPS)
    expect(checkRecord(bytes, "ops")).toEqual(typeof said === "string" ? said : expect.stringMatching(said));
});

test("bytes that are no UTF-8 are refused", () => {
  const bytes = ofText(PLAIN);
  bytes[53] = 0xff;
  expect(checkRecord(bytes, "ops")).toBe("not JSON in UTF-8");
});
