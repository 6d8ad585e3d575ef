/** The examples of README.md are what the code reads and writes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newExchange, place } from "../sim/small-exchange.ts";
import {
  approvalToHttp,
  DEPOSIT_CONFIRMED_TYPE,
  readFundingEvent,
  WITHDRAWAL_APPROVED_TYPE,
  WITHDRAWAL_FAILED_TYPE,
  WITHDRAWAL_PAID_TYPE,
} from "./funding-events.ts";
import { JOURNAL_BATCH_TYPE, JOURNAL_HEARTBEAT_TYPE, readJournalBatch, readJournalHeartbeat } from "./journal-batch.ts";
import { ORDER_OUTCOME_TYPE, ORDER_REQUESTED_TYPE, outcomeToHttp, readOrderRequest } from "./order-events.ts";
import { cutPublicEvents, INSTRUMENT_CHANGED_TYPE, TRADES_EXECUTED_TYPE } from "./public-events.ts";

const readme = readFileSync(join(import.meta.dirname, "README.md"), "utf8");

/** The data that the section of a type shows. */
function exampleOf(type: string): unknown {
  const section = readme.split(/^## /m).find((part) => part.startsWith(`${type}\n`)) ?? "";
  return JSON.parse(/```json\n([\s\S]*?)```/.exec(section)?.[1] ?? "null");
}

/** Names of fields, inner ones included; what an array holds counts once. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shapeOf(field)]));
}

test("the examples of batch, heartbeat and request are read as they are shown", () => {
  const batch = exampleOf(JOURNAL_BATCH_TYPE) as { firstSeq: number; lastSeq: number };
  expect(readJournalBatch(batch)).toMatchObject({ firstSeq: batch.firstSeq, lastSeq: batch.lastSeq });
  expect(readJournalHeartbeat(exampleOf(JOURNAL_HEARTBEAT_TYPE))).toEqual(exampleOf(JOURNAL_HEARTBEAT_TYPE));
  expect(readOrderRequest(exampleOf(ORDER_REQUESTED_TYPE))).toEqual(exampleOf(ORDER_REQUESTED_TYPE));
});

test("the examples of the public events have the fields that are sent", async () => {
  const { engine, send } = await newExchange();
  await send(place(1, { side: "sell", quantityLots: 1, priceTicks: 10, clientOrderId: "a" }));
  await send(place(2, { side: "buy", quantityLots: 1, priceTicks: 10, clientOrderId: "b" }));
  const { events, nextSeq } = await engine.eventsSince(1, 1_000);
  const run = { engine: "e1", firstSeq: 1, lastSeq: nextSeq - 1, events };
  const sent = new Map(
    [...cutPublicEvents(run, engine.catalog())].map(({ message }) => [message?.headers["ce-type"], message?.body]),
  );
  for (const type of [TRADES_EXECUTED_TYPE, INSTRUMENT_CHANGED_TYPE]) {
    expect(shapeOf(exampleOf(type)), type).toEqual(shapeOf(JSON.parse(sent.get(type) ?? "null")));
  }
});

test("the example of an outcome is one that is sent", () => {
  const example = exampleOf(ORDER_OUTCOME_TYPE) as Parameters<typeof outcomeToHttp>[1];
  const { body } = outcomeToHttp(new Uint8Array(16), example, null);
  expect(JSON.parse(body)).toEqual(example);
  expect(Object.keys(example)).toEqual(["outcome", "request", "clientOrderId", "result"]);
});

test("the examples of funding are read as they are shown, and sent as they are shown", () => {
  for (const type of [DEPOSIT_CONFIRMED_TYPE, WITHDRAWAL_PAID_TYPE, WITHDRAWAL_FAILED_TYPE])
    expect(readFundingEvent(type, exampleOf(type))).toEqual({ type, data: exampleOf(type) });
  const example = exampleOf(WITHDRAWAL_APPROVED_TYPE) as Parameters<typeof approvalToHttp>[1];
  expect(JSON.parse(approvalToHttp("e1", example).body)).toEqual(example);
  expect(Object.keys(example)).toEqual([
    ...["reference", "account", "asset", "amount"],
    ...["address", "addressTag", "network"],
  ]);
});

test("every type that is sent or taken has its section, and its line in the table", () => {
  const types = [
    JOURNAL_BATCH_TYPE,
    JOURNAL_HEARTBEAT_TYPE,
    TRADES_EXECUTED_TYPE,
    INSTRUMENT_CHANGED_TYPE,
    ORDER_REQUESTED_TYPE,
    ORDER_OUTCOME_TYPE,
    DEPOSIT_CONFIRMED_TYPE,
    WITHDRAWAL_APPROVED_TYPE,
    WITHDRAWAL_PAID_TYPE,
    WITHDRAWAL_FAILED_TYPE,
  ];
  const sections = [...readme.matchAll(/^## (tidebook\.\S+)$/gm)].map(([, type]) => type);
  const lines = [...readme.matchAll(/^\| \[`(tidebook\.[^`]+)`\]\(#([^)]+)\)/gm)];
  expect(sections).toEqual(types);
  expect(lines.map(([, type]) => type)).toEqual(types);
  expect(lines.map(([, , anchor]) => anchor)).toEqual(types.map((type) => type.replaceAll(".", "")));
});
