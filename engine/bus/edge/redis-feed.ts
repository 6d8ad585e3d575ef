/**
 * The engine's feed over Redis: frames as they are published, from now on.
 *
 * A frame of an epoch lower than one already seen is a predecessor's and not passed on. What is missed while the
 * connection is away shows as a gap in the frames' sequences, which the listener fills from the read port.
 */
import { busNames, type FeedFrame } from "../../protocol/bus-messages.ts";
import { fromWire } from "../../protocol/wire-json.ts";
import type { FeedSource } from "../engine-client.ts";
import type { ChannelSource } from "./redis-subscriber.ts";

export interface RedisFeedOptions {
  readonly engine: string;
  readonly subscriber: ChannelSource;
  /** A frame that cannot be read: a fault of ours. It shows as a gap. */
  readonly reportFault: (fault: { readonly at: string; readonly error: unknown }) => void;
}

export function redisFeed(options: RedisFeedOptions): FeedSource {
  const { engine, subscriber, reportFault } = options;
  const listeners = new Set<(frame: FeedFrame) => void>();
  let epoch = 0;
  let isListening = false;
  const message = (text: string): void => {
    let frame: FeedFrame;
    try {
      frame = fromWire(text) as FeedFrame;
    } catch (error) {
      reportFault({ at: "feed", error });
      return;
    }
    if (frame.epoch < epoch) return;
    epoch = frame.epoch;
    for (const listener of listeners) listener(frame);
  };
  return {
    subscribeFeed(listener) {
      listeners.add(listener);
      if (!isListening) {
        isListening = true;
        subscriber.listen(busNames(engine).feed, { message });
      }
      return () => listeners.delete(listener);
    },
  };
}
