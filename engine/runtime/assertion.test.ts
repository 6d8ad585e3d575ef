/** A record that trips an assertion: nothing of its frame is acknowledged, everything stops at it, and an operator gets past it. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { COMMAND } from "../core/command.ts";
import { RECORD_HEADER_BYTES } from "../protocol/command-codec.ts";
import { openMachine } from "../sim/journaled-stream.ts";
import { commandIdOf, newExchange, openExchange, place } from "../sim/small-exchange.ts";

const OPS = resolve(import.meta.dirname, "../ops/main.ts");
const OPS_TIMEOUT_MS = 20_000;

let dataFolder: string;
let directory: string;
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), "tidebook-assertion-"));
  directory = join(dataFolder, "journal");
});
afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

async function ops(...words: string[]): Promise<unknown> {
  const args = [OPS, "journal", ...words, "--data-dir", dataFolder, "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: OPS_TIMEOUT_MS });
  return JSON.parse(stdout);
}

/** An operator's command that no version knows: the core's own belief about commands is what it breaks. */
const PLANTED = { type: "no_such_command" } as never;
const order = (name: string) => place(1, { side: "sell", quantityLots: 1, priceTicks: 10, clientOrderId: name });

test("I25: an assertion stops the engine, acknowledges nothing of its frame, stops recovery, and can be voided", async () => {
  const live = await newExchange({ directory });
  await live.send(order("a"));
  const acknowledged = live.engine.stats().journal.records;
  const inOneFrame = [
    live.send(order("b"), commandIdOf(1)),
    live.operate(PLANTED, commandIdOf(2)),
    live.send(order("c"), commandIdOf(3)),
  ];
  const frames: unknown[] = [];
  live.engine.subscribeFeed((frame) => frames.push(frame));
  // This one comes when their frame is under way, and waits for the next, which never comes.
  const behind = Promise.resolve().then(() => live.send(order("d"), commandIdOf(4)));
  const outcomes = await Promise.allSettled([...inOneFrame, behind]);
  expect(outcomes.map((each) => (each.status === "rejected" ? each.reason.code : each.value))).toEqual(
    Array(4).fill("outcome_unknown"),
  );
  const recordSeq = acknowledged + 2;
  expect([live.fatal, frames]).toEqual([[expect.objectContaining({ code: "record_fault", recordSeq })], []]);
  await expect(live.send(order("e"))).rejects.toMatchObject({ code: "not_sent" });
  await live.engine.close();

  for (let tries = 0; tries < 2; tries += 1) {
    await expect(openExchange({ directory })).rejects.toMatchObject({
      code: "record_fault",
      place: { recordSeq },
      message: expect.stringContaining(`npm run ops -- journal void ${recordSeq}`),
    });
  }
  expect(await ops("verify")).toMatchObject({ outcome: "whole", lastRecord: acknowledged + 3, damage: null });
  expect(await ops("show", String(recordSeq))).toMatchObject({
    recordSeq,
    text: expect.stringContaining("no_such_command"),
    voidReason: null,
  });
  await expect(ops("void", String(acknowledged), "--reason", "too late")).rejects.toThrow("its events have left");
  expect(await ops("void", String(recordSeq), "--reason", "planted")).toEqual({ recordSeq, reason: "planted" });

  const next = await openExchange({ directory });
  expect(next.engine.recovery.voided).toEqual([recordSeq]);
  const open = await next.engine.openOrders(1, 0);
  expect(open.value.map(({ clientOrderId }) => clientOrderId)).toEqual(["a", "b", "c"]);
  expect(await next.send(order("f"))).toMatchObject({ outcome: "placed" });
  const before = await next.engine.account(1);
  await next.engine.close();
  const again = await openExchange({ directory });
  expect(await again.engine.account(1)).toEqual(before);
  await again.engine.close();
});

test("I25: a record that cannot even be read is shown as it lies there, and voided", async () => {
  const live = await newExchange({ directory });
  await live.engine.close();
  const { machine, journal } = await openMachine(directory);
  const payload = Buffer.alloc(RECORD_HEADER_BYTES + 8);
  payload.writeUInt32LE(payload.byteLength, 0);
  payload[4] = COMMAND.operator;
  payload.writeUInt32LE(3, RECORD_HEADER_BYTES);
  payload.write("{no", RECORD_HEADER_BYTES + 4);
  const recordSeq = machine.head().nextRecord;
  await journal.append({ recordCount: 1, payload, timeUs: journal.timeUs });
  await journal.close();

  await expect(openExchange({ directory })).rejects.toMatchObject({ code: "record_fault", place: { recordSeq } });
  expect(await ops("show", String(recordSeq))).toMatchObject({ text: expect.stringContaining("not readable") });
  await ops("void", String(recordSeq), "--reason", "unreadable");
  const next = await openExchange({ directory });
  expect(next.engine.recovery.voided).toEqual([recordSeq]);
  expect(await next.send(order("a"))).toMatchObject({ outcome: "placed" });
  await next.engine.close();
});
