/** The sink to Pub/Sub against Google's emulator. Skipped where the machine has none (Google Cloud SDK and Java). */
import type { PubSub } from "@google-cloud/pubsub";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HttpMessage } from "../../protocol/journal-batch.ts";
import { findPubSubEmulator, type PubSubEmulator, startPubSubEmulator } from "../testing/pubsub-emulator.ts";
import { pubSubSink } from "./pubsub-sink.ts";

const program = findPubSubEmulator();
const where = program === null ? " (skipped: no Pub/Sub emulator or no Java on this machine)" : "";

describe.skipIf(program === null)(`the sink to Pub/Sub${where}`, () => {
  let emulator: PubSubEmulator;
  let client: PubSub;

  beforeAll(async () => {
    emulator = await startPubSubEmulator(program as string);
    process.env.PUBSUB_EMULATOR_HOST = emulator.host;
    // Nobody is asked for a cloud's credentials.
    process.env.METADATA_SERVER_DETECTION = "none";
    const library = await import("@google-cloud/pubsub");
    client = new library.PubSub({ projectId: "tidebook-test" });
  });
  afterAll(async () => {
    await client?.close();
    await emulator?.stop();
    delete process.env.PUBSUB_EMULATOR_HOST;
    delete process.env.METADATA_SERVER_DETECTION;
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
