/**
 * Preloaded into the real process (`node --import`) by http.bench-case.ts: where an order's time goes, by five borders.
 *
 * Sums of the moments at which orders pass each border; since means are linear, the difference of two sums over the number
 * of orders is the mean time between two borders, without knowing which order was in which frame. Ask while none is under
 * way. Touches no behaviour: each border's function is called as it was.
 */
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { realDisk } from "../../engine/journal/disk.ts";
import { RecordWriter } from "../../engine/protocol/command-codec.ts";
import { EngineMachine } from "../../engine/runtime/machine.ts";

/** Sums of moments, ms; `orders` is how many passed. */
export interface StepSums {
  orders: number;
  received: number;
  queued: number;
  writing: number;
  durable: number;
  applied: number;
  replied: number;
}

const NOTHING: StepSums = { orders: 0, received: 0, queued: 0, writing: 0, durable: 0, applied: 0, replied: 0 };
let sums = { ...NOTHING };
let writingAtMs = 0;
let durableAtMs = 0;

function isOrder(request: IncomingMessage): boolean {
  return request.method === "POST" && (request.url ?? "").startsWith("/api/v3/order");
}

subscribe("http.server.request.start", (message) => {
  if (!isOrder((message as { request: IncomingMessage }).request)) return;
  sums.orders += 1;
  sums.received += performance.now();
});
subscribe("http.server.response.finish", (message) => {
  if (isOrder((message as { request: IncomingMessage }).request)) sums.replied += performance.now();
});

const { write } = RecordWriter.prototype;
RecordWriter.prototype.write = function (record) {
  write.call(this, record);
  sums.queued += performance.now();
};
const { write: writeToDisk, syncDataInBackground } = realDisk;
realDisk.write = (file, bytes, position) => {
  writingAtMs = performance.now();
  return writeToDisk(file, bytes, position);
};
realDisk.syncDataInBackground = async (file) => {
  await syncDataInBackground(file);
  durableAtMs = performance.now();
};
const { applyFrame } = EngineMachine.prototype;
EngineMachine.prototype.applyFrame = function (frame, voided) {
  sums.writing += writingAtMs * frame.recordCount;
  sums.durable += durableAtMs * frame.recordCount;
  applyFrame.call(this, frame, voided);
  sums.applied += performance.now() * frame.recordCount;
};

process.on("message", () => {
  process.send?.(sums);
  sums = { ...NOTHING };
});
process.channel?.unref();
