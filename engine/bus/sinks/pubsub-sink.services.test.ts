/** The sink to Pub/Sub against Google's emulator. Skipped where the machine has none (Google Cloud SDK and Java). */
import type { PubSub } from "@google-cloud/pubsub";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HttpMessage } from "../../protocol/journal-batch.ts";
import { type EmulatedPubSub, findPubSubEmulator, openEmulatedPubSub } from "../testing/pubsub-emulator.ts";
import { pubSubSink } from "./pubsub-sink.ts";

const program = findPubSubEmulator();
const where = program === null ? " (skipped: no Pub/Sub emulator or no Java on this machine)" : "";

describe.skipIf(program === null)(`the sink to Pub/Sub${where}`, () => {
  let pubsub: EmulatedPubSub;
  let client: PubSub;

  beforeAll(async () => {
    pubsub = await openEmulatedPubSub(program as string);
    client = pubsub.client;
  });
  afterAll(async () => {
    await pubsub?.close();
  });

  test("a topic that is not there yet is for later, and the key goes on when it is; what no topic takes is poison", async () => {
    const reasons: string[] = [];
    const name = `projects/tidebook-test/topics/late`;
    const sink = pubSubSink({ topic: name, orderingKey: "e1", onFailure: (reason) => reasons.push(reason) });
    const event: HttpMessage = { headers: { "ce-id": "1" }, body: "{}" };
    const early = [await sink.send(event), await sink.send(event)];
    await client.createTopic("late");
    const after = await sink.send(event);
    const empty = await sink.send({ headers: {}, body: "" });
    const last = await sink.send(event);
    await sink.close();
    expect([early, after, empty, last, await sink.send(event)]).toEqual([
      ["later", "later"],
      "accepted",
      "poison",
      "accepted",
      "later",
    ]);
    expect(reasons).toHaveLength(3);
  });
});
