/**
 * The feed on its way to the stream's copies: each frame as it comes, and the position again while nothing happens.
 */
import type { Redis } from "ioredis";
import type { FeedFrame } from "../../protocol/bus-messages.ts";
import { namedLineage } from "../../protocol/journal-batch.ts";
import type { FeedSource } from "../engine-client.ts";
import { feedText } from "./wire-text.ts";

export interface FeedPublisherOptions {
  readonly redis: Redis;
  readonly channel: string;
  readonly source: FeedSource;
  readonly epoch: number;
  /** 0, or not given: the journal was never restored, and the feed does not speak of it. */
  readonly lineage?: number;
  readonly headSeq: number;
}

export class FeedPublisher {
  readonly #redis: Redis;
  readonly #channel: string;
  readonly #epoch: number;
  readonly #named: { readonly lineage?: number };
  readonly #unsubscribe: () => void;
  #lastSeq: number;
  #timeUs = 0;
  #isFresh = false;
  frames = 0;
  lostMessages = 0;

  constructor({ redis, channel, source, epoch, lineage, headSeq }: FeedPublisherOptions) {
    this.#redis = redis;
    this.#channel = channel;
    this.#epoch = epoch;
    this.#named = namedLineage(lineage);
    this.#lastSeq = headSeq;
    this.#unsubscribe = source.subscribeFeed((frame) => this.#frame(frame));
  }

  /** Once per beat: says where the feed stands, unless a frame has said so since the last one. */
  beat(): void {
    const seq = this.#lastSeq;
    if (!this.#isFresh)
      this.#publish({ epoch: this.#epoch, firstSeq: seq + 1, lastSeq: seq, timeUs: this.#timeUs, events: [] });
    this.#isFresh = false;
  }

  stop(): void {
    this.#unsubscribe();
  }

  #frame(frame: FeedFrame): void {
    this.#lastSeq = frame.lastSeq;
    this.#timeUs = frame.timeUs;
    this.#isFresh = true;
    this.frames += 1;
    this.#publish(frame);
  }

  #publish(message: FeedFrame): void {
    // Whoever misses a frame sees the gap at the next one, or at the next beat.
    this.#redis.publish(this.#channel, feedText({ ...message, ...this.#named })).catch(() => {
      this.lostMessages += 1;
    });
  }
}
