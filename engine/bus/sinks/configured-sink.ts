/**
 * The sink that a process's settings name: a Knative Broker, a Pub/Sub topic, or none.
 *
 * For engine/main.ts. The order of an end: `sink.close()` first (what is under way reads `later`), then each outbox's
 * `stop()`, which then need not wait for a broker that answers slowly.
 */
import { type ClosableSink, httpSink } from "./http-sink.ts";
import { pubSubSink, TOPIC_PATTERN } from "./pubsub-sink.ts";

export interface SinkSettings {
  readonly engine: string;
  /** K_SINK; null: not set. */
  readonly knativeSink: string | null;
  /** TIDEBOOK_PUBSUB_TOPIC, `projects/P/topics/T`; null: not set. */
  readonly pubSubTopic: string | null;
  /** Why an event did not leave; it is sent again. */
  readonly onFailure?: (reason: string) => void;
}

/** Every mistake in the two settings, as a sentence each; for whoever reads them. */
export function sinkMistakes({ knativeSink, pubSubTopic }: Omit<SinkSettings, "engine">): readonly string[] {
  const mistakes: string[] = [];
  if (knativeSink !== null && !/^https?:$/.test(URL.parse(knativeSink)?.protocol ?? ""))
    mistakes.push("K_SINK is an http or https URL");
  if (pubSubTopic !== null && !TOPIC_PATTERN.test(pubSubTopic))
    mistakes.push("TIDEBOOK_PUBSUB_TOPIC is projects/P/topics/T");
  if (knativeSink !== null && pubSubTopic !== null)
    mistakes.push("K_SINK and TIDEBOOK_PUBSUB_TOPIC exclude each other: events leave by one way");
  return mistakes;
}

/** null: no events leave this process. @throws TypeError with every mistake. */
export function sinkFrom(settings: SinkSettings): ClosableSink | null {
  const { engine, knativeSink, pubSubTopic, onFailure } = settings;
  const mistakes = sinkMistakes(settings);
  if (mistakes.length > 0) throw new TypeError(mistakes.join("; "));
  const heard = onFailure === undefined ? {} : { onFailure };
  if (knativeSink !== null) return httpSink({ url: knativeSink, ...heard });
  if (pubSubTopic === null) return null;
  return pubSubSink({ topic: pubSubTopic, orderingKey: engine, ...heard });
}
