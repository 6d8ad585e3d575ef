/** The sink to Pub/Sub where nobody answers; against one that does: pubsub-sink.services.test.ts. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { pubSubSink } from "./pubsub-sink.ts";

const EVENT = { headers: { "ce-id": "1" }, body: "{}" };
const closers: (() => void)[] = [];
afterEach(() => {
  delete process.env.PUBSUB_EMULATOR_HOST;
  delete process.env.METADATA_SERVER_DETECTION;
  for (const close of closers.splice(0)) close();
});

test("what is under way when the sink closes reads 'later', though nobody has answered, and so does what comes after", async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
  });
  closers.push(() => {
    silent.close();
    for (const socket of sockets) socket.destroy();
  });
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  process.env.PUBSUB_EMULATOR_HOST = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  // The library would ask the network whether this is a machine of Google's.
  process.env.METADATA_SERVER_DETECTION = "none";
  const sink = pubSubSink({ topic: "projects/p/topics/t", orderingKey: "e1" });
  const underWay = [sink.send(EVENT), sink.send(EVENT)];
  await once(silent, "connection");
  const closed = sink.close();
  expect([await Promise.all(underWay), await sink.send(EVENT)]).toEqual([["later", "later"], "later"]);
  await closed;
});
