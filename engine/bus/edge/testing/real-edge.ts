/** An edge's half of the bus over a real Redis, as functions/_shared/cluster-edge.ts puts it together. */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { busNames } from "../../../protocol/bus-messages.ts";
import { connectRedis } from "../../redis/connection.ts";
import { BeatWatch } from "../beat-watch.ts";
import { systemClock } from "../edge-clock.ts";
import { ProjectionReads } from "../projection-reads.ts";
import { RedisEngineClient } from "../redis-engine-client.ts";
import { RedisLane } from "../redis-lane.ts";
import { RedisSubscriber } from "../redis-subscriber.ts";

export interface RealEdge {
  readonly client: RedisEngineClient;
  readonly projections: ProjectionReads;
  readonly beats: BeatWatch;
  readonly subscriber: RedisSubscriber;
  readonly instance: string;
  readonly faults: unknown[];
  close(): void;
}

export function openRealEdge(url: string): RealEdge {
  const faults: unknown[] = [];
  const instance = `edge-${randomUUID()}`;
  const open = (kind: "commands" | "subscriber") => async (): Promise<Redis> =>
    connectRedis({ url, name: "edge", kind }, () => {});
  const lane = new RedisLane(open("commands"));
  const subscriber = new RedisSubscriber(open("subscriber"), systemClock, (line) => faults.push(line));
  const beats = new BeatWatch(systemClock);
  beats.listen(busNames("e1"), subscriber, (key) => lane.text(key));
  const client = new RedisEngineClient({
    engine: "e1",
    instance,
    lane,
    subscriber,
    beats,
    clock: systemClock,
    reportFault: ({ error }) => faults.push(error),
  });
  const projections = new ProjectionReads({
    engine: "e1",
    hashFields: (key, fields) => lane.hashFields(key, fields),
    beats,
    clock: systemClock,
    missed: () => {},
  });
  return {
    client,
    projections,
    beats,
    subscriber,
    instance,
    faults,
    close() {
      lane.close();
      subscriber.close();
    },
  };
}
