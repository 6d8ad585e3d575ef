/**
 * Journal batches through Pub/Sub, by Google's emulator: the engine's sink, a topic, a push subscription, the real function
 * under the Functions Framework; wrapped and unwrapped, with an ordering key, refused and repeated. Skipped where the
 * machine has no emulator (Google Cloud SDK and Java).
 */
import type { PubSub } from "@google-cloud/pubsub";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pubSubSink } from "../../engine/bus/sinks/pubsub-sink.ts";
import {
  type EmulatedPubSub,
  findPubSubEmulator,
  openEmulatedPubSub,
} from "../../engine/bus/testing/pubsub-emulator.ts";
import { batchToHttp, cutBatches, type HttpMessage } from "../../engine/protocol/journal-batch.ts";
import type { Database } from "../_shared/database.ts";
import { idOf, PushRecorder } from "../_shared/testing/push-recorder.ts";
import { installPersistence, persistenceOn } from "./deps.ts";
import { eventStream } from "./testing/event-stream.ts";
import { foldEvents } from "./testing/fold.ts";
import { openMemoryDatabase } from "./testing/memory-database.ts";
import { dumpTables } from "./testing/table-dump.ts";
import "./index.ts";

const RETRY = { minimumBackoff: { nanos: 10_000_000 }, maximumBackoff: { seconds: 1 } };

const program = findPubSubEmulator();
const where = program === null ? " (skipped: no Pub/Sub emulator or no Java on this machine)" : "";

describe.skipIf(program === null)(`journal batches through Pub/Sub${where}`, () => {
  let pubsub: EmulatedPubSub;
  let client: PubSub;
  let database: Database;
  const recorders: PushRecorder[] = [];

  beforeAll(async () => {
    pubsub = await openEmulatedPubSub(program as string);
    client = pubsub.client;
    database = await openMemoryDatabase();
    installPersistence({
      ...persistenceOn(
        async () => database,
        () => {},
      ),
      // The emulator sends no token.
      gate: { from: "push", verify: async () => ({ outcome: "valid" }) },
    });
  });
  afterAll(async () => {
    installPersistence(null);
    for (const recorder of recorders) recorder.stop();
    await database?.close();
    await pubsub?.close();
  });

  for (const isWrapped of [true, false]) {
    const form = isWrapped ? "wrapped" : "unwrapped";
    test(`journal batches pushed ${form}, refused at first and sent twice, give the tables that the events fold to`, async () => {
      const engine = isWrapped ? "w1" : "u1";
      const [topic] = await client.createTopic(`batches-${form}`);
      const recorder = new PushRecorder("persistence");
      recorders.push(recorder);
      recorder.refusals = 2;
      await topic.createSubscription(`push-${form}`, {
        enableMessageOrdering: true,
        pushConfig: {
          pushEndpoint: await recorder.start(),
          ...(isWrapped ? {} : { noWrapper: { writeMetadata: true } }),
        },
        retryPolicy: RETRY,
      });
      const sink = pubSubSink({ topic: topic.name, orderingKey: engine });
      const events = eventStream({ seed: 7, eventsMin: 1_500 });
      const lastSeq = events.length;
      const run = { engine, epoch: 1, firstSeq: 1, lastSeq, headSeq: lastSeq, events };
      const messages: HttpMessage[] = [...cutBatches(run)].map(batchToHttp);
      const ids = messages.map(({ headers }) => headers["ce-id"]);
      const sent: string[] = [];
      for (const message of [...messages, ...messages]) sent.push(await sink.send(message));
      await recorder.until((all) => all.filter(({ status }) => status === 204).length >= 2 * ids.length);
      await sink.close();
      expect(new Set(sent)).toEqual(new Set(["accepted"]));
      expect(await dumpTables(database, engine)).toEqual(foldEvents(engine, events));
      const taken = recorder.delivered.filter(({ status }) => status === 204).map(idOf);
      // One key, one order: what was refused held up the rest.
      expect([ids.length > 2, taken]).toEqual([true, [...ids, ...ids]]);
      expect(recorder.delivered.slice(0, 3).map((each) => [each.status, idOf(each)])).toEqual([
        [503, ids[0]],
        [503, ids[0]],
        [204, ids[0]],
      ]);
    });
  }
});
