/**
 * Events to Google Cloud Pub/Sub: one message an event, CloudEvents binding in binary mode, the engine as ordering key.
 *
 * CloudEvent attributes become message attributes `ce-…`, the content type becomes `content-type`, the data stays as it
 * is. Nothing is gathered into batches: the outbox has one event under way and waits for its answer anyway. Pub/Sub takes
 * 1 MB/s per ordering key; that is the stated limit of one engine's events by this way (by Knative there is none).
 *
 * After a failure the library refuses everything more under that ordering key until it is told to go on; it is told at
 * once, because whoever sends waits for the answer and sends the same event again.
 *
 * The library costs a quarter of a second of CPU to load, so it is loaded with the first event.
 */
import type { PubSub, Topic } from "@google-cloud/pubsub";
import type { HttpMessage } from "../../protocol/journal-batch.ts";
import { PUBSUB_TOPIC } from "../../protocol/setting.ts";
import type { ClosableSink } from "./http-sink.ts";

/** One publish, the library's own retries (of what gRPC calls transient) included. */
const PUBLISH_TIMEOUT_MS = 30_000;
/** gRPC's own numbers: the message itself is wrong, and stays so. */
const INVALID_ARGUMENT = 3;
const OUT_OF_RANGE = 11;

export interface PubSubSinkOptions {
  /** `projects/P/topics/T`. */
  readonly topic: string;
  /** The engine. */
  readonly orderingKey: string;
  readonly onFailure?: (reason: string) => void;
}

export function pubSubSink(options: PubSubSinkOptions): ClosableSink {
  const { orderingKey, onFailure } = options;
  const projectId = PUBSUB_TOPIC.exec(options.topic)?.[1];
  if (projectId === undefined) throw new TypeError("a Pub/Sub topic is named projects/P/topics/T");
  let opened: Promise<{ readonly client: PubSub; readonly topic: Topic }> | null = null;
  let closed = false;
  /** Of what is under way: how it is given up. */
  const underWay = new Set<() => void>();

  async function open() {
    const { PubSub } = await import("@google-cloud/pubsub");
    const client = new PubSub({ projectId: projectId as string });
    const topic = client.topic(options.topic, {
      messageOrdering: true,
      batching: { maxMessages: 1, maxMilliseconds: 0 },
      gaxOpts: { timeout: PUBLISH_TIMEOUT_MS },
    });
    return { client, topic };
  }

  async function publish(event: HttpMessage): Promise<"accepted" | "later" | "poison"> {
    let topic: Topic | null = null;
    try {
      opened ??= open();
      topic = (await opened).topic;
      await topic.publishMessage({ data: Buffer.from(event.body), attributes: attributesOf(event), orderingKey });
      return "accepted";
    } catch (error) {
      if (topic === null) opened = null;
      topic?.resumePublishing(orderingKey);
      onFailure?.(error instanceof Error ? error.message : String(error));
      // Not found and permission denied are an operator's to mend, and say nothing of the event.
      const code = (error as { code?: unknown } | null)?.code;
      return code === INVALID_ARGUMENT || code === OUT_OF_RANGE ? "poison" : "later";
    }
  }

  return {
    send(event) {
      if (closed) return Promise.resolve("later");
      return new Promise((resolve) => {
        const giveUp = (): void => resolve("later");
        underWay.add(giveUp);
        void publish(event).then((answer) => {
          underWay.delete(giveUp);
          resolve(answer);
        });
      });
    },
    async close() {
      closed = true;
      for (const giveUp of underWay) giveUp();
      // What could not be loaded has nothing to close.
      const made = await opened?.catch(() => null);
      await made?.client.close();
    },
  };
}

/** googleapis/google-cloudevents, docs/spec/pubsub.md §3.1: the names of the HTTP binding, and the content type as one of them. */
function attributesOf({ headers }: HttpMessage): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (lower.startsWith("ce-") || lower === "content-type") attributes[lower] = value;
  }
  return attributes;
}
