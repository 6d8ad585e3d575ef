/**
 * The sink that a process's settings name: a Knative Broker, a Pub/Sub topic, or none.
 *
 * For engine/main.ts. The order of an end: `sink.close()` first (what is under way reads `later`), then each outbox's
 * `stop()`, which then need not wait for a broker that answers slowly.
 */
import { assert } from "../../domain/assert.ts";
import { type ClosableSink, httpSink } from "./http-sink.ts";
import { pubSubSink } from "./pubsub-sink.ts";

export interface SinkSettings {
  readonly engine: string;
  /** K_SINK; null: not set. */
  readonly knativeSink: string | null;
  /** TIDEBOOK_PUBSUB_TOPIC, `projects/P/topics/T`; null: not set. */
  readonly pubSubTopic: string | null;
  /** Why an event did not leave; it is sent again. */
  readonly onFailure?: (reason: string) => void;
}

/** null: no events leave this process. Whoever read the settings has refused both at once (engine/settings.ts). */
export function sinkFrom({ engine, knativeSink, pubSubTopic, onFailure }: SinkSettings): ClosableSink | null {
  assert(knativeSink === null || pubSubTopic === null, "events leave by one way");
  const heard = onFailure === undefined ? {} : { onFailure };
  if (knativeSink !== null) return httpSink({ url: knativeSink, ...heard });
  if (pubSubTopic === null) return null;
  return pubSubSink({ topic: pubSubTopic, orderingKey: engine, ...heard });
}
