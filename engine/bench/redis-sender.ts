/**
 * The sender of the Redis bench, in a process of its own: keeps so many commands in flight, as an edge under load does.
 *
 * Arguments: port of Redis, "orders" or "bare", how many in flight, how many in a round. Says "ready" to its parent, and
 * after each word from it the milliseconds that a round took. "orders": commands of a flow to the trade stream, each done when
 * its answer is heard. "bare": entries of the same size to a stream that nobody reads, each done when XADD returns.
 */
import { randomBytes } from "node:crypto";
import { connectRedis } from "../bus/redis/connection.ts";
import { Command } from "../core/command.ts";
import { busNames, ENTRY_COMMAND, ENTRY_INSTANCE, type ReplyMessage, replyChannel } from "../protocol/bus-messages.ts";
import { RecordWriter, toRecord } from "../protocol/command-codec.ts";
import { SignedFlow } from "./redis-flow.ts";

const [, , port = "", mode = "orders", inFlightText = "", roundText = ""] = process.argv;
const IN_FLIGHT = Number(inFlightText);
const ROUND = Number(roundText);
const DEADLINE_AHEAD_US = 9_000_000;
const DEADLINE_AT = 24;
const INSTANCE = "bench-sender";
const STREAM = mode === "orders" ? busNames("e1").trade : "bare";

const url = `redis://127.0.0.1:${port}`;
const commands = connectRedis({ url, name: "bench", kind: "commands" }, () => {});
const subscriber = connectRedis({ url, name: "bench", kind: "subscriber" }, () => {});
await Promise.all(
  [commands, subscriber].map((redis) => new Promise<void>((done) => redis.once("ready", () => done()))),
);
await subscriber.subscribe(replyChannel(INSTANCE));

const flow = new SignedFlow();
const writer = new RecordWriter(1 << 20);
const record = new Command();
/** The round's commands, made before it begins: what decides on an order is no part of its way. */
let records: Buffer[] = [];
let unsent = 0;
let unanswered = 0;
let ended: () => void = () => {};

function encodeRound(): Buffer[] {
  const ids = randomBytes(16 * ROUND);
  const encoded = Array.from({ length: ROUND }, (_, index) => {
    const commandId = ids.subarray(index * 16, index * 16 + 16);
    writer.clear();
    writer.write(toRecord(flow.next(), { commandId, deadlineUs: 0, source: "trade" }, record));
    return Buffer.from(writer.bytes());
  });
  return encoded.reverse();
}

/** Sends so many of what is left, in one write. */
function send(count: number): void {
  const some = Math.min(count, unsent);
  if (some === 0) return;
  const deadlineUs = Date.now() * 1_000 + DEADLINE_AHEAD_US;
  const pipeline = commands.pipeline();
  for (let index = 0; index < some; index++) {
    const encoded = records[--unsent]!;
    encoded.writeDoubleLE(deadlineUs, DEADLINE_AT);
    pipeline.xadd(STREAM, "*", ENTRY_COMMAND, encoded, ENTRY_INSTANCE, INSTANCE);
  }
  const written = pipeline.exec();
  if (mode === "bare") written.then(() => done(some), fail);
  else written.catch(fail);
}

function done(count: number): void {
  unanswered -= count;
  send(count);
  if (unanswered === 0) ended();
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

subscriber.on("message", (_channel, text) => done((JSON.parse(text) as ReplyMessage).replies.length));

process.on("message", () => {
  records = encodeRound();
  unsent = ROUND;
  unanswered = ROUND;
  const startedMs = performance.now();
  ended = () => process.send?.(performance.now() - startedMs);
  // In parts, so that not all of them are always in the same state.
  for (let sent = 0; sent < IN_FLIGHT; sent += IN_FLIGHT / 8) send(IN_FLIGHT / 8);
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
